"""Letting somebody off a scorecard that a debrief waits for, from the page that waits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.inputs import row_id
from accounts.models import Team
from accounts.permissions import Permission
from hiring.pipeline.actions import release_interviewer
from hiring.pipeline.models import Application, Assignment


@require_POST
def let_off(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Wait for one scorecard less, with a reason that stays on record."""
    require(request.user, Permission.EDIT_PIPELINE, team=team)
    application = get_object_or_404(Application.objects.visible_to(request.user).in_team(team), pk=pk)
    row = get_object_or_404(
        Assignment.objects.select_related(
            "interview__team", "interview__application__candidate", "interviewer"
        ),
        pk=row_id(request.POST.get("assignment")),
        interview__application=application,
    )
    try:
        release_interviewer(row, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(
            request, f"{row.interviewer} is let off {row.interview}; nobody waits for their card."
        )
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    return redirect("debrief", team=team.key, pk=pk)
