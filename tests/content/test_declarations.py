"""Every column of every versioned thing is declared: carried, or left behind on purpose."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models

from content.admin.versions import VersionedAdmin
from content.kinds import IDENTITY, LIFE, PROVENANCE, ContentKind, nested, part_columns
from content.models import Versioned
from content.packfile import Field
from content.packs import sections
from loops.serializers import LoopOut, StageOut
from roles.serializers import CompetencyOut, RequirementOut, RoleProfileDetail
from rubrics.serializers import CriterionOut, InjectionOut, QuestionDetail

KINDS = sections.versioned_kinds()


def parts_of(
    model: type[models.Model], parts: dict[str, list[Field]]
) -> Iterator[tuple[type[models.Model], str, set[str]]]:
    """Yield every table below a thing, its column to the parent, and the columns that its declaration fills."""
    for relation, fields in parts.items():
        link: Any = model._meta.get_field(relation)
        yield link.related_model, link.field.name, {name for field in fields for name in part_columns(field)}
        yield from parts_of(link.related_model, nested(fields))


def columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_every_versioned_table_is_declared() -> None:
    tables = {model for model in _all_models() if issubclass(model, Versioned)}

    assert {kind.model for kind in KINDS} == tables


def _all_models() -> list[type[models.Model]]:
    from django.apps import apps

    # Event tables of the audit trail are made from the others.
    return [model for model in apps.get_models() if not hasattr(model, "pgh_tracked_model")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_every_column_of_a_thing_is_carried_or_its_own(kind: ContentKind[Any]) -> None:
    placed = {"position"} & columns(kind.model)  # the order of the file
    own = {*IDENTITY, *LIFE, *PROVENANCE, *kind.left_behind, *placed, "extra"}

    assert columns(kind.model) - own - set(kind.columns) == set()
    assert set(kind.columns) <= columns(kind.model)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_every_column_of_the_parts_is_carried_or_their_own(kind: ContentKind[Any]) -> None:
    for model, back, carried in parts_of(kind.model, kind.shape.parts):
        lineage = {kind.lineage.column} if kind.lineage is not None else set()
        # How far a draft had come when a stage last changed says nothing about a copy.
        own = {"id", back, "position", "touched", *lineage} & columns(model)

        assert columns(model) - own - carried == set(), model.__name__
        assert carried <= columns(model), model.__name__


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_every_table_that_goes_with_a_thing_is_one_of_its_parts(kind: ContentKind[Any]) -> None:
    declared = {kind.model: set[type[models.Model]]()}
    for model, _, _ in parts_of(kind.model, kind.shape.parts):
        declared[model] = set()
    below = {
        relation.related_model
        for model in declared
        for relation in model._meta.related_objects
        if relation.on_delete is models.CASCADE and not hasattr(relation.related_model, "pgh_tracked_model")
    }

    assert below <= set(declared), "a part that no copy and no pack knows"


@pytest.mark.parametrize(
    "page",
    [page for page in admin.site._registry.values() if isinstance(page, VersionedAdmin)],
    ids=lambda page: page.opts.model_name,
)
def test_every_page_of_the_admin_shows_every_column_to_readers(page: VersionedAdmin) -> None:
    """What a template lays out is listed by hand; a column that was renamed must not stay in that list."""
    assert set(page.laid_out) <= set(page.kind.columns)
    assert set(page.left_out) <= set(page.kind.columns)


@pytest.mark.parametrize(
    ("serializer", "shape", "named_otherwise"),
    [
        (CompetencyOut, "competency", set()),
        (RoleProfileDetail, "role profile", set()),
        (QuestionDetail, "question", set()),
        (LoopOut, "loop", {"profile"}),
    ],
)
def test_api_gives_every_column(serializer: Any, shape: str, named_otherwise: set[str]) -> None:
    kind = next(kind for kind in KINDS if kind.name == shape)

    assert set(kind.columns) - named_otherwise <= set(serializer().fields)


@pytest.mark.parametrize(
    ("serializer", "model", "named_otherwise"),
    [
        (RequirementOut, "Requirement", {"demand_controlled", "demand_constrained", "demand_production"}),
        (CriterionOut, "Criterion", set()),
        (InjectionOut, "Injection", set()),
        (StageOut, "Stage", set()),
    ],
)
def test_api_gives_every_column_of_the_parts(serializer: Any, model: str, named_otherwise: set[str]) -> None:
    carried = next(
        carried
        for kind in KINDS
        for table, _, carried in parts_of(kind.model, kind.shape.parts)
        if table.__name__ == model
    )

    assert carried - named_otherwise <= set(serializer().fields)
