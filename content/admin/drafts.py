"""The form of a draft: the layout that an app gives, completed from what its kind declares."""

from typing import Any, ClassVar

from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.refusals import person
from content.admin.fields import LinesField
from content.admin.forms import DraftForm
from content.admin.rights import VersionRights
from content.kinds import ContentKind
from content.life import Life
from content.models import Versioned
from content.packfile import Texts


class DraftPages(VersionRights):
    """Drafts are forms.

    ``life`` names the kind. ``fieldsets`` lay out what reads better in a certain place; whatever else the
    kind declares follows in the first box, so that a new field needs no word here. ``left_out`` are columns
    that no form shows.
    """

    life: ClassVar[Life[Any]]
    form: ClassVar[type[DraftForm]] = DraftForm
    left_out: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[dict[str, str]] = {}

    @property
    def kind(self) -> ContentKind[Any]:
        return self.life.kind

    def faults(self, draft: Any) -> list[tuple[str, str]]:
        """What keeps a draft from being published."""
        return self.life.faults(draft)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """The layout, what it does not mention, and the state that the form was made from."""
        layout = super().get_fieldsets(request, obj)
        placed = flatten_fieldsets(layout)
        (title, first), *others = layout
        more = [name for name in self.kind.columns if name not in {*placed, *self._never_shown}]
        seen = ["seen"] if obj is not None else []
        return [(title, {**first, "fields": [*first["fields"], *more, *seen]}), *others]

    @property
    def _never_shown(self) -> set[str]:
        fixed = [field.name for field in self.opts.concrete_fields if not field.editable]
        return {"source", "basis", *fixed, *self.left_out}

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Let the form tell whether somebody else wrote meanwhile."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.life = self.life
        return form

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Propose a key as the name is typed."""
        if obj is not None:
            return {}
        names = {field.name for field in self.opts.get_fields()}
        return {"key": ("title" if "title" in names else "name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A key never changes once it is there."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "key"] if obj is not None else fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Lists are typed a line each; boxes have a few lines, and can be drawn larger."""
        label = self.labels.get(db_field.name)
        if db_field.name in self._lists():
            return LinesField(label=label or db_field.verbose_name.capitalize())
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField) and field is not None:
            field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        if label and field is not None:
            field.label = label
        return field

    def _lists(self) -> set[str]:
        """Columns that hold a list of texts."""
        return {
            name
            for field in self.kind.shape.leaves()
            if isinstance(field, Texts)
            for name in field.own_columns
        }

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the teams' own rows: a version names nothing of another team, the library included."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        rows = getattr(field, "queryset", None)
        if rows is not None and hasattr(db_field.remote_field.model, "team"):
            rows = rows.filter(team__in=self._form_team_ids(request))
            if issubclass(db_field.remote_field.model, Versioned):
                rows = rows.newest()
            field.queryset = rows
        return field

    def _form_team_ids(self, request: HttpRequest) -> list[int]:
        found = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        return self.form_teams(request, self.row_of(request, found) if found else None)

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the draft's own columns."""
        self.life.save(obj, by=person(request))
