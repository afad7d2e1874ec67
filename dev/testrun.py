"""Runs the test suite on a private PostgreSQL: ``python -m dev.testrun [PYTEST ARGUMENTS]``.

Its data live apart from the demo's (``var/test``), on a server without fsync. A DATABASE_URL that is
already set wins. What cannot be tested on this machine is said first, and skipped tests say why at the end.

One worker more than there are processors share the work, a module at a time; ``-n 0`` runs everything in one
process, which a debugger needs. With ``-k`` only the files are imported that hold a test of such a name; if they
are few, one process runs them, because starting others takes longer.
"""

import fcntl
import os
import re
import sys

from dev import collected, sysdeps
from dev.devdb import FOLDERS, ROOT, data_dir, run
from dev.pgbinaries import LauncherError
from dev.postgres import Cluster

# Files that one process has read before others have started.
FEW = 120
# Percent of lines and branches that a whole run must reach. It may rise, and not fall; measured were 92.8.
FLOOR = 92
# Arguments that select nothing.
WHOLE = re.compile(
    r"-[xqvs]+|-ra|-n\d*|\d+|auto|--(reuse-db|create-db|(durations|tb|maxfail|numprocesses|junitxml)=.*)"
)


def environment() -> dict[str, str]:
    """What the settings and the tests read."""
    found = sysdeps.pdf_environment()
    # An own folder, so that tests and a running demo do not meet.
    found["LOOPWRIGHT_DATA_DIR"] = str(data_dir() / "test")
    # Rewriting every test's assertions anew at each run takes longer than most tests.
    if found.pop("PYTHONDONTWRITEBYTECODE", None):
        found.setdefault("PYTHONPYCACHEPREFIX", str(data_dir() / "test" / "pycache"))
    found.setdefault("SECRET_KEY", "only-for-tests-of-this-checkout-0123456789")
    found.setdefault("EMAIL_URL", "kept:")
    # A line a request buries the failure that it belongs to.
    found.setdefault("LOG_LEVEL", "WARNING")
    found.setdefault("OMP_NUM_THREADS", "1")
    found.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not sysdeps.found("pdf"):
        found["LOOPWRIGHT_PDF"] = "off"
        print("  Tests that make PDFs are skipped: Pango or a font is missing.")
    if browser := sysdeps.found("browser"):
        found["LOOPWRIGHT_CHROMIUM"] = browser
    else:
        found["LOOPWRIGHT_CHROMIUM"] = "off"
        print("  Browser tests are skipped: no Chromium found.")
    return found


def workers(arguments: list[str], files: list[str]) -> list[str]:
    """How pytest shares the work, unless the caller said so."""
    if any(one.startswith(("-n", "--numprocesses", "--pdb", "--dist", "-pno:xdist")) for one in arguments):
        return []
    if 0 < len(files) <= FEW:
        return ["-n", "0"]
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    # One more than processors: browsers, servers and processes that end are waited for.
    return ["-n", str(processors + 1), "--no-loadscope-reorder"]


def coverage(arguments: list[str]) -> list[str]:
    """Measures a whole run, and fails it below the floor; a part of the suite reaches what it reaches.

    Python 3.14 counts lines and branches at no cost that could be felt. Before, a traced call of every function,
    Django's included, makes the suite take half as long again: there LOOPWRIGHT_COVERAGE=1 asks for it.
    """
    asked = os.environ.get("LOOPWRIGHT_COVERAGE", "1" if sys.version_info >= (3, 14) else "0")
    missing = "off" in {os.environ.get("LOOPWRIGHT_PDF"), os.environ.get("LOOPWRIGHT_CHROMIUM")}
    if asked != "1" or not all(WHOLE.fullmatch(one) for one in arguments):
        return []
    return ["--cov", "--cov-report=", *([] if missing else [f"--cov-fail-under={FLOOR}"])]


def main(arguments: list[str]) -> int:
    found = environment()
    os.environ.clear()
    os.environ.update(found)
    os.chdir(ROOT)
    data = data_dir()
    for folder in FOLDERS:
        (data / folder).mkdir(parents=True, exist_ok=True)
    with (data / "test.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LauncherError(
                f"Another test run uses {data}: wait for it, or set LOOPWRIGHT_DATA_DIR for a second one."
            ) from None
        names = data / "test-names.json"
        os.environ[collected.RECORD] = str(names)
        files = collected.files_for(arguments, collected.Record(names, ROOT))
        sys.stdout.flush()
        return run(
            Cluster(data / "pg", fast=True),
            [
                *(sys.executable, "-m", "pytest", "-p", "dev.collected"),
                *workers(arguments, files), *coverage(arguments), *arguments, *files,
            ],
        )  # fmt: skip


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LauncherError as problem:
        sys.exit(f"error: {problem}")
