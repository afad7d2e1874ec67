"""Taking a submitted rating back, from the page on which one reads it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team
from hiring.scoring.actions import withdraw_rating
from hiring.scoring.models import Rating, Scorecard


@require_POST
def withdraw(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Let a rating count no longer; back to where one was."""
    seen = Scorecard.objects.visible_to(request.user).in_team(team)
    rating = (
        Rating.objects.filter(pk=pk, scorecard__in=seen)
        .select_related("scorecard__team", "criterion__competency")
        .first()
    )
    if rating is None:
        raise Http404
    try:
        withdraw_rating(rating, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(
            request, f"The rating of {rating.criterion.competency} is withdrawn; it stays readable."
        )
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("interviews", kwargs={"team": team.key})
    return redirect(back)
