"""Creates ``.venv`` and installs what requirements.lock names: ``python3 dev/bootstrap.py [EXTRA ...]``.

Runs on the system's Python before anything is installed, so it uses the standard library only, and no syntax
that an older Python cannot read: its user should get a sentence, not a syntax error. Does nothing when what the
lock names has not changed since the last time. ``--list`` prints the exact requirements instead.

pip installs uv, and uv the rest, from wherever pip is told to look: on two processors it takes a tenth of pip's
time. Where uv cannot do it, pip does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "install.log"
LOCK = ROOT / "requirements.lock"
OLDEST_MINOR = 11
# What pip calls where to look, and what uv calls it.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, OLDEST_MINOR):
        _use_a_newer_python()
    if arguments[:1] == ["--list"]:
        print("\n".join(locked(arguments[1:])))
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _create()
        wanted = locked(arguments)
        if written_digest() != digest_of_requirements():
            _say("requirements.lock is older than pyproject.toml: `python -m dev.lock` writes it anew")
        stamp = VENV / "-".join(["installed", *arguments])
        digest = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()
        if not stamp.exists() or stamp.read_text() != digest:
            _install(wanted)
            stamp.write_text(digest)


def _use_a_newer_python() -> None:
    """Continue on a newer interpreter if one is installed under its full name."""
    for minor in range(30, OLDEST_MINOR - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 -- the same script, no shell wanted
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"error: Python 3.{OLDEST_MINOR} or newer is needed, and {sys.executable} is {found}: install one, "
        "or name it: make PYTHON=/path/to/python3"
    )


def _create() -> None:
    """Make the environment unless there is one that works."""
    if PYTHON.exists():
        attempt = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
        if attempt.returncode == 0:
            return
    _say("Creating .venv")
    try:
        import ensurepip  # noqa: F401 -- Debian ships Python without it
        import venv

        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True, symlinks=True)
    except (ImportError, subprocess.CalledProcessError):
        shutil.rmtree(VENV, ignore_errors=True)
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            "error: this Python cannot make virtual environments: install its venv module first "
            f"(Debian and Ubuntu: apt-get install python3-venv, or python{version}-venv)."
        )
    except OSError as error:
        sys.exit(f"error: cannot create .venv: {error}.")


def project() -> dict[str, Any]:
    """What pyproject.toml says about the product."""
    import tomllib

    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def digest_of_requirements() -> str:
    """Changes with whatever pyproject.toml asks for."""
    asked = project()
    parts = [("base", asked["dependencies"]), *sorted(asked["optional-dependencies"].items())]
    return hashlib.sha256(repr([(name, sorted(lines)) for name, lines in parts]).encode()).hexdigest()[:16]


def written_digest() -> str:
    """What pyproject.toml asked for when the lock was written."""
    found = re.search(r"^# requirements: (\w+)$", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else ""


def locked(extras: list[str]) -> list[str]:
    """The lock's requirements, with their hashes, for the product itself and the given extras."""
    if unknown := set(extras) - set(project()["optional-dependencies"]):
        sys.exit(f"error: pyproject.toml has no extra {', '.join(sorted(unknown))}.")
    found = []
    for block in LOCK.read_text(encoding="utf-8").split("\n\n")[1:]:
        head, _, requirement = block.strip().partition("\n")
        if {"base", *extras} & set(head.lstrip("# ").split()):
            found.append(requirement)
    return found


def index_settings() -> dict[str, str]:
    """Where pip is told to look, in uv's words: a machine may have a registry of its own."""
    told: dict[str, list[str]] = {}
    command = [sys.executable if sys.prefix == str(VENV) else str(PYTHON), "-m", "pip", "config", "list"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in result.stdout.splitlines():
        name, _, value = line.partition("=")
        option = name.rpartition(".")[2]
        if option in UV_NAMES:
            told.setdefault(UV_NAMES[option], []).append(value.strip("'\""))
    settings = {name: ("," if name == "UV_FIND_LINKS" else " ").join(values) for name, values in told.items()}
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does
    return {name: value for name, value in settings.items() if name not in os.environ}


def _install(wanted: list[str]) -> None:
    """Install exactly what is wanted, showing how far it is; all that is said goes to a log."""
    started = time.monotonic()
    _say("Installing Python libraries (the first time takes a minute)")
    listed = VENV / "wanted.txt"
    listed.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    with LOG.open("w") as log:
        if not (_uv_installs(listed, log) or _pip_installs(listed, log)):
            said = LOG.read_text(errors="replace").splitlines()
            errors = [line for line in said if "ERROR" in line or "No space left" in line] or said[-3:]
            _say("\n".join(f"  {line}" for line in errors[-5:]))
            sys.exit(
                "error: the Python libraries could not be installed (see above; all that was said is in "
                ".venv/install.log)."
            )
    _say(f"  done in {time.monotonic() - started:.0f} s")


def _uv_installs(listed: Path, log: TextIO) -> bool:
    """Let uv install; False where that is not possible, and then nothing is lost but a few seconds."""
    own = [line for line in locked(["local"]) if line.startswith("uv==")]
    (VENV / "uv.txt").write_text("\n".join(own) + "\n", encoding="utf-8")
    if not own or not _pip_installs(VENV / "uv.txt", log):
        return False
    command = [
        str(VENV / "bin" / "uv"),
        "pip",
        "install",
        "--python",
        str(PYTHON),
        "--no-deps",
        "--require-hashes",
    ]
    result = subprocess.run(
        [*command, "-r", str(listed)],
        env={**os.environ, **index_settings()}, stdout=log, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return result.returncode == 0


def _pip_installs(listed: Path, log: TextIO) -> bool:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    process = subprocess.Popen(
        [*command, "--no-deps", "--require-hashes", "-r", str(listed)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    count = 0
    for line in process.stdout or ():
        log.write(line)
        log.flush()
        if line.startswith("Collecting "):
            count += 1
            if count % 25 == 0:
                _say(f"  {count} libraries looked up")
        elif line.startswith("Installing collected") and count > 1:
            _say("  unpacking")
    return process.wait() == 0


def _say(line: str, end: str = "\n") -> None:
    print(f"  {line}", end=end, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
