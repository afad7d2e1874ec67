"""Settings for ``manage.py`` in a checkout where `make demo` or `make test` has run, and nothing else is said.

Whoever sets SECRET_KEY or a database address, as production does, gets nothing from here: what is missing then
is said as a fault.
"""

import atexit
import os
import secrets
from pathlib import Path

from dev.devdb import data_dir
from dev.postgres import Cluster

# Any of these says that somebody else configures this process.
SAID = ("SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_OWNER_URL")
NEEDS_NO_DATABASE = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "version",
}


def settle(command: str) -> None:
    """Put the demo's settings into the environment, and start its PostgreSQL for commands that need it."""
    if any(os.environ.get(name) for name in SAID):
        return
    data = data_dir()
    if not any((data / name).exists() for name in ("secret_key", "pg", "test")):
        return
    cluster = Cluster(data / "pg")
    os.environ.update(cluster.urls())
    os.environ["SECRET_KEY"] = secret_key(data)
    os.environ["LOOPWRIGHT_DATA_DIR"] = str(data)
    if command and not command.startswith("-") and command not in NEEDS_NO_DATABASE and cluster.start():
        atexit.register(cluster.stop)


def secret_key(data: Path) -> str:
    """The demo's own, made when there is none yet."""
    key = data / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(48))
    return key.read_text()
