"""Rows below a draft, in its form."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin.inlines import TeamStackedInline, TeamTabularInline
from content.admin.fields import SharedChoiceField, ShareInput
from content.models import Versioned
from content.packfile import Shape

# What a form's rows are about, kept on the request for the choices that they offer.
_PARENT = "_content_parent"


class PartRows:
    """Adds to an inline what the parts of a version need.

    ``shape`` declares what a row holds: columns that the layout does not mention follow it. What a row names
    is chosen among the newest versions, read once for all rows. ``step`` is that of the boxes for shares.
    """

    model: type[models.Model]
    shape: ClassVar[Shape]
    labels: ClassVar[dict[str, str]] = {}
    left_out: ClassVar[tuple[str, ...]] = ()  # columns that no form shows
    step: ClassVar[str] = "0.01"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The layout, and what it does not mention."""
        placed = list(super().get_fields(request, obj))  # type: ignore[misc]
        known = {*placed, *self.left_out, "basis"}
        return [*placed, *(name for name in self.shape.own_columns if name not in known)]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Remember whose rows these are."""
        setattr(request, _PARENT, obj)
        return super().get_formset(request, obj, **kwargs)  # type: ignore[misc]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read what the rows name with the rows."""
        rows: models.QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        named = [field.name for field in rows.model._meta.concrete_fields if _names_version(field)]  # noqa: SLF001 -- documented
        return rows.select_related(*named)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Short labels and boxes: the row has to fit."""
        obj = getattr(request, _PARENT, None)
        if _names_version(db_field) and not isinstance(obj, db_field.related_model):
            return self._choice(db_field, request, obj)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(db_field, models.DecimalField):
            field.widget = ShareInput(attrs={"step": self.step, "min": "0", "max": "1"})
        if isinstance(db_field, models.TextField):
            field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        field.label = self.labels.get(db_field.name, field.label)
        return field

    def _choice(self, db_field: Any, request: HttpRequest, obj: Any) -> SharedChoiceField:
        """Offer the newest versions of the form's teams, and those that the rows name already."""
        versions = db_field.related_model._default_manager  # noqa: SLF001 -- Django's documented default manager
        teams = self.form_teams(request, obj)  # type: ignore[attr-defined]
        newest = versions.filter(team_id__in=teams).latest_published().values("pk")
        wanted = models.Q(pk__in=newest)
        if obj is not None:
            own = self.model._default_manager.filter(**{_parent_field(self.model, obj): obj})  # noqa: SLF001 -- documented
            wanted |= models.Q(pk__in=own.values(db_field.name))
        rows = versions.filter(wanted).order_by("name", "version").distinct()
        return SharedChoiceField(
            queryset=rows,
            widget=UnfoldAdminSelectWidget,
            label=self.labels.get(db_field.name),
            required=not db_field.blank,
        )


class PartTable(PartRows, TeamTabularInline):
    """The parts of a draft as a table."""


class PartList(PartRows, TeamStackedInline):
    """The parts of a draft one below the other."""


def _names_version(field: Any) -> bool:
    target = getattr(field, "related_model", None)
    return isinstance(target, type) and issubclass(target, Versioned)


def _parent_field(model: type[models.Model], parent: models.Model) -> str:
    fields = model._meta.concrete_fields  # noqa: SLF001 -- Django's documented Meta API
    return next(field.name for field in fields if field.related_model is type(parent))
