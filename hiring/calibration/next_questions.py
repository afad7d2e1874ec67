"""What one more question would settle about an application, as its run worked it out: for pages, reports and the API.

Reads rows only. Whoever asks has made sure that the reader owes no scorecard on the application.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Exists, OuterRef

from accounts.models import Membership, User
from hiring.calibration.models import CalibrationRun, PooledEstimate
from hiring.calibration.one_more import ToldApplication
from hiring.pipeline.models import Application, Assignment
from hiring.scoring.models import Rating
from rubrics.models import Criterion, Question

SHOWN_QUESTIONS = 3
#: A rating that lowers the chance of a wrong verdict by less than a point is not worth an interview.
WORTH_ASKING = 0.01
#: Up to here a verdict that nothing would change is called settled.
SETTLED = 0.05


class Outlook(StrEnum):
    """What can be said of one more question; the pages have the words."""

    NOT_CALIBRATED = "not-calibrated"
    NOT_WORKED_OUT = "not-worked-out"
    """Decided when the run was made, too many others, levels withheld, or nothing of the role is rated."""
    NONE_LEFT = "none-left"
    """No question, or nobody who might ask it, is new to the candidate."""
    SETTLED = "settled"
    HARDLY = "hardly"
    """Open, and no single question of the run would change that."""
    WORTH_ASKING = "worth-asking"


@dataclass(frozen=True)
class NextQuestion:
    """One more rating: on which criterion, what is uncertain after it, and who may give it, by name."""

    criterion: Criterion
    wrong: float
    se: float
    by: list[str]
    #: The same people, name by id.
    people: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NextQuestions:
    """What one more rating would tell of the weighted level.

    ``wrong`` is the chance, now, that a verdict by the weighted level against what the role requires, less the
    tolerance, is wrong; ``se`` its standard error in levels; ``covered`` the share of the role's weight it speaks of.
    ``questions`` are those worth asking, what settles most first.
    """

    outlook: Outlook
    covered: float | None = None
    wrong: float | None = None
    se: float | None = None
    questions: list[NextQuestion] = field(default_factory=list)
    least: float | None = None
    """The chance after the best question, worth asking or not."""


def next_questions(application: Application, run: CalibrationRun | None) -> NextQuestions:
    """Read what ``run`` says of ``application``, less what was asked or retired since. Four queries at most."""
    if run is None:
        return NextQuestions(Outlook.NOT_CALIBRATED)
    stored: ToldApplication | None = (
        PooledEstimate.objects.filter(run=run, application=application)
        .values_list("one_more", flat=True)
        .first()
    )
    if stored is None:
        return NextQuestions(Outlook.NOT_WORKED_OUT)
    criteria = Criterion.objects.select_related("question", "competency").in_bulk(
        [row["criterion"] for row in stored["questions"]]
    )
    new = _unheard(application, {each.question.key for each in criteria.values()})
    rows = [row for row in stored["questions"] if criteria[row["criterion"]].question.key in new]
    worth = [row for row in rows if stored["wrong"] - row["wrong"] >= WORTH_ASKING][:SHOWN_QUESTIONS]
    least = min((row["wrong"] for row in rows), default=None)
    if worth:
        outlook = Outlook.WORTH_ASKING
    elif least is None:
        outlook = Outlook.NONE_LEFT
    else:
        outlook = Outlook.SETTLED if stored["wrong"] <= SETTLED else Outlook.HARDLY
    names = _names(application, {pk for row in worth for pk in row["interviewers"]})
    return NextQuestions(
        outlook,
        covered=stored["covered"],
        wrong=stored["wrong"],
        se=stored["se"],
        questions=[
            NextQuestion(
                criteria[row["criterion"]],
                row["wrong"],
                row["se"],
                sorted(names[pk] for pk in row["interviewers"] if pk in names),
                {pk: name for pk, name in names.items() if pk in row["interviewers"]},
            )
            for row in worth
        ],
        least=least,
    )


def _unheard(application: Application, keys: set[str]) -> set[str]:
    """Of these questions those that the team still asks and the candidate has not been asked."""
    heard = Rating.objects.submitted().filter(scorecard__interview__application=application)
    bank = Question.objects.in_team(application.team).latest_published().filter(key__in=keys)
    return set(bank.exclude(key__in=heard.values("criterion__question__key")).values_list("key", flat=True))


def _names(application: Application, people: set[int]) -> dict[int, str]:
    """Names of those who are still in the team and have not been given to the candidate since."""
    here = Membership.objects.filter(team=application.team_id, user=OuterRef("pk"), is_active=True)
    met = Assignment.objects.filter(interviewer=OuterRef("pk"), interview__application=application)
    rows = User.objects.filter(Exists(here), ~Exists(met), pk__in=people)
    return dict(rows.order_by("name").values_list("pk", "name"))
