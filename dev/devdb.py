"""The private PostgreSQL from the command line: ``python -m dev.devdb ACTION``.

Its files live in ``$LOOPWRIGHT_DATA_DIR/pg`` (``var/pg`` by default). ``run -- COMMAND`` starts the server
if need be, runs the command with its addresses in the environment, and stops what it started. A DATABASE_URL
that is already set wins: then nothing is started.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # run as a file: `python dev/devdb.py`

from dev.pgbinaries import LauncherError
from dev.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent
# What the settings expect to find in the data directory.
FOLDERS = ("media", "static")


def data_dir() -> Path:
    """Where this installation keeps its data."""
    return ROOT / os.environ.get("LOOPWRIGHT_DATA_DIR", "var")


def run(cluster: Cluster, command: list[str]) -> int:
    """Run ``command`` against the private server, or against the one DATABASE_URL already names."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an orderly end for both ways of being stopped
    started = cluster.start()
    try:
        with subprocess.Popen(command, env={**os.environ, **cluster.urls()}) as process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                process.terminate()
                return process.wait() or 130
    finally:
        if started:
            cluster.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.devdb", description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "status", "env", "run", "recreate", "remove"))
    parser.add_argument("--fast", action="store_true", help="no fsync: for tests, whose data may be lost")
    parser.add_argument("command", nargs="*", help="after `run --`")
    options = parser.parse_args()
    cluster = Cluster(data_dir() / "pg", fast=options.fast)
    if options.action == "run":
        return run(cluster, options.command)
    if options.action == "start":
        print(f"PostgreSQL {'started' if cluster.start() else 'was running'}: {cluster.folder}")
    elif options.action == "stop":
        print("PostgreSQL stopped" if cluster.stop() else "PostgreSQL was not running")
    elif options.action == "recreate":
        cluster.start()
        cluster.recreate_database()
        print("Database made anew, empty")
    elif options.action == "remove":
        cluster.remove()
    elif options.action == "env":
        for name, value in cluster.urls().items():
            print(f"export {name}={shlex.quote(value)}")
    else:
        running = cluster.is_running()
        print(f"PostgreSQL {'runs' if running else 'does not run'}: {cluster.folder}")
        return 0 if running else 3
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LauncherError as problem:
        sys.exit(f"error: {problem}")
