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

    def __init__(self, root: Path, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = data
        self.output = data / "said"
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "SECRET", "DEBUG"))
        }
        environment |= {"LOOPWRIGHT_DATA_DIR": str(data), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WITHOUT_DATA], cwd=root, env=environment, stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self.wait_for("Ctrl-C stops everything")

    def wait_for(self, text: str, *, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"never said {text!r}:\n{self.output.read_text()}")
            time.sleep(0.05)

    def children(self) -> dict[str, int]:
        numbers: dict[str, int] = json.loads((self.data / "demo.json").read_text())
        return numbers

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Shared by both tests: the second start finds a database that is migrated already."""
    folder = tmp_path_factory.mktemp("demo")
    yield folder
    Cluster(folder / "pg").remove()


def test_demo_serves_survives_its_worker_and_stops_what_it_started(root: Path, data: Path) -> None:
    demo = Running(root, data)
    children = demo.children()
    assert set(children) == {"web server", "worker"}
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/healthz", timeout=10) as response:
        assert response.status == 200

    os.kill(children["worker"], signal.SIGKILL)
    demo.wait_for("It was started again", seconds=60)
    worker = demo.children()["worker"]
    assert worker != children["worker"]

    assert demo.stop() == 0
    assert "Stopped." in demo.output.read_text()
    assert not command_line(children["web server"])
    assert not command_line(worker)
    assert not Cluster(data / "pg").is_running()
    assert not (data / "demo.json").exists()


def test_demo_ends_in_one_line_when_its_web_server_dies(root: Path, data: Path) -> None:
    demo = Running(root, data)
    children = demo.children()
    os.kill(children["web server"], signal.SIGKILL)
    assert demo.process.wait(60) == 1
    last = demo.output.read_text().splitlines()[-1]
    assert last.startswith("error: Without the web server there is no demo")
    assert not command_line(children["worker"])
    assert not Cluster(data / "pg").is_running()
