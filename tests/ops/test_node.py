"""The tools that check the browser's code: pinned without an address, skipped in so many words where there are none."""

import json
import re
from pathlib import Path

import pytest

from dev import check, node


def test_lock_pins_versions_and_hashes_and_names_no_address(root: Path) -> None:
    lock = json.loads((root / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert all(package["version"] and package["integrity"] for package in packages.values())
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_tools_are_pinned_exactly(root: Path) -> None:
    wanted = json.loads((root / "package.json").read_text())["devDependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without Node.js, and nothing installed."""
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(node.shutil, "which", lambda _name: None)


@pytest.mark.usefixtures("bare")
def test_check_without_node_says_that_it_was_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["browser", "scripts"]) == 0
    said = capsys.readouterr().out
    assert said.count("skipped: there is no Node.js 20 or newer, and no wheel of it for this machine") == 2


@pytest.mark.usefixtures("bare")
def test_node_that_is_too_old_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.20.4\n")
    old.chmod(0o755)
    monkeypatch.setattr(node.shutil, "which", lambda name: str(old) if name == "node" else None)
    assert node.find_node() is None

    old.write_text("#!/bin/sh\necho v20.1.0\n")
    assert node.find_node() == old


def test_failed_installation_says_why_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(node, "_npm", lambda: [str(npm)])
    monkeypatch.setattr(node, "find_node", lambda: npm)
    for _ in range(2):
        with pytest.raises(node.ToolsError, match="npm could not install them: npm error network"):
            node.install()
