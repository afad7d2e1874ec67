"""Content in the admin: drafts are forms, published versions read-only, other teams' do not exist."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles import actions
from roles.models import RoleProfile
from rubrics import actions as rubric_actions
from tests.factories import (
    ClusterFactory,
    CompetencyFactory,
    QuestionFactory,
    RequirementFactory,
    RoleProfileFactory,
)
from tests.worlds import Rivals, TeamWorld, publish

LISTS = [
    "roles_roleprofile",
    "roles_competency",
    "roles_cluster",
    "roles_referencetable",
    "rubrics_question",
    "rubrics_questionbank",
    "rubrics_ratingscale",
]


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def recruiter(client: Client, ours: TeamWorld) -> Client:
    client.force_login(ours.recruiter)
    return client


@pytest.mark.parametrize("page", LISTS)
def test_list_shows_own_team_and_nothing_of_a_rival(recruiter: Client, page: str) -> None:
    answer = recruiter.get(address(f"{page}_changelist"))

    assert answer.status_code == 200
    assert "rival" not in answer.content.decode().lower()


@pytest.mark.parametrize(
    "page", ["roles_roleprofile", "roles_competency", "rubrics_question", "rubrics_ratingscale"]
)
def test_rival_rows_do_not_exist(recruiter: Client, world: Rivals, page: str) -> None:
    theirs = world.theirs
    rows = {
        "roles_roleprofile": theirs.profile,
        "roles_competency": theirs.competencies[0],
        "rubrics_question": theirs.questions[0],
        "rubrics_ratingscale": theirs.questions[0].scale,
    }
    for verb in ("change", "publish", "new_version", "retire"):
        answer = recruiter.post(address(f"{page}_{verb}", rows[page].pk))
        assert answer.status_code in {302, 403, 404}
    assert type(rows[page])._default_manager.filter(team=theirs.team, key=rows[page].key).count() == 1
    rows[page].refresh_from_db()
    assert rows[page].status == "published"


@pytest.mark.parametrize("page", ["roles_roleprofile", "roles_competency", "rubrics_question"])
def test_list_costs_the_same_at_one_row_and_at_three(recruiter: Client, ours: TeamWorld, page: str) -> None:
    make = {
        "roles_roleprofile": lambda: RequirementFactory(profile=RoleProfileFactory(team=ours.team)),
        "roles_competency": lambda: CompetencyFactory(team=ours.team, cluster=ClusterFactory(team=ours.team)),
        "rubrics_question": lambda: QuestionFactory(
            team=ours.team, bank=ours.questions[0].bank, scale=ours.questions[0].scale
        ),
    }[page]

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert recruiter.get(address(f"{page}_changelist")).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for _ in range(3):
        make()
    assert cost() == few


def test_form_costs_the_same_at_one_requirement_and_at_three(recruiter: Client, ours: TeamWorld) -> None:
    draft = RoleProfileFactory(team=ours.team, definition_of_done="Done.")
    RequirementFactory(profile=draft, competency=ours.competencies[0], weight="0.2")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert recruiter.get(address("roles_roleprofile_change", draft.pk)).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for _ in range(2):
        competency = CompetencyFactory(team=ours.team)
        publish(competency)
        RequirementFactory(profile=draft, competency=competency, weight="0.2")
    assert cost() == few


def test_published_profile_is_read_only_and_says_so(recruiter: Client, ours: TeamWorld) -> None:
    page = recruiter.get(address("roles_roleprofile_change", ours.profile.pk)).content.decode()

    assert "It cannot change" in page
    assert "New version" in page
    assert 'name="name"' not in page


def test_draft_says_what_is_missing_and_is_published_from_its_page(
    recruiter: Client, ours: TeamWorld
) -> None:
    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)
    page = recruiter.get(address("roles_roleprofile_change", draft.pk)).content.decode()
    assert "The definition of done is missing" in page

    RoleProfile.objects.filter(pk=draft.pk).update(definition_of_done="Users rely on it.")
    recruiter.get(address("roles_roleprofile_publish", draft.pk))
    draft.refresh_from_db()
    assert draft.status == "draft"  # looking is not doing

    recruiter.post(address("roles_roleprofile_publish", draft.pk))
    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == ("published", ours.recruiter)


def test_requirements_are_saved_through_the_form(recruiter: Client, ours: TeamWorld) -> None:
    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)
    rows = list(draft.requirements.order_by("position", "pk"))
    data: dict[str, Any] = {
        "name": "Renamed",
        "family": "production",
        "must_haves": "One\n\nTwo",
        "requirements-TOTAL_FORMS": 2,
        "requirements-INITIAL_FORMS": 2,
    }
    for number, (row, weight) in enumerate(zip(rows, ("0.9", "0.1"), strict=True)):
        data |= {
            f"requirements-{number}-id": row.pk,
            f"requirements-{number}-profile": draft.pk,
            f"requirements-{number}-competency": row.competency_id,
            f"requirements-{number}-weight": weight,
            f"requirements-{number}-required_level": 4,
            f"requirements-{number}-demand_controlled": "0.2",
            f"requirements-{number}-demand_constrained": "0.5",
            f"requirements-{number}-demand_production": "0.3",
            f"requirements-{number}-weight_rationale": "Since it is most of the week.",
        }

    answer = recruiter.post(address("roles_roleprofile_change", draft.pk), data)

    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.name, draft.must_haves) == ("Renamed", ["One", "Two"])
    assert [float(row.weight) for row in draft.requirements.order_by("pk")] == [0.9, 0.1]


def test_key_that_is_not_usable_is_refused_in_plain_words(recruiter: Client) -> None:
    data = {"name": "New", "key": "Bad key!", "family": "production"}
    data |= {"requirements-TOTAL_FORMS": "0", "requirements-INITIAL_FORMS": "0"}

    text = recruiter.post(address("roles_roleprofile_add"), data).content.decode()

    assert "Use lower-case letters, digits, hyphens and underscores." in text
    assert "slug" not in text.split("errorlist", 1)[1][:400]


def test_every_box_of_a_requirement_has_a_name_of_its_own(recruiter: Client, ours: TeamWorld) -> None:
    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)

    page = recruiter.get(address("roles_roleprofile_change", draft.pk)).content.decode()

    for name in ("Competency", "Weight", "Level", "Controlled", "Constrained", "Production"):
        assert f'aria-label="{name}"' in page


def test_two_people_in_one_draft_do_not_overwrite_one_another(recruiter: Client, ours: TeamWorld) -> None:
    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)
    page = address("roles_roleprofile_change", draft.pk)
    seen = recruiter.get(page).context["adminform"].form.initial["seen"]
    row = draft.requirements.first()
    assert row is not None
    row.weight_rationale = "Changed meanwhile."
    actions.save_requirements(draft, [row], by=ours.admin)
    data = {
        "name": "Mine",
        "family": "production",
        "seen": seen,
        "requirements-TOTAL_FORMS": 0,
        "requirements-INITIAL_FORMS": 0,
    }

    answer = recruiter.post(page, data)

    draft.refresh_from_db()
    assert draft.name == ours.profile.name
    text = answer.content.decode()
    assert f"{ours.admin} changed this draft after you opened it" in text
    assert 'value="Mine"' in text


@pytest.mark.parametrize("odd", ["²", "--5", "1e3", "٣x", "9" * 40])
@pytest.mark.parametrize("page", ["roles_roleprofile", "rubrics_question", "rubrics_ratingscale"])
def test_odd_id_in_an_address_reads_like_one_that_does_not_exist(
    recruiter: Client, page: str, odd: str
) -> None:
    for name in ("change", "publish", "history"):
        absent = recruiter.get(address(f"{page}_{name}", 999_999_999))
        assert recruiter.get(address(f"{page}_{name}", odd)).status_code == absent.status_code, name


def test_odd_bank_in_a_filter_narrows_nothing(recruiter: Client) -> None:
    assert recruiter.get(address("rubrics_question_changelist") + "?bank=²").status_code in (200, 302)


def test_page_of_a_draft_says_what_it_changes(recruiter: Client, ours: TeamWorld) -> None:
    draft = actions.new_profile_version(ours.profile, by=ours.recruiter)
    draft.summary = "Keeps the service up."
    actions.save_profile(draft, by=ours.recruiter)

    page = recruiter.get(address("roles_roleprofile_change", draft.pk)).content.decode()

    assert "What changed against the version before: 1 field<" in page
    assert "nothing → Keeps the service up." in page
    assert (
        "What changed"
        not in recruiter.get(address("roles_roleprofile_change", ours.profile.pk)).content.decode()
    )


def test_draft_nobody_touched_is_saved_again_and_again(recruiter: Client, ours: TeamWorld) -> None:
    draft = rubric_actions.new_question_version(ours.questions[0], by=ours.recruiter)
    page = address("rubrics_question_change", draft.pk)
    for title in ("Once", "Twice"):
        form = recruiter.get(page).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value not in (None, False)}
        data |= {
            "title": title,
            "follow_ups": "And then?",
            "strong_answer": "",
            "misreadings": "",
            "red_flags": "",
        }
        for part in ("criteria", "injections"):
            data |= {f"{part}-TOTAL_FORMS": 0, f"{part}-INITIAL_FORMS": 0}
        assert recruiter.post(page, data).status_code == 302
        draft.refresh_from_db()
        assert draft.title == title


def test_anchors_are_saved_through_the_form(recruiter: Client, ours: TeamWorld) -> None:
    draft = rubric_actions.new_question_version(ours.questions[0], by=ours.recruiter)
    criterion, injection = draft.criteria.get(), draft.injections.get()
    data: dict[str, Any] = {
        "title": draft.title,
        "bank": draft.bank_id,
        "scale": draft.scale_id,
        "format": draft.format,
        "realism": draft.realism,
        "minutes": draft.minutes,
        "target_level": draft.target_level,
        "prompt": draft.prompt,
        "follow_ups": "And then?",
        "criteria-TOTAL_FORMS": 1,
        "criteria-INITIAL_FORMS": 1,
        "criteria-0-id": criterion.pk,
        "criteria-0-question": draft.pk,
        "criteria-0-competency": criterion.competency_id,
        "criteria-0-strength": "0.8",
        "criteria-0-target_level": 3,
        **{f"criteria-0-anchor_{point}": f"Anchor {point}, reworded." for point in range(1, 5)},
        "injections-TOTAL_FORMS": 1,
        "injections-INITIAL_FORMS": 1,
        "injections-0-id": injection.pk,
        "injections-0-question": draft.pk,
        "injections-0-at_minute": 12,
        "injections-0-probes": injection.probes_id,
        "injections-0-change": injection.change,
    }

    answer = recruiter.post(address("rubrics_question_change", draft.pk), data)

    assert answer.status_code == 302
    assert criterion.anchors.get(point=2).text == "Anchor 2, reworded."
    assert draft.injections.get().at_minute == 12


def test_form_offers_no_competency_of_a_rival(recruiter: Client, world: Rivals) -> None:
    draft = actions.new_profile_version(world.ours.profile, by=world.ours.recruiter)

    page = recruiter.get(address("roles_roleprofile_change", draft.pk)).content.decode()

    assert "Observability acme" in page
    assert "Observability rival" not in page


def test_leak_is_recorded_with_its_reason(recruiter: Client, ours: TeamWorld) -> None:
    question = ours.questions[0]

    recruiter.post(
        address("rubrics_question_mark_leak", question.pk), {"leak": "0.4", "reason": "On a forum."}
    )

    page = recruiter.get(address("rubrics_question_change", question.pk)).content.decode()
    assert "40\u202f%" in page


def test_interviewer_has_no_business_in_the_admin(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.interviewers[0])

    assert client.get(address("roles_roleprofile_changelist")).status_code == 302


def test_hiring_manager_reads_and_does_not_edit(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.hiring_manager)

    assert client.get(address("roles_roleprofile_change", ours.profile.pk)).status_code == 200
    assert client.post(address("roles_roleprofile_new_version", ours.profile.pk)).status_code == 403
