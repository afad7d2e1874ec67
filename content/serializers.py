"""How the API shows versioned content: what the kind declares, by the columns' names."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from rest_framework import serializers

from content.packfile import Shape

VERSION_FIELDS = ("id", "team", "key", "version", "status", "content_hash", "published_at")


def declared(shape: Shape, *first: str, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the fields of a serializer: the ``first`` ones, then every declared column but ``without``."""
    left_out = {*first, *without}
    return (*first, *(name for name in shape.own_columns if name not in left_out))


class DeclaredOut(serializers.ModelSerializer[Any]):
    """Rows to be read: numbers as numbers, and what a row names by its key."""

    def get_extra_kwargs(self) -> dict[str, Any]:
        """Nothing is written through these."""
        names: Iterable[str] = self.Meta.fields
        return {name: {"read_only": True} for name in names}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Shares are numbers in JSON, not texts."""
        if isinstance(model_field, models.DecimalField):
            return serializers.FloatField, {"read_only": True}
        return super().build_standard_field(field_name, model_field)

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        """Another thing is named by its key, as in a pack."""
        return serializers.SlugRelatedField, {"slug_field": "key", "read_only": True}


class VersionedOut(DeclaredOut):
    """What every version says of itself; the team is named by its key."""
