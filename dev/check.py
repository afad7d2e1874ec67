"""Runs the linters: ``python -m dev.check [NAME ...]``, all of them by default.

The one list of them: `make check`, the hooks before a commit and CI all come here.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from dev import node
from dev.devdb import ROOT

BIN = Path(sys.executable).parent
PACKAGES = (
    "accounts", "config", "content", "demo", "events", "figures", "hiring", "jobs", "loops", "mail",
    "reports", "roles", "rubrics", "web",
)  # fmt: skip

CHECKS: dict[str, list[str]] = {
    "lock": ["python", "-m", "dev.lock", "--check"],
    "ruff": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "imports": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "templates", *PACKAGES],
    "indent": ["djhtml", "--check", "--tabwidth", "2", "templates", *PACKAGES],
    "browser": ["biome", "check", "--error-on-warnings"],
    "scripts": ["tsc", "--project", "jsconfig.json"],
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


def command(program: str, *arguments: str) -> list[str]:
    """The command line of a linter. Raises ToolsError where one for the browser's code cannot be had."""
    return node.command(program, *arguments) if program in node.TOOLS else [str(BIN / program), *arguments]


def main(names: list[str]) -> int:
    if unknown := set(names) - set(CHECKS):
        print(f"error: no such check: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        return 2
    failed = []
    for name in names or CHECKS:
        started = time.monotonic()
        try:
            line = command(*CHECKS[name])
        except node.ToolsError as problem:
            print(f"  {name:<12}skipped: {problem}", flush=True)
            continue
        result = subprocess.run(
            line, cwd=ROOT, env={**os.environ, **SETTINGS}, check=False, capture_output=True, text=True
        )
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
