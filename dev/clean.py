"""Stops what runs here, and removes what it stored: ``python -m dev.clean [stop]``."""

import shutil
import sys
from pathlib import Path

from dev.devdb import ROOT, data_dir
from dev.ledger import end_left_overs
from dev.pgbinaries import LauncherError
from dev.postgres import Cluster

# Named one by one: LOOPWRIGHT_DATA_DIR may be a folder that holds other things as well.
STORED = (
    "pg", "test", "media", "static", "broker", "log", "secret_key", "demo.lock", "demo.json", "demo.part",
    "timings.json", "remigrate.lock",
    "celerybeat-schedule*",  # the ending depends on the system's database library
)  # fmt: skip


def stop(data: Path) -> None:
    """End a demo that was killed or runs elsewhere, and the servers of demo and tests."""
    ended = end_left_overs(data)
    for cluster in clusters(data):
        if cluster.stop():
            ended.append("PostgreSQL")
    print(f"Stopped: {', '.join(ended)}." if ended else "Nothing was running.")


def clusters(data: Path) -> list[Cluster]:
    return [Cluster(data / "pg"), Cluster(data / "test" / "pg")]


def remove(data: Path) -> None:
    """Delete the data of demo and tests."""
    for cluster in clusters(data):
        cluster.remove()
    for pattern in STORED:
        for path in data.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    if data.exists() and not any(data.iterdir()):
        data.rmdir()
    print(f"Removed the data in {data}.")


def main() -> None:
    data = data_dir()
    stop(data)
    if "stop" not in sys.argv[1:]:
        remove(data)
        for stamp in (ROOT / ".venv").glob("installed-*"):
            stamp.unlink()


if __name__ == "__main__":
    try:
        main()
    except LauncherError as problem:
        sys.exit(f"error: {problem}")
    except OSError as problem:
        sys.exit(f"error: {problem.strerror}: {problem.filename}. Remove it as the user it belongs to.")
