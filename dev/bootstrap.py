"""Creates ``.venv`` and installs what pyproject.toml asks for: ``python3 dev/bootstrap.py [EXTRA ...]``.

Runs on the system's Python before anything is installed, so it uses the standard library only, and no syntax
that an older Python cannot read: its user should get a sentence, not a syntax error. Does nothing when the
requirements have not changed since the last time. ``--list`` prints the requirements instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "install.log"
OLDEST_MINOR = 11


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, OLDEST_MINOR):
        _use_a_newer_python()
    if arguments[:1] == ["--list"]:
        print("\n".join(_requirements(arguments[1:])))
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _create()
        wanted = _requirements(arguments)
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


def _requirements(extras: list[str]) -> list[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return wanted


def _install(wanted: list[str]) -> None:
    """Run pip, showing how far it is; all it says goes to a log."""
    started = time.monotonic()
    _say("Installing Python libraries (the first time takes a minute or two)")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    process = subprocess.Popen(
        [*command, *wanted], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seen = []
    count = 0
    with LOG.open("w") as log:
        for line in process.stdout or ():
            log.write(line)
            seen.append(line.strip())
            if line.startswith("Collecting "):
                count += 1
                if sys.stdout.isatty():
                    _say(f"\r\033[K  {count}: {line.split()[1]}", end="")
                elif count % 25 == 0:
                    _say(f"  {count} libraries looked up")
            elif line.startswith("Installing collected"):
                _say("\r\033[K  unpacking" if sys.stdout.isatty() else "  unpacking")
    if process.wait():
        errors = [line for line in seen if "ERROR" in line or "No space left" in line] or seen[-3:]
        _say("\n".join(f"  {line}" for line in errors[-5:]))
        sys.exit(
            "error: the Python libraries could not be installed (see above; all that pip said is in "
            ".venv/install.log)."
        )
    _say(f"  done in {time.monotonic() - started:.0f} s")


def _say(line: str, end: str = "\n") -> None:
    print(f"  {line}", end=end, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
