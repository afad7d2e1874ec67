"""The starter pack: complete, byte-stable, and worth what its authors computed."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from accounts.models import Team
from hiring.loops.coverage import plan_gap
from hiring.loops.models import Loop
from hiring.packs import copy_from_library, export_pack, import_pack
from roles.models import Competency, RoleProfile
from rubrics.models import Anchor, Question

pytestmark = pytest.mark.django_db

STARTER = Path(__file__).parents[2] / "packs" / "starter"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


@pytest.fixture
def library() -> Team:
    team = Team.objects.create(key="library", name="Library", is_library=True)
    import_pack(STARTER, team=team, by=None)
    return team


def test_starter_pack_exports_the_bytes_it_was_imported_from(library: Team, tmp_path: Path) -> None:
    export_pack(library, tmp_path / "out")

    assert _bytes(tmp_path / "out") == _bytes(STARTER)
