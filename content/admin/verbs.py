"""The buttons of a version: publish, new version, retire, discard, copy. Each asks before it acts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.admin.confirm import Ask, row_action
from accounts.admin.refusals import person
from accounts.models import Team
from content.admin.drafts import DraftPages
from content.admin.forms import ReasonForm, TeamForm
from content.packs import copy_from_library


def _ask_publish(admin: "VersionVerbs", row: Any) -> Ask:
    title, faults = f"Publish {row}, version {row.version}?", admin.faults(row)
    if faults:
        return Ask(title, "Mend this first; nothing was published.", "", faults=faults)
    return Ask(
        title, "It becomes available for use and cannot change. Later edits make a new version.", "Publish"
    )


def _ask_copy(admin: "VersionVerbs", row: Any) -> Ask:
    text = f"{admin.copied_with}, published and yours. What the team has already stays as it is."
    return Ask(f"Copy {row} into a team?", text, "Copy")


def _copy_form(admin: "VersionVerbs", request: HttpRequest, posted: QueryDict | None) -> TeamForm:
    form = TeamForm(posted)
    field: Any = form.fields["team"]
    field.queryset = Team.objects.ordinary().filter(pk__in=admin.editable_teams(request))
    return form


class VersionVerbs(DraftPages):
    """Every step of a version's life, by the kind's own ``Life``."""

    copied_with = "What it names comes with it"

    @row_action("Publish", permissions=["publish"], ask=_ask_publish)
    def publish(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        """Freeze a draft."""
        self.life.publish(row, by=person(request))
        messages.success(request, f"{row} version {row.version} is published.")
        return redirect(self.back_to(request, row.pk))

    @row_action(
        "New version",
        permissions=["renew"],
        ask=lambda admin, row: Ask(
            f"New version of {row}?",
            "A draft is opened that starts as this version does. This version stays as it is, "
            "and everything that uses it keeps it.",
            "Open a draft",
        ),
    )
    def new_version(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        """Open a draft of the next version."""
        draft = self.life.next_draft(row, by=person(request))
        messages.success(request, f"Version {draft.version} is open as a draft.")
        return redirect(self.back_to(request, draft.pk))

    @row_action(
        "Retire",
        permissions=["retire"],
        ask=lambda admin, row: Ask(
            f"Retire {row}?",
            "It and its earlier versions are no longer offered for anything new. "
            "What uses one of them goes on unchanged.",
            "Retire",
        ),
        form=lambda admin, request, posted: ReasonForm(posted),
    )
    def retire(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> HttpResponseBase:
        """Stop offering a version."""
        self.life.retire(row, by=person(request), reason=data["reason"])
        messages.success(request, f"{row} is retired.")
        return redirect(self.back_to(request, row.pk))

    @row_action(
        "Discard draft",
        permissions=["publish"],
        ask=lambda admin, row: Ask(
            f"Discard version {row.version} of {row}?",
            "The draft and everything typed into it are deleted. Published versions stay.",
            "Discard",
            danger=True,
        ),
    )
    def discard(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        self.life.discard(row, by=person(request))
        messages.success(request, f"The draft of {row} is discarded.")
        return redirect(self.back_to(request))

    @row_action("Copy into my team", permissions=["copy"], ask=_ask_copy, form=_copy_form)
    def copy_to_team(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> HttpResponseBase:
        """Copy library content, with what it needs."""
        team = data["team"]
        report = copy_from_library(team, by=person(request), wanted={self.kind.name: [row.key]})
        made = sum(len(keys) for keys in report.created.values())
        if made:
            messages.success(
                request, f"{row} is in {team} now, with all that it needs ({made} things copied)."
            )
        else:
            messages.info(request, f"{team} has {row} and all that it needs already; nothing was copied.")
        mine = self.kind.rows.filter(team=team, key=row.key).order_by("-version").first()
        return redirect(self.back_to(request, mine.pk if mine else None))
