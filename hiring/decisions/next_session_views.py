"""Planning the next best question from the debrief."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.inputs import row_id
from accounts.models import Team
from hiring.decisions.models import Debrief
from hiring.decisions.next_session import plan_next_question
from hiring.decisions.views import application_of


@require_POST
def plan_question(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Plan a question that the debrief names as a further session, with one click."""
    application = application_of(request, team, pk)
    debrief = get_object_or_404(
        Debrief.objects.visible_to(request.user).select_related("run", "team"), application=application
    )
    debrief.application = application
    try:
        interview = plan_next_question(
            debrief=debrief,
            question=request.POST.get("question", ""),
            competency=request.POST.get("competency", ""),
            interviewer=row_id(request.POST.get("interviewer", "")) or 0,
            by=request.user,
        )
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    else:
        messages.success(
            request, f"Planned: {interview.extra_question}. It has no time yet; the recruiter sets one."
        )
    return redirect("debrief", team=team.key, pk=pk)
