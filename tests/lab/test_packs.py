"""Vignettes as a section of a pack: nothing dropped, every fault with its line, bound to the question's version."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.errors import InvalidInput
from accounts.models import Team
from content.packs import copy_from_library, export_pack, import_pack
from hiring.lab.models import Vignette, VignettePair, VignetteReference
from tests.factories import TeamFactory
from tests.packs.conftest import bytes_of, small_pack  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
Pack = Callable[..., Path]

ALONE = "point: 1\n    acceptable: [1]\n"
VIGNETTES = """\
vignettes:
- key: quick_fix
  question: slow_service
  minutes: 1
  setting: Minutes 2 to 9.
  answer: |-
    Interviewer: And now?
    Candidate: I restart it.
  reference:
  - competency: debugging
    point: 1
    acceptable: [1, 2]
    reason: '"I restart it" names no cause.'
    common_mistake: Giving 2 for speed.
  - competency: writing
    point: not_assessed
    acceptable: [not_assessed]
    reason: Nobody asked for a note.
- key: sure_fix
  question: slow_service
  trap: confidence
  alternative: true
  minutes: 2
  setting: Minutes 2 to 9.
  answer: 'Candidate: Certainly a restart.'
  reference:
  - competency: debugging
    point: 1
    acceptable: [1]
    reason: No cause.
  - competency: writing
    point: not_assessed
    acceptable: [not_assessed]
    reason: Nobody asked for a note.
pairs:
- key: pair_1
  first: quick_fix
  second: sure_fix
  use: trap
  why: Certain of everything.
"""


@pytest.fixture
def team() -> Team:
    return TeamFactory(key="acme")


@pytest.fixture
def pack(small_pack: Pack) -> Callable[..., Path]:  # noqa: F811 -- the fixture
    def write(*edits: tuple[str, str]) -> Path:
        text = VIGNETTES
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        folder = small_pack()
        (folder / "vignettes.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


def test_everything_is_read_and_comes_back(pack: Pack, team: Team, tmp_path: Path) -> None:
    report = import_pack(pack(), team=team, by=None)

    assert report.count("vignette") == (2, 0, 0, 0)
    vignette = Vignette.objects.get(team=team, key="quick_fix")
    assert vignette.turns == [("Interviewer", "And now?"), ("Candidate", "I restart it.")]
    assert [(row.point, row.acceptable) for row in vignette.references.all()] == [(1, [1, 2]), (None, [])]
    other = Vignette.objects.get(team=team, key="sure_fix")
    assert (other.trap, other.alternative, other.question.key) == ("confidence", True, "slow_service")
    assert VignettePair.objects.get(team=team).why == "Certain of everything."
    export_pack(team, tmp_path / "one")
    twin = TeamFactory(key="twin")
    import_pack(tmp_path / "one", team=twin, by=None)
    export_pack(twin, tmp_path / "two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_importing_again_changes_nothing(pack: Pack, team: Team) -> None:
    import_pack(pack(), team=team, by=None)

    report = import_pack(pack(), team=team, by=None)

    assert report.count("vignette") == (0, 0, 2, 0)
    assert report.count("vignette pair") == (0, 0, 1, 0)


def test_new_version_of_the_question_makes_one_of_its_vignettes(
    pack: Pack,
    team: Team,
    small_pack: Pack,  # noqa: F811 -- the fixture
) -> None:
    import_pack(pack(), team=team, by=None)
    folder = small_pack(("questions/debugging.yaml", "Leaves no note.", "Leaves no note at all."))
    (folder / "vignettes.yaml").write_text(VIGNETTES, encoding="utf-8")

    import_pack(folder, team=team, by=None)

    versions = Vignette.objects.filter(team=team, key="quick_fix").order_by("version")
    assert [(row.version, row.question.version) for row in versions] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("point: 1\n    acceptable: [1, 2]", "point: 9\n    acceptable: [9]"), "is 9, which the question's scale"),
        (("acceptable: [1, 2]", "acceptable: [2]"), "must hold the point, 1"),
        (("acceptable: [1, 2]", "acceptable: [1, 3]"), "two neighbours"),
        (("point: 1\n    acceptable: [1, 2]", "point: good\n    acceptable: [1]"), "must be a point of the scale"),
        (("question: slow_service\n  minutes", "question: slow_servise\n  minutes"), "slow_servise"),
        (("second: sure_fix", "second: sure_fox"), "sure_fox"),
        (("use: trap", "use: drift"), "one of them has a trap"),
        (("  trap: confidence\n", ""), "one of them must have a trap"),
        (("  trap: confidence", "  trap: beer"), "must be one of charm"),
        (("competency: debugging\n    " + ALONE, "competency: writing\n    " + ALONE), "in the same order"),
        (("acceptable: [1]\n    reason: No", "acceptable: [1, 2]\n    surprise: No"), "surprise"),
    ],
)  # fmt: skip
def test_every_fault_is_named(pack: Pack, team: Team, edit: tuple[str, str], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        import_pack(pack(edit), team=team, by=None)

    assert any(said in text for _, text in caught.value.problems), caught.value.problems
    assert not Vignette.objects.exists()


def test_copying_a_role_brings_the_answers_to_its_questions(pack: Pack, team: Team) -> None:
    library = TeamFactory(key="library", is_library=True)
    import_pack(pack(), team=library, by=None)

    copy_from_library(team, by=None, wanted={"role profile": ["engineer"]})

    assert Vignette.objects.filter(team=team).count() == 2
    assert VignettePair.objects.filter(team=team).count() == 1
    assert VignetteReference.objects.filter(vignette__team=team).count() == 4
