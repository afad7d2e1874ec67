"""The whole demo, started and stopped: web server, worker, PostgreSQL, and nothing left behind.

Without its demo data, which have tests of their own and take longer to make than all of this.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from dev.postgres import Cluster
from dev.processes import command_line

pytestmark = pytest.mark.tasks

WITHOUT_DATA = """
import sys
from dev import demo
manage = demo.Demo._manage
demo.Demo._manage = lambda self, title, name, *rest, **how: (
    None if name == "load_demo" else manage(self, title, name, *rest, **how)
)
sys.exit(demo.main())
"""


class Running:
    """A demo in another process, with what it said so far."""

    started: ClassVar[list["Running"]] = []

    def __init__(self, root: Path, data: Path, ready: str = "Ctrl-C stops everything") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = data
        self.output = data / "said"
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "SECRET", "DEBUG"))
        }
        self.environment = environment
        environment |= {"LOOPWRIGHT_DATA_DIR": str(data), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WITHOUT_DATA], cwd=root, env=environment, stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self.started.append(self)
        self.wait_for(ready)

    def wait_for(self, text: str, *, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"never said {text!r}:\n{self.output.read_text()}")
            time.sleep(0.05)

    def children(self) -> dict[str, int]:
        processes = json.loads((self.data / "demo.json").read_text())["processes"]
        return {name: number for name, (number, _) in processes.items() if name != "demo"}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Shared by all: the first leaves a database that is migrated already."""
    folder = tmp_path_factory.mktemp("demo")
    yield folder
    _end_all()
    Cluster(folder / "pg").remove()


def _end_all() -> None:
    """A test that failed half-way leaves no demo for the next one to meet."""
    while Running.started:
        demo = Running.started.pop()
        if demo.process.poll() is None:
            demo.stop()


def healthy(demo: Running, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/readyz", timeout=10) as response:
                if response.status == 200:
                    return
        except OSError:
            pass
        assert time.monotonic() < deadline, demo.output.read_text()
        time.sleep(0.2)


def postgres(data: Path) -> int:
    return int((Cluster(data / "pg").data / "postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def follower(root: Path, data: Path) -> Running:
    """The demo after one that was killed while it migrated; starting one more would take many seconds."""
    first = Running(root, data, ready="Preparing the database")
    time.sleep(3)  # somewhere in the middle
    refused = subprocess.run(
        [sys.executable, "-m", "dev.demo"], cwd=root, env=first.environment, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert "is just being started on" in refused.stderr
    assert refused.stderr.count("\n") == 1
    migrate = first.children()["migrate"]
    first.process.kill()
    first.process.wait()
    assert command_line(migrate)

    return Running(root, data)


def test_demo_killed_while_it_migrates_is_followed_by_one_that_starts_clean(follower: Running) -> None:
    assert "Ended what a demo that was killed had left running: migrate." in follower.output.read_text()
    healthy(follower)


def test_demo_killed_outright_is_followed_by_one_that_starts_clean(
    root: Path, follower: Running, data: Path
) -> None:
    left = follower.children()
    assert set(left) == {"web server", "worker"}
    follower.process.kill()
    follower.process.wait()
    assert all(command_line(number) for number in left.values())

    second = Running(root, data)
    assert (
        "Ended what a demo that was killed had left running: web server, worker." in second.output.read_text()
    )
    assert not any(command_line(number) for number in left.values())
    healthy(second)
    assert second.stop() == 0
    assert not Cluster(data / "pg").is_running(), "taken over from the one that was killed"


def test_demo_starts_again_what_dies_and_stops_what_it_started(root: Path, data: Path) -> None:
    _end_all()
    demo = Running(root, data)
    children = demo.children()
    assert set(children) == {"web server", "worker"}
    assert "1/5 Starting PostgreSQL (about" in demo.output.read_text()
    healthy(demo)

    for name in ("worker", "web server"):
        os.kill(children[name], signal.SIGKILL)
        demo.wait_for(f"The {name} ended", seconds=60)
    os.kill(postgres(data), signal.SIGKILL)
    demo.wait_for("PostgreSQL ended", seconds=60)
    # Killed outright it takes a moment to be gone, and the web server answers until then.
    demo.wait_for("what was acknowledged is there", seconds=60)
    healthy(demo)
    assert not set(demo.children().values()) & set(children.values())
    assert demo.output.read_text().count("It was started again") == 3
    children = demo.children()

    assert demo.stop() == 0
    assert "Stopped." in demo.output.read_text()
    assert not any(command_line(number) for number in children.values())
    assert not Cluster(data / "pg").is_running()
    assert not (data / "demo.json").exists()


def test_demo_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    """Whatever is killed: only the tests' own servers may lose a commit."""
    cluster = Cluster(tmp_path / "pg")
    try:
        cluster.start()
        shown = cluster._sql("postgres", "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')")  # fmt: skip  # noqa: E501
        assert shown.strip() == "on on on"
    finally:
        cluster.remove()
