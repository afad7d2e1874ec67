"""Pages from typed data: a frozen dataclass says what its template knows.

A dictionary as a context hides what a template needs, and a name that is misspelt in it prints nothing.
The fields and properties of a dataclass are checked, and the template finds each under its own name.
"""

from dataclasses import fields
from inspect import getmembers
from typing import TYPE_CHECKING, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Page: TypeAlias = DataclassInstance
else:
    Page: TypeAlias = object


def context_of(page: Page) -> dict[str, object]:
    """The context of ``page``: its fields and its public properties, by name."""
    derived = [
        name
        for name, _ in getmembers(type(page), lambda member: isinstance(member, property))
        if not name.startswith("_")
    ]
    return {name: getattr(page, name) for name in [*(field.name for field in fields(page)), *derived]}


def render_page(request: HttpRequest, template: str, page: Page, *, status: int = 200) -> HttpResponse:
    """Render ``template`` with what ``page`` holds."""
    return render(request, template, context_of(page), status=status)
