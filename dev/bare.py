"""Bare systems to try the product in: made from nothing by mmdebstrap, entered by chroot.

A system is told what this machine's apt, pip and TLS are told about mirrors, proxies and authorities, and nothing
else of this machine. A command in it has its own processes, mounts and shared memory: when it is killed, all that
it started is gone.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import IO

from dev.bootstrap import ROOT

PACKAGES = "python3,python3-venv,make,git,ca-certificates"
AUTHORITIES = Path("/usr/local/share/ca-certificates")
PROXIES = re.compile(r"(https?|ftp|all|no)_proxy", re.IGNORECASE)
# What of apt's settings says how to get at a mirror.
APT = re.compile(r"Acquire::(https?::|Retries|Check-)")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class BareSystemError(Exception):
    """A system could not be made; the message says why."""


def make(suite: str, tarball: Path, log: IO[bytes]) -> None:
    """Make the archive of a bare system. Raises BareSystemError."""
    tarball.parent.mkdir(parents=True, exist_ok=True)
    unfinished = tarball.with_name(f"unfinished-{tarball.name}")
    _run(["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(unfinished), _mirror()], log)
    unfinished.rename(tarball)


class BareSystem:
    """A folder that holds one system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lent: list[Path] = []

    def unpack(self, tarball: Path, log: IO[bytes]) -> None:
        """Fill the folder, tell the system about this machine's surroundings, and add a user without rights."""
        self.folder.mkdir(parents=True)
        _run(["tar", "--extract", "--numeric-owner", f"--file={tarball}", f"--directory={self.folder}"], log)
        for path in (Path("/etc/resolv.conf"), Path("/etc/hosts")):
            self._inside(path).unlink(missing_ok=True)
            shutil.copy(path, self._inside(path))
        if AUTHORITIES.is_dir():
            shutil.copytree(AUTHORITIES, self._inside(AUTHORITIES), dirs_exist_ok=True)
        settings = _output(["apt-config", "dump", "Acquire"]).splitlines()
        self._inside(Path("/etc/apt/apt.conf.d/90surroundings")).write_text(
            "".join(f"{line}\n" for line in settings if APT.match(line))
        )
        told = _output([sys.executable, "-m", "pip", "config", "list"])
        with self._inside(Path("/etc/pip.conf")).open("w") as file:
            pip_settings(told).write(file)
        self.lent = local_places(told)
        for place in self.lent:
            target = self._inside(place)
            if place.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            elif not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
        for command in (["update-ca-certificates"], ["useradd", "--create-home", "tester"]):
            _run(["chroot", str(self.folder), "env", f"PATH={PATH}", *command], log)

    def clone(self, source: Path, user: str, name: str, log: IO[bytes]) -> None:
        """Put a clone of what is committed into a user's home."""
        home = self.folder / ("root" if user == "root" else f"home/{user}")
        _run(["git", "clone", "--quiet", "--no-local", str(source), str(home / name)], log)
        _run(
            ["chroot", str(self.folder), "chown", "-R", f"{user}:", f"/{home.relative_to(self.folder)}"], log
        )

    def start(
        self, user: str, folder: str, command: list[str], log: IO[bytes], **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a command as somebody in a folder of their home; dev/inside.py says how it is ended."""
        order = {
            "user": user,
            "folder": folder,
            "command": command,
            "environment": _environment() | environment,
        }
        first = (ROOT / "dev" / "inside.py").read_text(encoding="utf-8")
        script = " && ".join([*self._mounts(), 'exec chroot "$0" "$@"'])
        return subprocess.Popen(
            [
                "unshare", "--mount", "--propagation", "private", "--pid", "--ipc", "--fork", "--kill-child",
                "sh", "-c", script, str(self.folder), "/usr/bin/python3", "-c", first, json.dumps(order),
            ],
            env={"PATH": PATH}, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def _mounts(self) -> list[str]:
        """Shell commands that give the system what a kernel gives, and what was lent to it, to read only."""
        return [
            'mount -t proc proc "$0/proc"',
            'mount --rbind /dev "$0/dev"',
            'mount -t tmpfs -o mode=1777 shm "$0/dev/shm"',
            'mount --rbind /sys "$0/sys"',
            *(f"mount --bind -o ro '{place}' \"$0{place}\"" for place in self.lent),
        ]

    def _inside(self, path: Path) -> Path:
        return self.folder / path.relative_to("/")


def pip_settings(told: str) -> RawConfigParser:
    """What ``pip config list`` tells of files and variables, as one file that says the same."""
    found = RawConfigParser()
    # Of an option told twice, the variable counts.
    for line in sorted(told.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        section = "global" if section == ":env:" else section
        if not found.has_section(section):
            found.add_section(section)
        found.set(section, option, str(ast.literal_eval(value)))
    return found


def local_places(told: str) -> list[Path]:
    """Folders and files of this machine that pip is told to look at: a system needs them where they are."""
    names = re.findall(r"(?:(?<=file://)|(?<=[\s='\"]))/[^\s'\"]+", told)
    places = {Path(name.rstrip("/")) for name in names}
    # Authorities get in by their own way.
    kept = {place for place in places if place.exists() and not place.is_relative_to("/etc/ssl")}
    return sorted(place.parent if place.name == "simple" else place for place in kept)


def _environment() -> dict[str, str]:
    proxies = {name: value for name, value in os.environ.items() if PROXIES.fullmatch(name)}
    return {"PATH": PATH, "LANG": "C.UTF-8", "TERM": "dumb", **proxies}


def _mirror() -> str:
    """Where this machine's apt takes Debian from."""
    listed = _output(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"])
    for line in listed.splitlines():
        if line.rstrip("/").endswith("/debian"):
            return line
    raise BareSystemError("this machine's apt knows no mirror of Debian")


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BareSystemError(f"{' '.join(command)}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    return done.stdout


def _run(command: list[str], log: IO[bytes]) -> None:
    if subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode:
        raise BareSystemError(f"{command[0]} failed")
