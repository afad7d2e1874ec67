"""A kind of content that no app has: recipes with steps, in temporary tables.

``declare`` builds it with or without one further field, by the one column and the one line that such a field
takes. Nothing else in this file knows of the field.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import connection, models

from accounts.models import Team
from content.admin.versions import VersionedAdmin
from content.kinds import ContentKind
from content.life import Life
from content.models import Versioned, VersionedQuerySet
from content.packfile import Faults, Field, Key, Listing, PackFile, Shape, Text
from content.packs import Pack, Section, sections
from content.packs.reading import check, read_list, take
from content.serializers import VERSION_FIELDS, VersionedOut, declared


def declare(columns: dict[str, models.Field[Any, Any]], *lines: Field) -> SimpleNamespace:
    """Declare recipes as an app would, with further ``columns`` of the table and ``lines`` of the shape."""
    recipe: Any = type(
        "Recipe",
        (Versioned,),
        {
            "__module__": __name__,
            "name": models.CharField(max_length=80),
            "objects": VersionedQuerySet.as_manager(),
            "Meta": type("Meta", (), {"app_label": "content", "triggers": []}),
            "__str__": lambda self: self.name,
            **columns,
        },
    )
    step: Any = type(
        "Step",
        (models.Model,),
        {
            "__module__": __name__,
            "recipe": models.ForeignKey(recipe, on_delete=models.CASCADE, related_name="steps"),
            "position": models.PositiveSmallIntegerField(default=0),
            "text": models.TextField(),
            "Meta": type("Meta", (), {"app_label": "content", "ordering": ["recipe", "position"]}),
        },
    )
    steps = Listing("steps", shape=Shape(Text("text", required=True)), rows="steps")
    shape = Shape(Key("key", required=True), Text("name", required=True), *lines, steps)
    kind = ContentKind(recipe, "recipe", shape)

    class RecipeSection(Section):
        name = "recipes"
        kinds = (kind,)
        files = ("recipes",)

        def read(self, files: dict[str, PackFile], pack: Pack, faults: Faults, *, team: Team) -> None:
            listing = Listing("recipes", shape=shape, label="key")
            take(kind, read_list(files, "recipes.yaml", listing, faults), pack, faults)
            check(kind, pack, faults, team=team, kinds=())

        def lay_out(self, pack: Pack, files: Any) -> None:
            if pack.of("recipe"):
                files["recipes.yaml"] = {"recipes": pack.of("recipe")}

    class RecipeOut(VersionedOut):
        class Meta:
            model = recipe
            fields = declared(shape, *VERSION_FIELDS)

    class RecipeAdmin(VersionedAdmin):
        life = Life(kind)
        reading_template = "admin/versions/further.html"
        laid_out = ("name",)
        fieldsets = ((None, {"fields": ("team", ("name", "key"))}),)

    return SimpleNamespace(
        model=recipe,
        step=step,
        kind=kind,
        life=RecipeAdmin.life,
        section=RecipeSection(),
        serializer=RecipeOut,
        admin=RecipeAdmin(recipe, admin.site),
    )


@contextmanager
def installed(toy: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Give the toy its tables and its section for the length of a test, in the test's own transaction."""
    with connection.schema_editor(collect_sql=True) as editor:
        for model in (toy.model, toy.step):
            editor.create_model(model)
    with connection.cursor() as cursor:
        for statement in editor.collected_sql:
            if statement.startswith("CREATE TABLE"):  # temporary tables may not refer to lasting ones
                cursor.execute(statement.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
    before = dict(sections._registered)
    sections.register(toy.section)
    try:
        yield toy
    finally:
        sections._registered.clear()
        sections._registered.update(before)
        for model in (toy.model, toy.step):
            del apps.all_models["content"][model._meta.model_name]
        apps.clear_cache()
