"""Pages of one's own account that the sign-in library does not have."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.authtoken.models import Token

from accounts.actions.tokens import create_token, revoke_token
from accounts.http import SignedInRequest


@dataclass(frozen=True)
class TokenPage:
    """One's API token if there is one; its secret in the answer that made it, never again."""

    token: Token | None
    secret: str


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def api_token(request: SignedInRequest) -> HttpResponse:
    """Make one's API token, shown in this one answer only, or revoke it."""
    user = request.user
    secret = ""
    if request.method == "POST":
        if request.POST.get("intent") == "revoke":
            if revoke_token(user, by=user):
                messages.success(request, "The token is revoked. Programs that used it are signed out.")
            return redirect("api_token")
        secret = create_token(user, by=user)
    token = Token.objects.filter(user=user).first()
    page = TokenPage(token, secret)
    return render(request, "account/api_token.html", vars(page))  # web.render stands above this room
