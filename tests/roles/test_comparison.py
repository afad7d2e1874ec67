"""Role profiles laid side by side."""

import pytest

from roles.comparison import compare, load, overlap
from tests.roles.conftest import other_profile
from tests.worlds import TeamWorld


def test_overlap_is_the_least_weight_of_what_is_shared() -> None:
    assert overlap([{"a": 0.6, "b": 0.4}, {"a": 0.25, "c": 0.75}]) == pytest.approx(0.25)
    assert overlap([{"a": 1.0}, {"b": 1.0}]) == 0


def test_common_competencies_come_before_each_profiles_own(ours: TeamWorld) -> None:
    found = compare(load([ours.profile, other_profile(ours, "fde")]))

    assert [row.name for row in found.common] == ["Debugging acme"]
    assert [row.name for row in found.single] == ["Observability acme", "Own of fde"]
    assert found.overlap == pytest.approx(0.25)
