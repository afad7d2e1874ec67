"""What interviewers gave and wrote, as reports quote it: by label and function, never by name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import Truncator

from accounts.models import Membership
from hiring.decisions.provenance import CardMark
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating

# Longer evidence is cut on paper; the debrief has it whole.
LONGEST_QUOTE = 420
MOST_QUOTES = 4
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Who:
    """An interviewer without a name: a letter in the order of meeting the candidate, and a function."""

    letter: str
    function: str

    @property
    def label(self) -> str:
        """The interviewer as running text has it."""
        return f"Interviewer {self.letter}"


@dataclass(frozen=True)
class Note:
    """One rating as a report quotes it."""

    who: Who
    question: str
    target: int
    point: int | None
    point_label: str
    evidence: str
    reason: str
    #: What a reader has to know of it besides, such as that it was written after seeing others' cards.
    mark: str


def quotes(notes: Sequence[Note]) -> list[Note]:
    """Notes with words in them, lowest and highest points first, so that both sides are read."""
    worded = [note for note in notes if note.evidence and note.point is not None]
    worded.sort(key=lambda note: -abs((note.point or 0) - 2.5))
    return worded[:MOST_QUOTES]


def submitted_ratings(application: Application) -> list[Rating]:
    """Ratings of submitted scorecards in the order of the loop, with all that reports say about them."""
    return list(
        Rating.objects.submitted()
        .filter(scorecard__interview__application=application)
        .select_related("criterion__competency", "criterion__question__scale", "scorecard", "withdrawal")
        .prefetch_related("criterion__question__scale__points")
        .order_by("scorecard__interview__stage__position", "criterion__question_id", "scorecard_id", "pk")
    )


def people(application: Application, ratings: Sequence[Rating]) -> dict[int, Who]:
    """Letter and function of each interviewer, in the order in which they met the candidate."""
    seen = list(dict.fromkeys(rating.scorecard.interviewer_id for rating in ratings))
    functions = dict(
        Membership.objects.filter(team_id=application.team_id, user_id__in=seen).values_list(
            "user_id", "function"
        )
    )
    return {
        pk: Who(f"{LETTERS[number % 26]}{number // 26 or ''}", functions.get(pk, ""))
        for number, pk in enumerate(seen)
    }


def notes_by_competency(
    ratings: Sequence[Rating], who: dict[int, Who], marks: Mapping[int, CardMark]
) -> dict[str, list[Note]]:
    """Notes by the key of the competency they speak to."""
    found: dict[str, list[Note]] = defaultdict(list)
    for rating in ratings:
        names = {point.value: point.label for point in rating.criterion.question.scale.points.all()}
        found[rating.criterion.competency.key].append(
            Note(
                who=who[rating.scorecard.interviewer_id],
                question=rating.criterion.question.title,
                target=rating.criterion.target_level,
                point=rating.point,
                point_label=names.get(rating.point or 0, "").lower(),
                evidence=Truncator(rating.evidence.strip()).chars(LONGEST_QUOTE),
                reason=rating.get_not_assessed_display().lower() if rating.not_assessed else "",
                mark=marks[rating.pk].text,
            )
        )
    return found
