"""Who still owes a scorecard, for recruiters who have to ask for it. Says nothing of what is in one."""

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from hiring.pipeline.models import Assignment, InterviewState


def _submitted() -> Exists:
    # Looked up by name: scorecards live in the slice above this one.
    cards = apps.get_model("hiring", "Scorecard")._default_manager  # noqa: SLF001 -- Django's documented manager
    return Exists(
        cards.filter(
            interview_id=OuterRef("interview_id"),
            interviewer_id=OuterRef("interviewer_id"),
            state="submitted",
        )
    )


def with_submitted(assignments: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    """Mark each assignment with ``has_submitted``."""
    return assignments.annotate(has_submitted=_submitted())


def has_submitted(assignment: Assignment) -> bool:
    """Whether the scorecard of one assignment is in."""
    return Assignment.objects.filter(_submitted(), pk=assignment.pk).exists()


def still_owed(**outer: object) -> "QuerySet[Assignment]":
    """Assignments that owe a scorecard; ``outer`` ties them to the row of an outer query."""
    return Assignment.objects.filter(~_submitted(), released_at=None, **outer).exclude(
        interview__state=InterviewState.CANCELLED
    )
