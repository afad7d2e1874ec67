"""The scoring form without a network: which pages a device may keep, and the worker that keeps them.

Only pages that hold a person's own words are marked: their form before it is submitted, and their list of
interviews. A page with anybody else's scorecard carries no mark, and the worker forgets the address.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User

#: Names whose page it is. The worker keeps pages of one person at a time.
MARK = "X-Loopwright-Own-Page"
_WORKER = "js/scoring/worker.js"
# What a kept page needs; with another of them, or another worker, everything is kept anew.
_PARTS = ("js/scoring/main.js", "js/scoring/home.js", "js/ui.js", "css/components.css", "css/pages.css")


def kept_offline(response: HttpResponse, user: User) -> HttpResponse:
    """Mark a page that the device of ``user`` may keep for the time without a network."""
    response.headers[MARK] = str(user.pk)
    return response


@cache
def _script() -> str:
    path = finders.find(_WORKER)
    if path is None:
        raise FileNotFoundError(_WORKER)
    return Path(path).read_text()


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it may serve every team's pages; the same for everybody."""
    script = _script()
    parts = "".join((script, *(static(part) for part in _PARTS)))
    handed = {
        "version": hashlib.sha256(parts.encode()).hexdigest()[:12],
        "mark": MARK,
        "login": reverse("account_login"),
        "logout": reverse("account_logout"),
        "files": settings.STATIC_URL,
        "pages": r"^/t/[^/]+/interviews/(\d+/score/)?$",
    }
    body = f"globalThis.SETTINGS = {json.dumps(handed)};\n{script}"
    return HttpResponse(
        body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache, private"}
    )
