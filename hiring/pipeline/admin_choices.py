"""What the form of a new opening offers, and the interviews an application's page lists."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import Membership
from accounts.permissions import ROLE_PERMISSIONS, Permission
from hiring.pipeline.models import Application, Assignment, Interview
from loops.models import Loop
from web.render import context_of

_MAY_DECIDE = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.DECIDE in granted]


def offer_versions(field: Any) -> None:
    """Offer the team's newest published versions: drafts cannot be pinned, a library's are copied first."""
    field.queryset = field.queryset.filter(team__is_library=False).latest_published().order_by("name", "pk")


def offer_loops(field: Any) -> None:
    """The same for loops, each with its role; leaving it empty takes the role's default."""
    offer_versions(field)
    field.queryset = field.queryset.select_related("profile")
    field.label_from_instance = loop_label
    field.required = False
    field.empty_label = "The role's default loop"
    field.help_text = "Leave it empty to use the loop that is marked as the role's default."


def loop_label(loop: Loop) -> str:
    """A loop's name, told from its other versions and from loops of other roles."""
    marks = [f"version {loop.version}", str(loop.profile)]
    if loop.is_default:
        marks.append("default")
    if loop.contrast:
        marks.append("contrast")
    return f"{loop.name} ({', '.join(marks)})"


def offer_deciders(field: Any, teams: list[int]) -> None:
    """Offer active members who may decide."""
    members = Membership.objects.filter(team__in=teams, is_active=True, role__in=_MAY_DECIDE)
    field.queryset = field.queryset.filter(pk__in=members.values("user"))
    field.help_text = "Decides after the debrief: a hiring manager or team admin."


@dataclass(frozen=True, slots=True)
class InterviewsOf:
    """An application's interviews in the loop's order; each has its ``holders``, those who were let off among them.

    ``blind``: the reader owes a card on it, so that nothing is said of others' cards.
    """

    application: Application
    rows: QuerySet[Interview]
    blind: bool


def interviews_of(application: Application, *, blind: bool) -> SafeString:
    """The application's interviews, with who holds each, whose scorecard is in, and who declined and why."""
    people = Assignment.objects.with_owing().select_related("interviewer", "handed_to")
    rows = (
        Interview.objects.filter(application=application)
        .select_related("stage")
        .prefetch_related(Prefetch("assignments", people, to_attr="holders"))
        .order_by("stage__position", "pk")
    )
    return render_to_string("pipeline/interviews_of.html", context_of(InterviewsOf(application, rows, blind)))
