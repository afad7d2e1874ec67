"""``manage.py report``: a file, or one clear line and nothing."""

import hashlib
import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from reports.models import Report
from tests.reports.conftest import Scored

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("report", *args, stdout=out)
    return out.getvalue()


@pytest.mark.pdf
def test_json_describes_the_file_that_was_written(scored: Scored, tmp_path: Path) -> None:
    target = tmp_path / "loop.pdf"
    about = json.loads(
        run("evaluation-gap", "main_loop@1", "--team", "acme", "--out", str(target), "--format", "json")
    )
    content = target.read_bytes()
    assert about["path"] == str(target)
    assert about["sha256"] == hashlib.sha256(content).hexdigest()
    assert about["pages"] == len(PdfReader(BytesIO(content)).pages)
    assert [path.name for path in tmp_path.iterdir()] == ["loop.pdf"]
    assert not Report.objects.exists()


@pytest.mark.pdf
def test_skill_gap_is_written_for_the_team_that_owns_it(scored: Scored, tmp_path: Path) -> None:
    target = tmp_path / "person.pdf"
    said = run(
        "skill-gap",
        str(scored.ours.application.pk),
        "--team",
        "acme",
        "--paper",
        "letter",
        "--out",
        str(target),
    )
    assert str(target) in said
    assert round(PdfReader(target).pages[0].mediabox.width) == 612


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["nothing", "1", "--team", "acme"],
            "The kinds are: candidate-page, evaluation-gap, noise-audit, skill-gap",
        ),
        (["leadership", "1", "--team", "acme"], "There is no report leadership"),
        (["skill-gap", "abc", "--team", "acme"], "not the id of an application"),
        (["skill-gap", "999999", "--team", "acme"], "has no application"),
        (["skill-gap", "{theirs}", "--team", "acme"], "has no application"),
        (["skill-gap", "{ours}"], "--team"),
        (["evaluation-gap", "main_loop@7", "--team", "acme"], "main_loop"),
        (["evaluation-gap", "main_loop", "--team", "nobody"], "acme, rival"),
        (["evaluation-gap", "main_loop", "--team", "acme", "--paper", "a3"], "a4 or letter"),
        (["evaluation-gap", "main_loop", "--team", "acme", "--format", "xml"], "table or json"),
    ],
)
def test_bad_input_is_one_line_and_no_file(
    args: list[str], message: str, scored: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = {"ours": scored.ours.application.pk, "theirs": scored.worlds.theirs.application.pk}
    with pytest.raises(SystemExit) as stop:
        run(*[arg.format(**ids) for arg in args], "--out", str(tmp_path / "x.pdf"))
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "message"), [("x.txt", "end in .pdf"), ("no/such/x.pdf", "no folder"), (None, "--out FILE.pdf")]
)
def test_bad_target_is_refused_before_anything_is_made(
    out: str | None,
    message: str,
    scored: Scored,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        run("evaluation-gap", "main_loop", "--team", "acme", *(["--out", out] if out else []))
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_without_pango_it_says_so(
    scored: Scored, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PDF_ENABLED = False
    with pytest.raises(SystemExit) as stop:
        run("evaluation-gap", "main_loop", "--team", "acme", "--out", str(tmp_path / "x.pdf"))
    assert stop.value.code == 2
    assert "switched off" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
