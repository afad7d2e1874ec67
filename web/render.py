"""Pages from typed data: a frozen dataclass says what its template knows.

A dictionary as a context hides what a template needs, and a name that is misspelt in it prints nothing.
The fields and properties of a dataclass are checked, and the template finds each under its own name.
"""

from dataclasses import dataclass, fields
from functools import cache
from inspect import getmembers
from typing import TYPE_CHECKING, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Page: TypeAlias = DataclassInstance
else:
    Page: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above the one shown, as ``components/crumbs.html`` leads back to it."""

    label: str
    url: str


@cache
def _names(kind: type[Page]) -> tuple[str, ...]:
    """What a template finds in a page of this kind; looked up once, for marks are drawn row by row."""
    derived = [
        name
        for name, _ in getmembers(kind, lambda member: isinstance(member, property))
        if not name.startswith("_")
    ]
    return (*(field.name for field in fields(kind)), *derived)


def context_of(page: Page) -> dict[str, object]:
    """The context of ``page``: its fields and its public properties, by name."""
    return {name: getattr(page, name) for name in _names(type(page))}


def render_page(request: HttpRequest, template: str, page: Page, *, status: int = 200) -> HttpResponse:
    """Render ``template`` with what ``page`` holds."""
    return render(request, template, context_of(page), status=status)
