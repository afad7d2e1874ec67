"""Tries the newest libraries that the ranges allow: ``python -m dev.newest [PYTEST ARGUMENTS]``.

Works on a copy of what is committed, with an environment of its own, and throws both away: it says which versions
differ from the lock, and what of the linters and tests breaks with them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.bootstrap import ROOT
from dev.lock import LOCK, blocks


def newer(before: str, after: str) -> list[str]:
    """What one lock has in another version than the other, as sentences."""
    old, new = (dict(name.split("==") for name in blocks(text)) for text in (before, after))
    return [
        f"{name} {old.get(name, 'none')} > {new.get(name, 'none')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="newest-") as folder:
        copy = Path(folder, "checkout")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
        shutil.copy(LOCK, copy / LOCK.name)
        # What says where this checkout lives must not reach the copy.
        environment = {k: v for k, v in os.environ.items() if k != "LOOPWRIGHT_DATA_DIR"}

        def run(*command: str) -> int:
            return subprocess.run([*command], cwd=copy, env=environment, check=False).returncode

        if run(sys.executable, "-m", "dev.lock", "--upgrade"):
            return 1
        changed = newer(LOCK.read_text(), (copy / LOCK.name).read_text())
        print(
            "\n".join(f"  {line}" for line in changed) or "  The lock has the newest of everything.",
            flush=True,
        )
        if not changed:
            return 0
        failed = [
            target
            for target in ("check", "test")
            if run(
                "make", target, *([f"ARGS={' '.join(arguments)}"] if target == "test" and arguments else [])
            )
        ]
        run("make", "clean")
    print(f"Breaks: make {', make '.join(failed)}." if failed else "Nothing breaks.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
