"""The filesystem broker of the demo, made safe for several processes.

The library's own writes a message in place, so that a worker may pick up a file that is still empty, fail
to read it and end. Here a message appears under its name only once it is whole.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

ATTEMPTS = 50
PAUSE = 0.02  # seconds


class Channel(filesystem.Channel):
    """Writes messages atomically, and waits for tables that another process is writing."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        # Read in order of name: the time of writing comes first.
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(dumps(payload), encoding="utf-8")
        unfinished.replace(folder / name)

    def get_table(self, exchange: str) -> list[Any]:
        return self._patiently(super().get_table, exchange)  # type: ignore[no-any-return]

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        self._patiently(super()._queue_bind, exchange, routing_key, pattern, queue)

    @staticmethod
    def _patiently(read: Any, *arguments: Any) -> Any:
        """A table is empty for the moment between its creation and its first line."""
        for _ in range(ATTEMPTS - 1):
            try:
                return read(*arguments)
            except ValueError:
                time.sleep(PAUSE)
        return read(*arguments)


class Transport(filesystem.Transport):
    """Stands in for the library's transport of the same name."""

    Channel = Channel


def install() -> None:
    """Let ``filesystem://`` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
