"""Runs the linters: ``python -m dev.check [NAME ...]``, all of them by default.

The one list of them: `make check`, the hooks before a commit and CI all come here.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from dev.devdb import ROOT

BIN = Path(sys.executable).parent
PACKAGES = (
    "accounts", "config", "content", "demo", "events", "figures", "hiring", "jobs", "loops", "reports",
    "roles", "rubrics", "web",
)  # fmt: skip

CHECKS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "imports": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "templates", *PACKAGES],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "types": ["mypy"],
}
# Enough for the settings to load; the linters read models, not rows.
SETTINGS = {
    "SECRET_KEY": "for-linters-only",
    "DATABASE_URL": "postgres://nobody@/nothing?host=/nonexistent",
    "DATABASE_OWNER_URL": "postgres://nobody@/nothing?host=/nonexistent",
    # makemigrations warns that it could not compare with a database; it compares models with files.
    "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history:RuntimeWarning",
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(CHECKS):
        print(f"error: no such check: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        return 2
    failed = []
    for name in names or CHECKS:
        program, *arguments = CHECKS[name]
        started = time.monotonic()
        result = subprocess.run(
            [BIN / program, *arguments], cwd=ROOT, env={**os.environ, **SETTINGS}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        verdict = "failed" if result.returncode else "ok"
        print(f"  {name:<12}{verdict} ({time.monotonic() - started:.1f} s)", flush=True)
        if result.returncode:
            failed.append(name)
            print((result.stdout + result.stderr).rstrip(), flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
