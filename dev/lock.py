"""Writes down the exact version of everything that is installed: ``python -m dev.lock``.

The result, requirements.lock, is what the two commands of the README, CI and the image install: names, versions
and hashes, for every extra and for Python 3.11 to 3.14, and no address of a registry. One version serves every
Python wherever there is one that does. Versions that are locked stay; ``--upgrade`` takes the newest that the
ranges in pyproject.toml allow, ``--check`` only says whether the lock answers those ranges.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.bootstrap import ROOT, digest_of_requirements, index_settings, project, written_digest

LOCK = ROOT / "requirements.lock"
HEAD = """\
# Exact versions of everything that is installed, with hashes. Written by `python -m dev.lock`; do not edit.
# Above each library stand the parts of pyproject.toml that need it; dev/bootstrap.py installs by them.
"""
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--fork-strategy", "fewest", "--python-version", "3.11",
    "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header",
    "--only-binary", ":all:",
)  # fmt: skip


class LockError(Exception):
    """The lock could not be written; the message says why."""


def uv() -> str:
    """The resolver; it comes with the environment."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        raise LockError("uv is not installed: run `make check` once, which installs it.")
    return found


def resolve(extras: list[str], into: Path, *options: str) -> dict[str, str]:
    """Each requirement's block of lines for the given extras, by its name and version."""
    command = [uv(), *COMPILE, *options, *(f"--extra={extra}" for extra in extras)]
    result = subprocess.run(
        [*command, "pyproject.toml", "--output-file", str(into)],
        cwd=ROOT, env=surroundings(), check=False, capture_output=True, text=True,
    )  # fmt: skip
    if result.returncode:
        raise LockError(result.stderr.strip() or "uv said nothing about what went wrong.")
    return blocks(into.read_text())


def surroundings() -> dict[str, str]:
    """The environment in which uv asks one registry alone.

    What else pip is told of here may hold some of a release's files only, such as those for this machine's Python:
    a lock with their hashes would refuse every other machine's.
    """
    partial = {"UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"}
    return {k: v for k, v in {**os.environ, **index_settings()}.items() if k not in partial}


def blocks(text: str) -> dict[str, str]:
    """Split a requirements file into its requirements, each with its hashes."""
    found = re.findall(r"^[a-z0-9][^\\\n]*(?:\\\n +--hash=[^\\\n]*)*", text, re.MULTILINE | re.IGNORECASE)
    return {block.split()[0]: block.rstrip() for block in found}


def write(*, upgrade: bool) -> None:
    """Resolve everything at once, then see which part needs what."""
    extras = sorted(project()["optional-dependencies"])
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole.txt")
        if LOCK.exists() and not upgrade:
            # Versions that stand in the output are kept where they still fit; hashes would be too, right or wrong.
            whole.write_text(re.sub(r" *\\\n +--hash=\S+", "", LOCK.read_text()))
        everything = resolve(extras, whole)
        needed = {"base": resolve([], Path(folder, "base.txt"), "--constraints", str(whole))}
        for extra in extras:
            needed[extra] = resolve([extra], Path(folder, f"{extra}.txt"), "--constraints", str(whole))
    parts = [
        f"# {' '.join(name for name, lines in needed.items() if one in lines)}\n{block}\n"
        for one, block in everything.items()
    ]
    text = f"{HEAD}# requirements: {digest_of_requirements()}\n\n" + "\n".join(parts)
    if re.search(r"https?://|--(extra-)?index|--find-links", text):
        raise LockError("The lock would name a registry; nothing was written.")
    LOCK.write_text(text)


def main(arguments: list[str]) -> int:
    if unknown := set(arguments) - {"--upgrade", "--check"}:
        print(f"error: no such option: {' '.join(sorted(unknown))}.")
        return 2
    if "--check" in arguments:
        if written_digest() == digest_of_requirements():
            return 0
        print("requirements.lock does not answer pyproject.toml: run `python -m dev.lock`.")
        return 1
    try:
        write(upgrade="--upgrade" in arguments)
    except LockError as problem:
        print(f"error: {problem}")
        return 1
    print(f"Wrote {LOCK.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
