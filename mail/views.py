"""The demo's mail: nothing leaves the machine, so what would have been sent is read here.

There only where mail is kept (``EMAIL_URL=kept:``), for people who have signed in, and only mail to members of their
own teams who belong to teams of invented data alone: a link that sets a password lets whoever reads it in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.models import Membership, User
from mail.models import OutgoingMail
from web.render import Crumb, render_page

PER_PAGE = 40


@dataclass(frozen=True)
class KeptMailPage:
    """Mail that was kept, newest first; ``own`` where only one's own is shown."""

    page_obj: Page[OutgoingMail]
    own: bool


@dataclass(frozen=True)
class KeptLetterPage:
    """One mail, as text."""

    mail: OutgoingMail

    @property
    def crumbs(self) -> list[Crumb]:
        """The list."""
        return [Crumb("Mail of the demo", reverse("kept_mail"))]


def _shown(user: User) -> "QuerySet[OutgoingMail]":
    if not settings.MAIL_IS_KEPT:
        raise Http404
    mine = Membership.objects.filter(user=user, is_active=True, team__is_synthetic=True).values("team_id")
    memberships = Membership.objects.filter(user=OuterRef("user_id"))
    return OutgoingMail.objects.filter(
        Exists(memberships.filter(team_id__in=mine)),
        ~Exists(memberships.filter(team__is_synthetic=False, team__is_library=False)),
    ).select_related("user")


@never_cache
@login_required
@require_safe
def kept_mail(request: SignedInRequest) -> HttpResponse:
    """List what the demo would have sent."""
    rows = _shown(request.user)
    own = request.GET.get("whose") == "mine"
    if own:
        rows = rows.filter(user=request.user)
    page = KeptMailPage(Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), own)
    return render_page(request, "mail/kept.html", page)


@never_cache
@login_required
@require_safe
def kept_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one mail as text."""
    page = KeptLetterPage(get_object_or_404(_shown(request.user), pk=pk))
    return render_page(request, "mail/kept_letter.html", page)


def _with_own_styles(view: "Callable[[SignedInRequest, int], HttpResponse]") -> Any:
    """Let a mail's own styles count: mail programs know no stylesheets of ours."""
    return csp_update({"style-src": [UNSAFE_INLINE]})(cast("Any", view))


@never_cache
@login_required
@_with_own_styles
@require_safe
def kept_html(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one mail as HTML, as a mail program would."""
    mail = get_object_or_404(_shown(request.user).exclude(html=""), pk=pk)
    return HttpResponse(mail.html)
