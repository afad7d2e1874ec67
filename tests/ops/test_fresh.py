"""What bare systems are told of this machine, and what is seen of a command that runs in one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dev import bare, fresh
from dev.inside import LEFT


def test_what_pip_is_told_stands_in_one_file_and_a_variable_counts_more() -> None:
    settings = bare.pip_settings(
        ":env:.timeout='9'\nglobal.extra-index-url='mirror-b mirror-c'\nglobal.timeout='3'\ninstall.user='no'\n"
    )
    assert settings.get("global", "timeout") == "9"
    assert settings.get("global", "extra-index-url") == "mirror-b mirror-c"
    assert settings.get("install", "user") == "no"
    assert bare.pip_settings("").sections() == []


def test_only_places_on_this_machine_are_lent_to_a_system(tmp_path: Path) -> None:
    (tmp_path / "registry" / "simple").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    told = (
        f"global.extra-index-url='file://{tmp_path}/registry/simple https://mirror.invalid{tmp_path}'\n"
        f":env:.find-links='{tmp_path}/wheels/'\nglobal.constraint='{tmp_path}/missing.txt'\n"
        "global.cert='/etc/ssl/certs'\n"
    )
    assert bare.local_places(told) == [tmp_path / "registry", tmp_path / "wheels"]


def test_unknown_system_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert fresh.main(["debian12", "debian1"]) == 2
    assert capsys.readouterr().out == "error: no such system: debian1. There are: debian12, debian13.\n"


def test_without_rights_it_says_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert fresh.main([]) == 2
    assert "root and mmdebstrap" in capsys.readouterr().out


@pytest.fixture
def namespace(root: Path) -> list[str]:
    """The words that start dev/inside.py as the first process of a namespace."""
    own = ["unshare", "--pid", "--mount-proc", "--fork", "--kill-child"]
    if os.geteuid() or not shutil.which("unshare") or subprocess.run([*own, "true"], check=False).returncode:
        pytest.skip("Needs root and namespaces of processes.")
    return [*own, "python3", str(root / "dev" / "inside.py")]


def _order(script: str) -> str:
    environment = {"PATH": os.environ["PATH"]}
    return json.dumps(
        {"user": "root", "folder": ".", "command": ["sh", "-c", script], "environment": environment}
    )


def test_exit_code_of_the_command_is_passed_on(namespace: list[str]) -> None:
    with subprocess.Popen([*namespace, _order("exit 3")], stdin=subprocess.PIPE) as process:
        assert process.wait(20) == 3


def test_end_of_input_interrupts_the_whole_group(namespace: list[str]) -> None:
    with subprocess.Popen(
        [*namespace, _order("trap 'echo asked; exit 0' INT; echo ready; while :; do sleep 0.1; done")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.stdin.close()
        assert process.stdout.read() == "asked\n"
        assert process.wait(20) == 0


def test_process_that_outlives_its_command_is_told(namespace: list[str]) -> None:
    with subprocess.Popen(
        [*namespace, _order("setsid sleep 61 & exit 0")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stdout.read() == "left running: sleep 61\n"
        assert process.wait(20) == LEFT
