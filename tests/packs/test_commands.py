"""The commands import_pack and export_pack."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Team
from roles.models import Competency
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

Pack = Callable[..., Path]


def test_import_into_library_makes_it(small_pack: Pack) -> None:
    out = StringIO()

    call_command("import_pack", small_pack(), "--library", "--format", "json", stdout=out)

    report = json.loads(out.getvalue())
    assert Team.objects.library().key == report["team"] == "library"
    assert {"kind": "loop", "created": ["engineer_loop"]}.items() <= report["kinds"][-1].items()


def test_faulty_pack_exits_with_2_and_makes_no_library(small_pack: Pack) -> None:
    errors = StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("import_pack", small_pack(("roles.yaml", "0.7", "0.9")), "--library", stderr=errors)

    assert caught.value.code == 2
    assert "roles.yaml:6:" in errors.getvalue()
    assert not Team.objects.exists()


def test_faults_as_json_name_their_places(small_pack: Pack) -> None:
    TeamFactory(key="acme")
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("import_pack", small_pack(("roles.yaml", "0.7", "0.9")), "--format", "json", stdout=out)

    assert json.loads(out.getvalue())["faults"][0]["where"] == "roles.yaml:6"


def test_dry_run_says_so(small_pack: Pack) -> None:
    team = TeamFactory(key="acme")
    out = StringIO()

    call_command("import_pack", small_pack(), "--team", "acme", "--dry-run", stdout=out)

    assert "nothing was written" in out.getvalue()
    assert not Competency.objects.filter(team=team).exists()


def test_export_writes_files_and_names_them(small_pack: Pack, tmp_path: Path) -> None:
    TeamFactory(key="acme")
    call_command("import_pack", small_pack(), stdout=StringIO())
    out = StringIO()

    call_command("export_pack", tmp_path / "out", "--format", "json", stdout=out)

    assert json.loads(out.getvalue())["files"] == sorted(
        ["competencies.yaml", "loops.yaml", "meta.yaml", "questions/debugging.yaml", "roles.yaml"]
    )


def test_export_of_an_empty_team_exits_with_2(tmp_path: Path) -> None:
    TeamFactory(key="acme")

    with pytest.raises(SystemExit) as caught:
        call_command("export_pack", tmp_path / "out", stderr=StringIO())

    assert caught.value.code == 2
