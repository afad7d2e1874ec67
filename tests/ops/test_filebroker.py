"""The demo's broker: no message is seen before it is whole."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from config import filebroker


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    (tmp_path / "messages").mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    filebroker.install()
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def test_filesystem_address_means_this_transport(channel: Any) -> None:
    assert type(channel) is filebroker.Channel


def test_message_half_written_is_not_there(channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def look_first(source: Path, target: Path) -> Path:
        assert channel._size("jobs") == 0
        with pytest.raises(Empty):
            channel._get("jobs")
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", look_first)
    channel._put("jobs", {"n": 1})
    assert channel._get("jobs") == {"n": 1}
    with pytest.raises(Empty):
        channel._get("jobs")


def test_messages_come_in_the_order_of_writing(channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([100.0, 100.001, 100.002])
    monkeypatch.setattr(filebroker.time, "monotonic", lambda: next(ticks))
    for number in range(3):
        channel._put("jobs", {"n": number})
    assert [channel._get("jobs")["n"] for _ in range(3)] == [0, 1, 2]


def test_reader_and_writer_at_once_lose_nothing(channel: Any) -> None:
    def write() -> None:
        for number in range(300):
            channel._put("jobs", {"n": number, "filler": "x" * 2000})

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while len(seen) < 300 and (writer.is_alive() or channel._size("jobs")):
        try:
            seen.append(channel._get("jobs")["n"])
        except Empty:
            continue
    writer.join()
    assert sorted(seen) == list(range(300))


def test_table_that_is_still_empty_is_waited_for(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "control").mkdir(exist_ok=True)
    table = tmp_path / "control" / "jobs.exchange"
    table.touch()
    rows = [["key", "", "queue"]]
    later = threading.Timer(0.1, lambda: table.write_text(json.dumps(rows)))
    later.start()
    assert [tuple(row) for row in channel.get_table("jobs")] == [("key", "", "queue")]
    later.join()
