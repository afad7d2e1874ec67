"""The demo's runner: one clear line for what is in its way, and nothing left running."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dev import ledger
from dev.ledger import Ledger, end_left_overs
from dev.processes import LARGEST_LOG, Child, began, command_line


def run_demo(root: Path, data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the demo where it is expected to refuse."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE")}
    environment |= {"LOOPWRIGHT_DATA_DIR": str(data)} | variables
    return subprocess.run(
        [sys.executable, "-m", "dev.demo"],
        cwd=root, env=environment, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_busy_port_is_one_line_and_starts_nothing(root: Path, tmp_path: Path, busy_port: int) -> None:
    result = run_demo(root, tmp_path, PORT=str(busy_port))
    assert result.returncode == 1
    assert result.stderr.startswith(f"error: Port {busy_port} is in use")
    assert f"make demo PORT={busy_port + 1}" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "pg").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_port_that_is_none_is_refused(root: Path, tmp_path: Path, port: str) -> None:
    result = run_demo(root, tmp_path, PORT=port)
    assert result.returncode == 1
    assert result.stderr == f"error: PORT={port} is not a port: name a number from 1 to 65535.\n"


def test_data_directory_that_cannot_be_used_is_one_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run_demo(root, tmp_path / "file" / "below")
    assert result.returncode == 1
    assert "cannot be used (Not a directory)" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "A demo already runs on"),
        (
            {"step": "Preparing the database"},
            "is just being started on {data} (Preparing the database): wait for it",
        ),
        ({"url": "http://localhost:8123"}, "A demo already runs on {data}, at http://localhost:8123"),
    ],
)
def test_second_demo_on_the_same_data_is_refused(
    root: Path, tmp_path: Path, facts: dict[str, str], words: str
) -> None:
    Ledger(tmp_path).write(**facts)
    with (tmp_path / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = run_demo(root, tmp_path)
    assert result.returncode == 1
    assert words.format(data=tmp_path) in result.stderr
    assert result.stderr.count("\n") == 1
    assert (tmp_path / "demo.json").exists(), "the other demo's"


def child(tmp_path: Path, code: str) -> Child:
    return Child("worker", [sys.executable, "-c", code], log=tmp_path / "worker.log", environment={})


def wait_for(path: Path, text: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists() and text in path.read_text():
            return path.read_text()
        time.sleep(0.02)
    pytest.fail(f"{text!r} never appeared in {path}")


def test_stop_ends_a_child_that_will_not_and_all_it_started(tmp_path: Path) -> None:
    stubborn = child(
        tmp_path,
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "below = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('below', below.pid, flush=True)\n"
        "time.sleep(60)\n",
    )
    stubborn.start()
    below = int(wait_for(stubborn.log, "below ").split()[-1])
    stubborn.stop(patience=0.2)
    assert stubborn.exit_code() == -signal.SIGKILL
    deadline = time.monotonic() + 5
    while command_line(below) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not command_line(below)


def test_last_words_are_the_end_of_the_log(tmp_path: Path) -> None:
    talker = child(tmp_path, "print(*range(20), sep='\\n')")
    talker.start()
    talker.process.wait()  # type: ignore[union-attr]
    assert talker.last_words(2) == "    18\n    19"


def test_log_grown_too_large_is_put_aside(tmp_path: Path) -> None:
    talker = child(tmp_path, "print('new')")
    talker.log.write_bytes(b"x" * (LARGEST_LOG + 1))
    talker.start()
    talker.stop()
    assert talker.log.stat().st_size < 100
    assert (tmp_path / "worker.old.log").stat().st_size > LARGEST_LOG


def test_left_over_is_ended_only_if_it_is_the_very_process(tmp_path: Path) -> None:
    """A number that somebody else's process has by now, whatever that process is called, is left alone."""
    ours = child(tmp_path, "import time; time.sleep(60)")
    other = child(tmp_path, "import time; 'gunicorn celery'; time.sleep(60)")
    for process in (ours, other):
        process.start()
    try:
        book = Ledger(tmp_path)
        book.add("worker", ours.number)
        since = began(other.number)
        book.write(processes={**book.facts["processes"], "web server": [other.number, f"{since}0"]})
        assert end_left_overs(tmp_path) == ["worker"]
        assert ours.exit_code() is not None
        assert other.exit_code() is None
        assert not (tmp_path / "demo.json").exists()
    finally:
        ours.stop()
        other.stop()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"processes": 5}', '{"processes": {"worker": 1}}', '{"processes": {"worker": ["x", 1]}}',
     '{"processes": {"worker": [1, ""]}}', '{"worker": 1, "web server": 2}'],
)  # fmt: skip
def test_ledger_that_says_nothing_useful_ends_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ledger.NAME).write_text(text)
    assert end_left_overs(tmp_path) == []


def test_process_began_once(tmp_path: Path) -> None:
    first = child(tmp_path, "import time; time.sleep(60)")
    first.start()
    try:
        since = began(first.number)
        assert since
        assert began(first.number) == since
        assert since != began(os.getpid())
    finally:
        first.stop()
    assert began(first.number) == ""


def test_process_that_shares_a_group_is_ended_without_the_group(tmp_path: Path) -> None:
    """As a demo shares that of the shell, or of the test, that started it."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Ledger(tmp_path).add(ledger.DEMO, process.pid)
    waiter = threading.Thread(target=process.wait)
    waiter.start()
    assert end_left_overs(tmp_path) == [ledger.DEMO]
    waiter.join()
    assert process.returncode == -signal.SIGTERM
