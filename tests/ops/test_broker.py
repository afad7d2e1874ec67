"""The broker as production has it: nothing is lost with the worker that had it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.celery import app
from dev.processes import Child, end_group
from dev.rabbit import Rabbit
from tests.ops.rabbitmq import rabbitmq

__all__ = ["rabbitmq"]

pytestmark = pytest.mark.tasks


@pytest.fixture
def start_worker(rabbitmq: Rabbit, tmp_path: Path, root: Path) -> Iterator[Callable[[], Child]]:
    """Starts workers of the product on this broker; ends them after the test."""
    environment = os.environ | {"BROKER_URL": rabbitmq.url, "PYTHONPATH": str(root)}
    started: list[Child] = []

    def start() -> Child:
        command = [
            sys.executable, "-m", "celery", "-A", "tests.ops.probe", "worker", "--concurrency", "1",
            "--loglevel", "INFO", "--hostname", f"w{len(started)}@%h",
        ]  # fmt: skip
        child = Child("worker", command, log=tmp_path / f"worker{len(started)}.log", environment=environment)
        child.start()
        started.append(child)
        return child

    yield start
    for child in started:
        child.stop(patience=5)


def send(rabbitmq: Rabbit, root: Path, folder: Path) -> None:
    code = "import sys; from tests.ops.probe import probe; probe.delay(sys.argv[1])"
    environment = os.environ | {"BROKER_URL": rabbitmq.url}
    subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=root, env=environment, check=True, timeout=60
    )


def wait_for(folder: Path, pattern: str, count: int = 1) -> None:
    deadline = time.monotonic() + 60
    while len(list(folder.glob(pattern))) < count:
        if time.monotonic() > deadline:
            logs = "\n".join(log.read_text()[-1500:] for log in folder.glob("*.log"))
            pytest.fail(f"never saw {count} x {pattern}\n{logs}")
        time.sleep(0.05)


def test_task_of_a_killed_worker_is_done_by_another(
    rabbitmq: Rabbit, start_worker: Callable[[], Child], root: Path, tmp_path: Path
) -> None:
    first = start_worker()
    send(rabbitmq, root, tmp_path)
    wait_for(tmp_path, "started-*")
    assert first.process
    end_group(first.process.pid)
    (tmp_path / "go").touch()
    start_worker()
    wait_for(tmp_path, "started-*", 2)
    wait_for(tmp_path, "finished")


def test_task_queue_is_a_quorum_queue(rabbitmq: Rabbit, root: Path, tmp_path: Path) -> None:
    send(rabbitmq, root, tmp_path)
    assert rabbitmq.queue_types()[app.conf.task_default_queue] == "quorum"
