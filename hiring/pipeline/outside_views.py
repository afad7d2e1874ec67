"""Where the link of an outside interviewer leads: a page that says what it opens, and a button that opens it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hiring.pipeline.outside import LinkOver, OutsideLink, find_link, use_link, used_by
from web.render import render_page


@dataclass(frozen=True)
class OutsidePage:
    """What the link opens; without a link, that it is over."""

    link: OutsideLink | None

    @property
    def until(self) -> datetime | None:
        """When it ends."""
        return self.link.expires_at if self.link else None

    @property
    def over(self) -> str:
        """Why there is nothing to open."""
        return "" if self.link else LinkOver().message


@never_cache
@require_http_methods(["GET", "POST"])
def outside(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what the link opens; the button uses it up, so that a mail program that looks at links does not."""
    try:
        if request.method == "GET":
            return render_page(request, "pipeline/outside.html", OutsidePage(find_link(secret)))
        link = use_link(secret)
    except LinkOver as over:
        back = used_by(secret, request.user)
        if back is not None:  # the same person, on the same device, still signed in
            return redirect("score", team=back.team.key, pk=back.interview_id)
        return render_page(request, "pipeline/outside.html", OutsidePage(None), status=over.status)
    login(request, link.user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.set_expiry(max(int((link.expires_at - timezone.now()).total_seconds()), 60))
    return redirect("score", team=link.team.key, pk=link.interview_id)
