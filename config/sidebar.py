"""The admin's sidebar: every list a person may open, and never a link to a refusal."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import AuditEvent, Membership, Team, TeamPolicy, User
from hiring.models import (
    Application,
    CalibrationRun,
    Candidate,
    Decision,
    Interview,
    Opening,
    OutcomeReview,
    Scorecard,
)
from jobs.models import Job
from loops.models import Loop
from mail.models import OutgoingMail
from reports.models import Report
from roles.models import Cluster, Competency, ReferenceTable, RoleProfile
from rubrics.models import Question, QuestionBank, RatingScale

# Group, then (title, icon of the theme's symbol font, model). What is not registered, or what this
# person may not view, is left out.
GROUPS: tuple[tuple[str, tuple[tuple[str, str, type[Model]], ...]], ...] = (
    (
        "Design",
        (
            ("Role profiles", "work", RoleProfile),
            ("Competencies", "category", Competency),
            ("Clusters", "account_tree", Cluster),
            ("Questions", "quiz", Question),
            ("Question banks", "inventory_2", QuestionBank),
            ("Rating scales", "straighten", RatingScale),
            ("Loops", "route", Loop),
            ("Reference tables", "table_chart", ReferenceTable),
        ),
    ),
    (
        "Hire",
        (
            ("Openings", "event_seat", Opening),
            ("Candidates", "person_search", Candidate),
            ("Applications", "assignment_ind", Application),
            ("Interviews", "forum", Interview),
            ("Scorecards", "fact_check", Scorecard),
            ("Decisions", "gavel", Decision),
        ),
    ),
    (
        "Measure",
        (
            ("Calibration runs", "tune", CalibrationRun),
            ("Outcome reviews", "event_repeat", OutcomeReview),
            ("Reports", "description", Report),
        ),
    ),
    (
        "Team",
        (
            ("Team", "groups", Team),
            ("Members", "badge", Membership),
            ("People", "person", User),
            ("Policy", "policy", TeamPolicy),
            ("Audit", "history", AuditEvent),
            ("Jobs", "hourglass_top", Job),
            ("Mail", "mail", OutgoingMail),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Build the sidebar for this person, without a query per entry."""
    groups: list[dict[str, Any]] = []
    for title, entries in GROUPS:
        items = []
        for label, icon, model in entries:
            url = _changelist(request, model)
            if url:
                active = request.path.startswith(url)
                items.append({"title": label, "icon": icon, "link": url, "active": active})
        if items:
            groups.append({"title": title, "separator": bool(groups), "items": items})
    return groups


def _changelist(request: HttpRequest, model: type[Model]) -> str:
    """Return the list's address, or nothing where it does not exist for this person."""
    if not admin.site.is_registered(model):
        return ""
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return ""
    meta = model._meta  # noqa: SLF001 -- Django's documented Meta API
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
