"""What looks after a running demo: it starts again what dies, and what lives but does no work."""

from pathlib import Path
from typing import Any

import pytest

from dev import watch
from dev.ledger import Ledger
from dev.pgbinaries import LauncherError
from dev.watch import Watch


class Program:
    """Stands in for a child process."""

    log = Path("/nowhere.log")

    def __init__(self, name: str) -> None:
        self.name = name
        self.code: int | None = None
        self.restarts = 0
        self.number = 1
        self.starts = 0

    def exit_code(self) -> int | None:
        return self.code

    def last_words(self) -> str:
        return "    its last words"

    def stop(self) -> None:
        self.code = 0

    def start(self) -> None:
        self.code = None
        self.starts += 1


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Scene:
    def __init__(self, tmp_path: Path, clock: Clock) -> None:
        self.clock = clock
        self.web, self.worker = Program("web server"), Program("worker")
        self.answer = (True, "200")
        children: Any = [self.web, self.worker]
        self.watch = Watch(children, None, Ledger(tmp_path), lambda: self.answer)

    def pass_time(self, seconds: float) -> None:
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now += 1
            self.watch.look()

    @property
    def starts(self) -> tuple[int, int]:
        return self.web.starts, self.worker.starts


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    clock = Clock()
    monkeypatch.setattr(watch, "time", clock)
    return Scene(tmp_path, clock)


def test_what_is_well_is_left_alone(scene: Scene) -> None:
    scene.pass_time(300)
    assert scene.starts == (0, 0)


def test_what_died_is_started_again_and_said_so(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.web.code = -9
    scene.pass_time(5)
    assert scene.starts == (1, 0)
    said = capsys.readouterr().out
    assert "The web server ended (exit code -9):\n    its last words" in said
    assert "It was started again" in said


def test_worker_that_lives_and_does_no_work_is_started_again(scene: Scene) -> None:
    scene.answer = (False, '503 {"status": "late", "worker": "late"}')
    scene.pass_time(watch.PATIENCE - 10)
    assert scene.starts == (0, 0)
    scene.pass_time(20)
    assert scene.starts == (0, 1)
    scene.answer = (True, "200")
    scene.pass_time(100)
    assert scene.starts == (0, 1)


def test_web_server_that_does_not_answer_is_started_again(scene: Scene) -> None:
    scene.answer = (False, "timed out")
    scene.pass_time(watch.PATIENCE + 10)
    assert scene.starts == (1, 0)


def test_machine_that_slept_gets_time_to_wake_up(scene: Scene) -> None:
    scene.answer = (False, "503 late")
    scene.clock.now += 8 * 3600
    scene.pass_time(watch.PATIENCE - 10)
    assert scene.starts == (0, 0)


def test_what_dies_again_and_again_ends_the_demo(scene: Scene) -> None:
    for _ in range(watch.MOST_RESTARTS):
        scene.worker.code = 1
        scene.pass_time(1)
    scene.worker.code = 1
    with pytest.raises(LauncherError, match="The worker ended 6 times"):
        scene.pass_time(1)


def test_what_dies_now_and_then_does_not(scene: Scene) -> None:
    for _ in range(3 * watch.MOST_RESTARTS):
        scene.worker.code = 1
        scene.pass_time(watch.QUIET + 5)
    assert scene.worker.starts == 3 * watch.MOST_RESTARTS
