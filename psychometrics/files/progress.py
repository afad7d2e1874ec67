"""How far a long calculation is, on standard error."""

import time
from types import TracebackType
from typing import Self, TextIO

#: Seconds before anything is said: a calibration that takes less needs none.
PATIENCE = 1.0
_EVERY = 5.0  # seconds between lines where they stay, as in a log


class ProgressLine:
    """Call it with the share done and what is being done; use it as a context so that it tidies up.

    On a terminal one line is rewritten; elsewhere a line is written every five seconds, and one at the end.
    Nothing at all is written in the first second.
    """

    def __init__(self, stream: TextIO, *, patience: float = PATIENCE) -> None:
        self._stream = stream
        self._patience = patience
        self._rewrites = stream.isatty()
        self._began = time.monotonic()
        self._last = -_EVERY
        self._width = 0

    def __call__(self, share: float, text: str) -> None:
        """Say it, unless it is too early or too soon after the last time."""
        now = time.monotonic() - self._began
        if now < self._patience or (not self._rewrites and now - self._last < _EVERY):
            return
        self._last = now
        line = f"{100 * share:3.0f} %  {now:4.0f} s  {text}"
        if self._rewrites:
            self._stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._stream.write(line + "\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """Say it at once, however early, on a line of its own: what is rare and explains a wait."""
        self._clear()
        self._stream.write(text + "\n")
        self._stream.flush()

    def _clear(self) -> None:
        """Leave an empty line on a terminal."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()
        if (
            kind is None and not self._rewrites and self._last >= 0.0
        ):  # a log that began is brought to its end
            self._stream.write(f"100 %  {time.monotonic() - self._began:4.0f} s  done\n")
            self._stream.flush()
