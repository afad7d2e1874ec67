"""Base of the admins of versioned content: drafts are forms, published versions are pages to read."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.base import TeamModelAdmin
from accounts.admin.confirm import Ask, row_action
from accounts.admin.refusals import person
from accounts.models import Team
from accounts.permissions import Permission
from content import library
from content.admin.parts import DraftForm, ReasonForm, TeamForm
from content.models import Status, Versioned
from content.versions import versions


def _ask_publish(admin: "VersionedAdmin", row: Any) -> Ask:
    title, faults = f"Publish {row}, version {row.version}?", admin.faults(row)
    if faults:
        return Ask(title, "Mend this first; nothing was published.", "", faults=faults)
    return Ask(
        title, "It becomes available for use and cannot change. Later edits make a new version.", "Publish"
    )


def _ask_copy(admin: "VersionedAdmin", row: Any) -> Ask:
    what = (
        "Its competencies, loops and questions come with it"
        if admin.copies == "profiles"
        else "Its competencies and rating scale come with it"
    )
    text = f"{what}, published and yours. What the team has already stays as it is."
    return Ask(f"Copy {row} into a team?", text, "Copy")


def _copy_form(admin: "VersionedAdmin", request: HttpRequest, posted: QueryDict | None) -> TeamForm:
    form = TeamForm(posted)
    field: Any = form.fields["team"]
    field.queryset = Team.objects.ordinary().filter(pk__in=admin.editable_teams(request))
    return form


class VersionedAdmin(TeamModelAdmin):
    """Publish, new version, retire, discard and copy, each behind a page that says what will happen.

    ``verbs`` names the actions by verb: publish, new_version, retire, discard.
    ``reading_template`` draws what cannot be edited; ``faults`` lists what a draft lacks;
    ``hashed`` tells one state of a draft from another.
    """

    view_permission = Permission.VIEW_CONTENT
    edit_permission = Permission.EDIT_CONTENT
    verbs: ClassVar[dict[str, Callable[..., Any]]] = {}
    reading_template: ClassVar[str] = ""
    hashed: "ClassVar[staticmethod[[Any], str]]"
    form: ClassVar[type[DraftForm]] = DraftForm
    readonly_fields: Any = ("reading",)
    copies: ClassVar[str] = ""  # "profiles" or "questions", where the library's can be copied
    change_form_before_template = "admin/versions/banner.html"
    actions_detail: ClassVar[list[str]] = ["publish", "new_version", "copy_to_team", "retire", "discard"]
    list_per_page = 50

    class Media:
        css: ClassVar = {"all": ["css/admin_content.css"]}

    # -- hooks -------------------------------------------------------------------------------------------

    def faults(self, obj: Any) -> list[tuple[str, str]]:
        """What keeps a draft from being published."""
        return []

    def for_reading(self, obj: Any) -> dict[str, Any]:
        """The context of ``reading_template``."""
        return {"row": obj}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The library's drafts are seen by its own maintainers alone."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        unfinished = models.Q(team__is_library=True, status=Status.DRAFT)
        return rows.exclude(unfinished & ~models.Q(team_id__in=self.editable_teams(request)))

    # -- pages -------------------------------------------------------------------------------------------

    def editable(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Whether the page is a form."""
        return bool(self.has_change_permission(request, obj) if obj else self.has_add_permission(request))

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Fields for drafts; one reading for everything else."""
        if obj is not None and not self.editable(request, obj):
            return [(None, {"fields": ["reading"]})]
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        (title, first), *others = fieldsets
        return [(title, {**first, "fields": [*first["fields"], "seen"]}), *others]

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Give the form the hash that tells whether somebody else wrote meanwhile."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.hashed = staticmethod(type(self).hashed)
        return form

    def get_inlines(self, request: HttpRequest, obj: models.Model | None) -> Any:
        """Rows to edit, where anything may be edited."""
        if obj is not None and not self.editable(request, obj):
            return []
        return super().get_inlines(request, obj)

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
        """Boxes of a few lines: most texts are a sentence or two, and boxes can be drawn larger."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField) and field is not None:
            field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return field

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
        row = self._row_or_none(request, found) if found else None
        return self.form_teams(request, row)

    @display(description="")
    def reading(self, obj: Any) -> SafeString:
        """Everything the version says, laid out to be read."""
        return render_to_string(self.reading_template, self.for_reading(obj))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add what the banner says."""
        extra: dict[str, Any] = {}
        row = self._row_or_none(request, object_id) if object_id else None
        if row is not None:
            extra["banner"] = {
                "row": row,
                "versions": self._versions(row),
                "editable": self.editable(request, row),
                "faults": self.faults(row) if row.is_draft and self.editable(request, row) else [],
            }
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def _versions(self, row: Versioned) -> Any:
        rows = versions(self.model).filter(team_id=row.team_id, key=row.key).exclude(pk=row.pk)
        return rows.only("pk", "version", "status").order_by("-version")[:20]

    def _row_or_none(self, request: HttpRequest, object_id: Any) -> Any:
        seen: dict[str, Any] = request.__dict__.setdefault("_version_rows", {})
        key = f"{self.model.__name__}:{object_id}"
        if key not in seen:
            rows = self.get_queryset(request).select_related("team", "published_by")
            seen[key] = rows.filter(pk=object_id).first() if str(object_id).isdigit() else None
        return seen[key]

    @display(
        description="Status",
        ordering="status",
        label={"draft": "info", "published": "success", "retired": "warning"},
    )
    def state(self, obj: Versioned) -> tuple[str, str]:
        """Draft, published or retired."""
        return obj.status, obj.get_status_display()

    # -- actions -----------------------------------------------------------------------------------------

    @row_action("Publish", permissions=["publish"], ask=_ask_publish)
    def publish(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        """Freeze a draft."""
        self.verbs["publish"](row, by=person(request))
        messages.success(request, f"{row} version {row.version} is published.")
        return redirect(self.back_to(request, row.pk))

    @row_action(
        "New version",
        permissions=["renew"],
        ask=lambda admin, row: Ask(
            f"New version of {row}?",
            "A draft is opened that starts as this version does. This version stays as it is, "
            "and everything that uses it keeps it.",
            "Open a draft",
        ),
    )
    def new_version(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        """Open a draft of the next version."""
        draft = self.verbs["new_version"](row, by=person(request))
        messages.success(request, f"Version {draft.version} is open as a draft.")
        return redirect(self.back_to(request, draft.pk))

    @row_action(
        "Retire",
        permissions=["retire"],
        ask=lambda admin, row: Ask(
            f"Retire {row}?",
            "It and its earlier versions are no longer offered for anything new. "
            "What uses one of them goes on unchanged.",
            "Retire",
        ),
        form=lambda admin, request, posted: ReasonForm(posted),
    )
    def retire(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> HttpResponseBase:
        """Stop offering a version."""
        self.verbs["retire"](row, by=person(request), reason=data["reason"])
        messages.success(request, f"{row} is retired.")
        return redirect(self.back_to(request, row.pk))

    @row_action(
        "Discard draft",
        permissions=["publish"],
        ask=lambda admin, row: Ask(
            f"Discard version {row.version} of {row}?",
            "The draft and everything typed into it are deleted. Published versions stay.",
            "Discard",
            danger=True,
        ),
    )
    def discard(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        """Throw a draft away."""
        self.verbs["discard"](row, by=person(request))
        messages.success(request, f"The draft of {row} is discarded.")
        return redirect(self.back_to(request))

    @row_action("Copy into my team", permissions=["copy"], ask=_ask_copy, form=_copy_form)
    def copy_to_team(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> HttpResponseBase:
        """Copy library content, with what it needs."""
        team = data["team"]
        report = library.copy_into(team, by=person(request), **{self.copies: [row.key]})
        made = sum(len(keys) for keys in report.created.values())
        if made:
            messages.success(
                request, f"{row} is in {team} now, with all that it needs ({made} things copied)."
            )
        else:
            messages.info(request, f"{team} has {row} and all that it needs already; nothing was copied.")
        mine = versions(self.model).filter(team=team, key=row.key).order_by("-version").first()
        return redirect(self.back_to(request, mine.pk if mine else None))

    def has_publish_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for drafts one may edit."""
        row = self._row_or_none(request, object_id)
        return row is not None and row.is_draft and self.editable(request, row)

    def has_renew_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for one's published or retired versions."""
        row = self._row_or_none(request, object_id)
        return row is not None and not row.is_draft and row.team_id in self.editable_teams(request)

    def has_retire_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for one's published versions."""
        row = self._row_or_none(request, object_id)
        return (
            row is not None and row.status == Status.PUBLISHED and row.team_id in self.editable_teams(request)
        )

    def has_copy_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for the library's published content."""
        row = self._row_or_none(request, object_id)
        if not self.copies or row is None or not row.team.is_library or row.status != Status.PUBLISHED:
            return False
        return Team.objects.ordinary().filter(pk__in=self.editable_teams(request)).exists()
