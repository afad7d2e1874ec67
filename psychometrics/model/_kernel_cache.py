"""Whether compiled kernels lie ready on this machine: known from file names, without loading numba."""

import os
import sys
from pathlib import Path

_KERNELS = Path(__file__).with_name("compiled") / "calibration_derivatives.py"


def kernels_cached() -> bool:
    """Whether an earlier process compiled the kernels for this Python, and their source is not newer."""
    stem = f"{_KERNELS.stem}.*.py{sys.version_info.major}{sys.version_info.minor}.*nbi"
    born = _KERNELS.stat().st_mtime
    return any(
        index.stat().st_mtime >= born
        for folder in _folders()
        if folder.is_dir()
        for index in folder.rglob(stem)
    )


def _folders() -> list[Path]:
    """Where numba may keep what it compiled: the folder asked for, beside the source, or the user's."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        return [Path(named)]
    user = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return [_KERNELS.with_name("__pycache__"), Path(user).expanduser() / "numba"]
