"""Buttons of a row's page that change something: the address only asks, a posted form does it.

A link must change nothing: any page elsewhere, a prefetching browser or a mail scanner may follow it with a
signed-in person's session. So every such action is declared with ``row_action``::

    @row_action(
        "Close",
        permissions=["edit"],
        ask=lambda admin, row: Ask(f"Close {row}?", "It takes no more applications.", "Close"),
    )
    def close(self, request, row):
        actions.close_opening(row, by=person(request))
        return redirect(self.back_to(request, row.pk))

Any request but a POST (which the admin takes with its token alone) gets the page that says what will happen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django import forms
from django.db import models
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.decorators import action

from accounts.admin.refusals import show_refusal
from accounts.errors import ActionError

Act = Callable[..., HttpResponseBase]
MakeForm = Callable[[Any, HttpRequest, QueryDict | None], forms.Form]


@dataclass(frozen=True)
class Ask:
    """What the page says: a question, what will happen, and the button that does it.

    Without a ``label`` there is nothing to press; ``faults`` are (field, what is wrong) that stand in the way.
    """

    title: str
    text: str
    label: str
    danger: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)


def row_action(
    description: str,
    *,
    permissions: list[str],
    ask: Callable[[Any, Any], Ask],
    form: MakeForm | None = None,
    at_once: bool = False,
) -> Callable[[Act], Act]:
    """Declare a method ``(self, request, row)`` as a button of a row's page. Name it in ``actions_detail``.

    Args:
        description: What the button says.
        permissions: Names whose ``has_<name>_permission`` must agree.
        ask: Given the admin and the row, what the page says.
        form: Given the admin, the request and what was posted or None, the form that the page shows; its
            cleaned data are handed to the method after the row.
        at_once: The button posts by itself, for what is undone as easily as done. Its address still asks.

    An ActionError of the method becomes a message on the row's page; a row that the person cannot see is a 404.
    """

    def decorate(act: Act) -> Act:
        @wraps(act)
        def view(admin: Any, request: HttpRequest, object_id: str) -> HttpResponseBase:
            row = admin.get_object(request, object_id)
            if row is None:
                raise Http404
            posted = request.POST if request.method == "POST" else None
            asked = form(admin, request, posted) if form is not None else None
            if posted is None or (asked is not None and not asked.is_valid()):
                return _page(admin, request, row, ask(admin, row), asked)
            try:
                return act(admin, request, row, *([asked.cleaned_data] if asked is not None else []))
            except ActionError as error:
                show_refusal(request, error)
                return redirect(admin.back_to(request, row.pk))

        button: Act = action(description=description, permissions=permissions, attrs={"post": at_once})(view)
        return button

    return decorate


def _page(
    admin: Any, request: HttpRequest, row: models.Model, asked: Ask, form: forms.Form | None
) -> TemplateResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": asked.title,
        "ask": asked,
        "form": form,
        "opts": admin.opts,
        "original": row,
        "back": admin.back_to(request, row.pk),
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/confirm.html", context)
