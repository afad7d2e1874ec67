"""Pages of one's own account that the sign-in library does not have."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.authtoken.models import Token

from accounts.actions.tokens import create_token, revoke_token
from accounts.actions.users import set_digest, set_time_zone
from accounts.errors import ActionError
from accounts.http import SignedInRequest
from accounts.zones import zone_names


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


class OwnSettingsForm(forms.Form):
    """What somebody says about how pages and mail reach them."""

    time_zone = forms.ChoiceField(label="Time zone", required=False)
    gets_digest = forms.BooleanField(
        label="Send me a mail each week with what waits for me and what comes", required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        server = timezone.get_default_timezone_name()
        choices = [(name, name.replace("_", " ")) for name in zone_names()]
        self.fields["time_zone"].choices = [("", f"The server’s: {server}"), *choices]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class OwnSettingsPage:
    """One's time zone and wishes about mail."""

    form: OwnSettingsForm
    own_zone: str
    server_zone: str


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: SignedInRequest) -> HttpResponse:
    """Choose the zone in which one reads times, and whether the weekly mail comes."""
    user = request.user
    now = {"time_zone": user.time_zone, "gets_digest": user.gets_digest}
    form = OwnSettingsForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        set_time_zone(user, name=form.cleaned_data["time_zone"], by=user)
        set_digest(user, wanted=form.cleaned_data["gets_digest"], by=user)
        messages.success(request, "Saved.")
        return redirect("own_settings")
    page = OwnSettingsPage(form, user.time_zone, timezone.get_default_timezone_name())
    return render(request, "account/time_zone.html", vars(page), status=422 if form.errors else 200)


@require_POST
@login_required
def browser_zone(request: SignedInRequest) -> HttpResponse:
    """Take the zone that the browser is in, once: whoever has chosen one keeps it."""
    if not request.user.time_zone:
        try:
            set_time_zone(request.user, name=request.POST.get("zone", "")[:64], by=request.user)
        except ActionError as error:
            return JsonResponse({"detail": error.message}, status=error.status)
    return HttpResponse(status=204)
