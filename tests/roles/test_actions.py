"""Drafts, publishing, new versions and retiring of role profiles and competencies."""

import pghistory.models
import pytest

from accounts.errors import Conflict, Frozen, InvalidInput
from content.models import Status
from roles import actions
from roles.models import Competency, RoleProfile
from tests.factories import CompetencyFactory, RequirementFactory, RoleProfileFactory
from tests.worlds import TeamWorld


@pytest.fixture
def draft(ours: TeamWorld) -> RoleProfile:
    profile = RoleProfileFactory(
        team=ours.team, key="fde", name="FDE", definition_of_done="Users rely on it."
    )
    for competency, weight in zip(ours.competencies, ("0.7", "0.3"), strict=True):
        RequirementFactory(profile=profile, competency=competency, weight=weight)
    return profile


def test_published_profile_is_hashed_named_and_audited(draft: RoleProfile, ours: TeamWorld) -> None:
    actions.publish_profile(draft, by=ours.recruiter)

    assert (draft.status, draft.published_by, len(draft.content_hash)) == ("published", ours.recruiter, 64)
    event = pghistory.models.Events.objects.tracks(draft).filter(pgh_label__startswith="update").first()
    assert event is not None
    assert event.pgh_context["action"] == "role_profile.publish"


def test_equal_content_has_an_equal_hash_and_a_changed_weight_another(
    draft: RoleProfile, ours: TeamWorld
) -> None:
    actions.publish_profile(draft, by=ours.recruiter)
    copy = actions.new_profile_version(draft, by=ours.recruiter)
    actions.publish_profile(copy, by=ours.recruiter)
    other = actions.new_profile_version(copy, by=ours.recruiter)
    rows = list(other.requirements.order_by("position", "pk"))
    rows[0].weight, rows[1].weight = "0.6", "0.4"
    actions.save_requirements(other, rows, by=ours.recruiter)
    actions.publish_profile(other, by=ours.recruiter)

    assert copy.content_hash == draft.content_hash
    assert other.content_hash != draft.content_hash


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"weight": "0.5"}, "weights that sum to 0.8, not 1. Add 0.2."),
        ({"demand_production": "0.2"}, "the realism demand has shares that sum to 0.9, not 1. Add 0.1."),
        ({"weight_rationale": " "}, "the reason for the weight is missing"),
    ],
)
def test_publishing_tells_what_is_wrong(
    draft: RoleProfile, ours: TeamWorld, change: dict[str, str], expected: str
) -> None:
    draft.requirements.filter(weight="0.7").update(**change)

    with pytest.raises(InvalidInput) as caught:
        actions.publish_profile(draft, by=ours.recruiter)

    assert any(expected in text for _, text in caught.value.problems), caught.value.problems
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_publishing_tells_all_faults_at_once(draft: RoleProfile, ours: TeamWorld) -> None:
    draft.requirements.update(weight_rationale="")
    RoleProfile.objects.filter(pk=draft.pk).update(definition_of_done="")

    assert len(actions.PROFILES.faults(draft)) == 3


def test_profile_naming_a_draft_competency_is_not_published(draft: RoleProfile, ours: TeamWorld) -> None:
    draft.requirements.update(weight="0.5")
    row = draft.requirements.first()
    assert row is not None
    row.competency = CompetencyFactory(team=ours.team, name="Tact")
    row.save()

    with pytest.raises(InvalidInput) as caught:
        actions.publish_profile(draft, by=ours.recruiter)

    assert "Tact is a draft" in caught.value.problems[0][1]


def test_published_profile_refuses_edits(ours: TeamWorld) -> None:
    with pytest.raises(Frozen):
        actions.save_profile(ours.profile, by=ours.recruiter)
    with pytest.raises(Frozen):
        actions.save_requirements(ours.profile, [], by=ours.recruiter)
    with pytest.raises(Frozen):
        actions.publish_profile(ours.profile, by=ours.recruiter)
    with pytest.raises(Frozen):
        actions.discard_profile(ours.profile, by=ours.recruiter)


def test_new_version_takes_up_the_newest_competencies(ours: TeamWorld) -> None:
    renewed = actions.new_competency_version(ours.competencies[0], by=ours.recruiter)
    actions.publish_competency(renewed, by=ours.recruiter)

    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)

    pinned = {
        row.competency.key: row.competency.version for row in draft.requirements.select_related("competency")
    }
    assert (draft.version, pinned) == (2, {"debugging": 2, "observability": 1})
    assert ours.profile.requirements.filter(competency__version=2).count() == 0


def test_second_draft_of_a_profile_is_refused(ours: TeamWorld) -> None:
    actions.new_profile_version(ours.profile, by=ours.recruiter)

    with pytest.raises(Conflict, match="Version 2"):
        actions.new_profile_version(ours.profile, by=ours.recruiter)


def test_discarded_draft_is_gone_and_its_number_free(ours: TeamWorld) -> None:
    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)

    actions.discard_profile(draft, by=ours.recruiter)

    assert actions.new_profile_version(ours.profile, by=ours.recruiter).version == 2


def test_retiring_takes_earlier_versions_along_but_not_later_ones(ours: TeamWorld) -> None:
    second = actions.new_competency_version(ours.competencies[0], by=ours.recruiter)
    actions.publish_competency(second, by=ours.recruiter)
    third = actions.new_competency_version(second, by=ours.recruiter)
    actions.publish_competency(third, by=ours.recruiter)

    actions.retire_competency(second, by=ours.recruiter, reason="merged")

    states = dict(Competency.objects.filter(team=ours.team, key="debugging").values_list("version", "status"))
    assert states == {1: "retired", 2: "retired", 3: "published"}
    with pytest.raises(Frozen):
        actions.retire_competency(second, by=ours.recruiter)


def test_key_in_use_is_refused(ours: TeamWorld) -> None:
    twin = RoleProfile(team=ours.team, key=ours.profile.key, name="Twin", family="fde")

    with pytest.raises(Conflict, match="is taken"):
        actions.save_profile(twin, by=ours.recruiter)


def test_fields_that_cannot_be_are_named(ours: TeamWorld) -> None:
    with pytest.raises(InvalidInput) as caught:
        actions.save_profile(
            RoleProfile(team=ours.team, key="A key", name="", family="fde"), by=ours.recruiter
        )

    assert {field for field, _ in caught.value.problems} == {"key", "name"}
