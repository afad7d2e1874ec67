"""Flags from a run to the pages: to calibrators and to oneself, to nobody else."""

from dataclasses import dataclass
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.policies import adopt_policy
from accounts.models import User
from hiring.calibration.actions import calibrate_team
from hiring.calibration.flags import CRITERIA, StoredFlag
from hiring.calibration.models import CalibrationRun, CriterionEstimate
from hiring.pipeline.models import Application, Candidate, Interview
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from tests.calibration.test_own_severity import run_with
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals

pytestmark = pytest.mark.django_db

CALIBRATION, OWN = "/t/acme/calibration/", "/t/acme/interviews/"
HARDER = "Ratings are harder to predict than the panel’s"
APPLICATIONS = 60


@dataclass
class Planted:
    """Five people rated everybody; one of them by the roll of dice."""

    worlds: Rivals
    dice: User
    run: CalibrationRun

    @property
    def ours(self) -> TeamWorld:
        return self.worlds.ours


def scored(world: TeamWorld, people: list[User], dice: User) -> None:
    """Every stage of sixty applications, rated by three of ``people`` in turn."""
    chance, now = Random(7), timezone.now()
    candidates = Candidate.objects.bulk_create(
        Candidate(team=world.team, name=f"C{n} of {world.team.key}") for n in range(APPLICATIONS)
    )
    applications = Application.objects.bulk_create(
        Application(team=world.team, opening=world.opening, candidate=who, applied_at=now)
        for who in candidates
    )
    interviews = Interview.objects.bulk_create(
        Interview(team=world.team, application=each, stage=stage)
        for each in applications
        for stage in world.stages
    )
    cards, points = [], []
    for number, interview in enumerate(interviews):
        true = (number // 2 * 7) % 4 + 1
        for turn in range(3):
            by = people[(number + turn * (1 + number % 2)) % len(people)]
            cards.append(Scorecard(team=world.team, interview=interview, interviewer=by))
            near = min(max(true + chance.choice((-1, 0, 0, 0, 1)), 1), 4)
            points.append(chance.randint(1, 4) if by == dice else near)
    Scorecard.objects.bulk_create(cards)
    criterion_of = dict(zip([stage.pk for stage in world.stages], world.criteria, strict=True))
    Rating.objects.bulk_create(
        Rating(scorecard=card, criterion=criterion_of[card.interview.stage_id], point=point, evidence="Seen.")
        for card, point in zip(cards, points, strict=True)
    )
    Scorecard.objects.filter(pk__in=[card.pk for card in cards]).update(
        state=ScorecardState.SUBMITTED, submitted_at=now
    )


def planted_rivals() -> Planted:
    worlds = rivals()
    ours = worlds.ours
    people = [*ours.interviewers, ours.recruiter, ours.hiring_manager]
    scored(ours, people, dice=ours.interviewers[1])
    return Planted(worlds, ours.interviewers[1], calibrate_team(team=ours.team, by=None))


_built, planted = standing(planted_rivals)


def text(user: User, path: str) -> str:
    return signed_in(user).get(path).content.decode()


def part(page: str, start: str, end: str = "</section>") -> str:
    return page.split(start)[1].split(end, maxsplit=1)[0]


def test_whoever_rates_by_dice_is_flagged_and_nobody_else(planted: Planted) -> None:
    rows = planted.run.interviewers.order_by("pk")
    row = rows.get(interviewer=planted.dice)
    flags = {flag["code"]: flag for flag in row.flags}

    assert flags["misfit"]["lower"] > 0.2
    assert flags["misfit"]["lower"] < flags["misfit"]["effect"]
    assert row.infit is not None
    assert row.infit > 1.3
    assert not any(other.flags for other in rows if other != row)
    assert [test["test"] for test in planted.run.looked_for][:2] == ["severity", "noise"]


def test_calibrators_read_it_as_a_question_with_size_and_interval(planted: Planted) -> None:
    found = part(text(planted.ours.calibrator, CALIBRATION), 'id="out"')

    assert f"/t/acme/your-scoring/{planted.dice.pk}/" in found.split("<dt>")[1]
    assert f"<b>{HARDER}</b>: they scatter" in found
    assert "90\u202f% interval" in found
    assert "Ask: Are the anchors read as colleagues read them?" in found
    assert "a question to ask, not a verdict" in found
    assert "Ratings that are harder or easier to predict" in found.split("What was looked for")[1]
    assert found.count("<dt>") == 1


def test_ones_own_page_says_it_kindly_and_a_colleagues_does_not(planted: Planted) -> None:
    own = part(text(planted.dice, OWN), '<aside class="mirror"', "</aside>")
    other = part(text(planted.ours.interviewers[0], OWN), '<aside class="mirror"', "</aside>")

    assert "Your ratings follow the others’ less closely" in own
    assert "Write the evidence first" in own
    assert "see it, and nobody else" in " ".join(own.split())
    assert "less closely" not in other
    assert "Nothing in how you use the scale stands out" in other


@pytest.mark.parametrize("role", ["admin", "recruiter", "hiring_manager", "leader", "interviewer"])
def test_the_page_is_for_calibrators_alone(planted: Planted, role: str) -> None:
    assert signed_in(planted.ours.members[role]).get(CALIBRATION).status_code == 403
    assert signed_in(planted.worlds.theirs.calibrator).get(CALIBRATION).status_code == 404


def test_the_api_gives_flags_to_calibrators_and_to_oneself(planted: Planted) -> None:
    path = f"/api/v1/calibration-runs/{planted.run.pk}/"
    rows = signed_in(planted.ours.calibrator).get(path).json()["interviewers"]
    flagged = [row for row in rows if row["flags"]]
    assert [row["interviewer"] for row in flagged] == [planted.dice.email]
    assert "misfit" in {flag["code"] for flag in flagged[0]["flags"]}
    assert flagged[0]["infit"] > 1.3

    theirs = signed_in(planted.ours.hiring_manager).get(path).json()["interviewers"]
    assert {row["interviewer"] for row in theirs} == {planted.ours.hiring_manager.email}
    leader = signed_in(planted.ours.leader).get(path).json()
    assert leader["interviewers"] == []
    assert leader["looked_for"][0]["tested"] == 5
    assert signed_in(planted.worlds.theirs.calibrator).get(path).status_code == 404


def test_below_the_policys_scorecards_nothing_is_said_of_anybody(planted: Planted) -> None:
    adopt_policy(
        team=planted.ours.team, values={"estimates_from": 500}, reason="Be careful.", by=planted.ours.admin
    )

    found = part(text(planted.ours.calibrator, CALIBRATION), 'id="out"')
    assert HARDER not in found
    assert "Nobody is flagged, of those with 500 scorecards or more." in " ".join(found.split())
    own = part(text(planted.dice, OWN), '<aside class="mirror"', "</aside>")
    assert "What stands out" not in own
    path = f"/api/v1/calibration-runs/{planted.run.pk}/"
    assert signed_in(planted.ours.calibrator).get(path).json()["interviewers"] == []


@pytest.mark.parametrize(
    ("looked_for", "said"),
    [
        (None, "made before this was looked for"),
        ([], "Too few interviews to look"),
        (
            [{"test": "drift", "tested": 6, "untold": 4}],
            "A standard that moves: too few ratings to tell yet of 4 of 6 interviewers.",
        ),
    ],
)
def test_the_page_says_what_was_and_what_was_not_looked_for(
    planted: Planted, looked_for: list[object] | None, said: str
) -> None:
    ours = planted.ours
    run_with(ours, {ours.interviewers[0]: 0.4}, looked_for=looked_for)

    found = " ".join(part(text(ours.calibrator, CALIBRATION), 'id="out"').split())

    assert said in found
    assert ("Nobody is flagged." in found) == bool(looked_for)


def test_criteria_that_stand_out_are_counted_and_listed_alone(planted: Planted) -> None:
    ours = planted.ours
    run = run_with(ours, {ours.interviewers[0]: 0.4}, looked_for=[])
    flag = StoredFlag("misfit", 0.3, 0.2, 0.4, "share", CRITERIA["misfit"].finding)
    for criterion, flags in zip(ours.criteria, ([flag.plain()], ["one_interviewer"]), strict=True):
        CriterionEstimate.objects.create(
            run=run, criterion=criterion, difficulty=0.0, se=0.2, n_ratings=40, n_interviewers=3, flags=flags
        )

    page = text(ours.calibrator, CALIBRATION)
    alone = text(ours.calibrator, f"{CALIBRATION}?show=standing-out")

    assert "1 criterion stands out." in " ".join(page.split())
    assert "they scatter 30\u202f% more" in page
    assert "20 to 40\u202f%" in page
    assert "Observability acme question" in page
    assert "Observability acme question" not in alone
    assert "Debugging acme question" in alone


def test_the_page_costs_the_same_with_one_flag_and_with_many(planted: Planted) -> None:
    ours = planted.ours
    flag = StoredFlag("misfit", 0.3, 0.2, 0.4, "share", "").plain()

    def cost(people: list[User]) -> int:
        run_with(ours, dict.fromkeys(people, 0.4), looked_for=[], flags=[flag])
        client = signed_in(ours.calibrator)
        client.get(CALIBRATION)
        with CaptureQueriesContext(connection) as seen:
            client.get(CALIBRATION)
        return len(seen)

    assert cost(ours.interviewers[:1]) == cost([*ours.interviewers, ours.recruiter])
