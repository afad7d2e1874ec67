"""Teams and their members in the admin."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from accounts import actions
from accounts.admin.base import TeamModelAdmin
from accounts.admin.confirm import Ask, row_action
from accounts.admin.forms import ActionForm
from accounts.admin.refusals import person
from accounts.admin.scope import teams_with
from accounts.models import Membership, Team, User
from accounts.permissions import Permission


@admin.register(Team)
class TeamAdmin(TeamModelAdmin):
    """The teams one administers. New teams are made by the operator (``manage.py create_team``)."""

    view_permission = Permission.EDIT_MEMBERS
    edit_permission = Permission.EDIT_MEMBERS
    team_path = "pk"
    list_display = ("name", "key", "people", "created_at")
    search_fields = ("name", "key")
    search_help_text = "Name or key"
    fields = ("name", "key", "is_synthetic", "created_at")
    readonly_fields = ("key", "is_synthetic", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The operator's work."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Team]:
        """Teams with the number of their active members."""
        rows: models.QuerySet[Team] = super().get_queryset(request)
        active = models.Count("memberships", filter=models.Q(memberships__is_active=True), distinct=True)
        return rows.annotate(active=active)

    @admin.display(description="Members")
    def people(self, obj: Any) -> int:
        """How many active members it has."""
        count: int = obj.active
        return count

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Rename."""
        actions.rename_team(obj, name=form.cleaned_data["name"], by=person(request))


class NewMemberForm(ActionForm):
    """Asks for the person by e-mail address."""

    email = forms.EmailField(label="E-mail", widget=UnfoldAdminEmailInputWidget())
    name = forms.CharField(
        label="Name",
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Needed if nobody has an account with this address yet.",
    )

    class Meta:
        model = Membership
        fields = ("team", "role", "is_calibrator", "function")

    def validate_unique(self) -> None:
        """The action knows better whether the person is a member."""


class MemberForm(ActionForm):
    """Changes what a member may do."""

    reason = forms.CharField(
        required=False, widget=UnfoldAdminTextInputWidget(), help_text="Kept in the audit trail."
    )

    class Meta:
        model = Membership
        fields = ("role", "is_calibrator", "function")


@admin.register(Membership)
class MembershipAdmin(TeamModelAdmin):
    """Who belongs to the team and what they may do."""

    view_permission = Permission.EDIT_MEMBERS
    edit_permission = Permission.EDIT_MEMBERS
    list_display = ("user", "email", "role", "is_calibrator", "function", "is_active", "team")
    list_filter = ("role", "is_active", "is_calibrator")
    list_select_related = ("user", "team")
    search_fields = ("user__name", "user__email", "function")
    search_help_text = "Name, e-mail or function"
    ordering = ("-is_active", "user__name", "pk")
    add_fieldsets = ((None, {"fields": ("team", "email", "name", "role", "is_calibrator", "function")}),)
    fieldsets = (
        (None, {"fields": ("team", "user", "role", "is_calibrator", "function", "is_active", "reason")}),
    )
    readonly_fields = ("user", "is_active")
    actions_detail: ClassVar[list[str]] = ["deactivate", "reactivate"]

    @admin.display(description="E-mail", ordering="user__email")
    def email(self, obj: Membership) -> str:
        """How the person signs in."""
        return obj.user.email

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Everything can be said of a new member."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Two forms: adding asks for the address, changing for the reason."""
        kwargs["form"] = MemberForm if obj else NewMemberForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add or change through the actions; the row they return takes the form's place."""
        data = form.cleaned_data
        if change:
            stored = actions.change_role(
                obj,
                role=data["role"],
                is_calibrator=data["is_calibrator"],
                function=data["function"],
                reason=data["reason"],
                by=person(request),
            )
        else:
            stored = actions.add_member(
                team=Team.objects.get(pk=obj.team_id),
                email=data["email"],
                name=data["name"],
                role=data["role"],
                is_calibrator=data["is_calibrator"],
                function=data["function"],
                by=person(request),
            )
            if not stored.user.has_usable_password():
                text = f"{stored.user} sets a password through “Forgot your password?” on the sign-in page."
                messages.info(request, text)
        obj.__dict__.update(stored.__dict__)

    @row_action(
        "Deactivate",
        permissions=["end"],
        ask=lambda admin, row: Ask(
            f"Deactivate {row.user} in {row.team}?",
            "The person reaches nothing of the team from now on. "
            "What they did stays on record under their name.",
            "Deactivate",
            danger=True,
        ),
    )
    def deactivate(self, request: HttpRequest, row: Membership) -> HttpResponse:
        """End a membership."""
        actions.deactivate_member(row, by=person(request))
        messages.success(request, f"{row.user} has no access to {row.team} any more.")
        return redirect(self.back_to(request, row.pk))

    @row_action(
        "Reactivate",
        permissions=["restore"],
        ask=lambda admin, row: Ask(
            f"Reactivate {row.user} in {row.team}?", "The person is back in the role they had.", "Reactivate"
        ),
    )
    def reactivate(self, request: HttpRequest, row: Membership) -> HttpResponse:
        """Let a former member back in."""
        actions.reactivate_member(row, by=person(request))
        messages.success(request, f"{row.user} is back, as {row.get_role_display().lower()}.")
        return redirect(self.back_to(request, row.pk))

    def has_end_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for other people's active memberships."""
        return self._offer(request, object_id, is_active=True)

    def has_restore_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for other people's ended memberships."""
        return self._offer(request, object_id, is_active=False)

    def _offer(self, request: HttpRequest, object_id: Any, *, is_active: bool) -> bool:
        row = self.get_object(request, str(object_id))  # of a number that is none: no row
        return row is not None and row.is_active == is_active and row.user_id != request.user.pk


@admin.register(User)
class PeopleAdmin(TeamModelAdmin):
    """People of one's teams, to read and to be found by other forms; accounts belong to their owners."""

    view_permission = Permission.EDIT_MEMBERS
    list_display = ("name", "email", "last_login", "is_active")
    search_fields = ("name", "email")
    search_help_text = "Name or e-mail"
    ordering = ("name", "pk")
    fields = ("name", "email", "last_login", "date_joined", "is_active")
    list_select_related = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        """Active members of the teams whose pipeline or members the person handles."""
        members = Membership.objects.filter(team_id__in=self._teams(request), is_active=True)
        ordering = self.get_ordering(request) or ()
        return User.objects.filter(pk__in=members.values("user_id")).order_by(*ordering)

    def form_teams(self, request: HttpRequest, obj: models.Model | None) -> list[int]:
        """None: the page is there to read, and a person belongs to no single team."""
        return []

    def _teams(self, request: HttpRequest) -> list[int]:
        # Whoever plans interviews looks people up in autocompletes.
        wanted = (Permission.EDIT_MEMBERS, Permission.EDIT_PIPELINE, Permission.EDIT_LOOPS)
        return sorted({pk for permission in wanted for pk in teams_with(request, permission)})

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Members of one's teams."""
        teams = self._teams(request)
        if obj is None:
            return bool(teams)
        return Membership.objects.filter(user_id=obj.pk, team_id__in=teams, is_active=True).exists()

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes another's account here."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """All of it."""
        return self.fields
