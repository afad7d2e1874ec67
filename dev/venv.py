"""Creates ``.venv`` and installs what pyproject.toml asks for: ``python3 dev/venv.py [EXTRA ...]``.

Runs on the system's Python, before anything is installed, so it uses the standard library only and stays
readable for older versions of Python: they should get a sentence, not a syntax error. Does nothing when the
requirements have not changed since the last time. ``--list`` prints the requirements instead.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOG = os.path.join(VENV, "install.log")
OLDEST = (3, 11)


def main():
    # type: () -> None
    if sys.version_info < OLDEST:
        _use_a_newer_python()
    if sys.argv[1:2] == ["--list"]:
        print("\n".join(_requirements(sys.argv[2:])))
        return
    with open(os.path.join(ROOT, ".venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _create()
        wanted = _requirements(sys.argv[1:])
        stamp = os.path.join(VENV, "installed-" + "-".join(["base"] + sys.argv[1:]))
        digest = hashlib.sha256("\n".join([sys.version] + wanted).encode()).hexdigest()
        if not os.path.exists(stamp) or open(stamp).read() != digest:
            _install(wanted)
            with open(stamp, "w") as handle:
                handle.write(digest)


def _use_a_newer_python():
    # type: () -> None
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer] + sys.argv)
    found = "%d.%d" % sys.version_info[:2]
    sys.exit("error: Python 3.11 or newer is needed, python3 is %s: install one, or name it: make PYTHON=..." % found)


def _create():
    # type: () -> None
    works = os.path.exists(PYTHON) and not subprocess.call([PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL)
    if works:
        return
    _say("Creating .venv")
    try:
        import ensurepip  # noqa: F401 -- Debian ships Python without it
        import venv

        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True, symlinks=True)
    except (ImportError, subprocess.CalledProcessError):
        shutil.rmtree(VENV, ignore_errors=True)
        package = "python%d.%d-venv" % sys.version_info[:2]
        sys.exit("error: this Python cannot make virtual environments: run `apt-get install %s` (or python3-venv)." % package)
    except OSError as error:
        sys.exit("error: cannot create .venv: %s." % error)


def _requirements(extras):
    # type: (list[str]) -> list[str]
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as handle:
        project = tomllib.load(handle)["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return wanted


def _install(wanted):
    # type: (list[str]) -> None
    started = time.monotonic()
    tty = sys.stdout.isatty()
    _say("Installing Python libraries (the first time takes a minute or two)")
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    process = subprocess.Popen(command + wanted, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen = []  # type: list[str]
    count = 0
    with open(LOG, "w") as log:
        for line in process.stdout or ():
            log.write(line)
            seen.append(line)
            if line.startswith("Collecting "):
                count += 1
                name = line.split()[1]
                if tty:
                    sys.stdout.write("\r\033[K    %d: %s" % (count, name))
                    sys.stdout.flush()
                elif count % 25 == 0:
                    _say("  %d libraries looked up" % count)
            elif line.startswith("Installing collected"):
                if tty:
                    sys.stdout.write("\r\033[K    unpacking")
                    sys.stdout.flush()
                else:
                    _say("  unpacking")
    if tty:
        sys.stdout.write("\r\033[K")
    if process.wait():
        errors = [line.strip() for line in seen if "ERROR" in line or "No space left" in line] or seen[-3:]
        sys.stderr.write("".join("    %s\n" % line.strip() for line in errors[-5:]))
        sys.exit("error: the Python libraries could not be installed (see above; all of it is in .venv/install.log).")
    _say("  done in %.0f s" % (time.monotonic() - started))


def _say(line):
    # type: (str) -> None
    sys.stdout.write("  %s\n" % line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
