"""The team's policy in the admin: every version to read, a new one to adopt."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts import actions
from accounts.actions.policies import VALUES
from accounts.admin.base import TeamModelAdmin
from accounts.admin.forms import ActionForm
from accounts.admin.refusals import person
from accounts.inputs import row_id
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission

_GROUPS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    (
        "Evidence",
        "What a rating is worth when a loop is planned and when it has run. The three shares add up to 1.",
        (
            "target_reliability",
            "sufficiency",
            "single_rating_reliability",
            "transfer",
            "share_performance",
            "share_interviewer",
            "share_rating",
            "between_competencies",
            "trusts_pack_material",
        ),
    ),
    (
        "Levels and skill gaps",
        "How ratings become levels, and when something is called likely.",
        (
            "weight_controlled",
            "weight_constrained",
            "weight_production",
            "kappa",
            "interval_level",
            "band_likely",
            "band_unlikely",
        ),
    ),
    (
        "Enough to say something",
        "What must stand behind a level, a verdict on a must-have, and a difference worth talking about.",
        (
            "point_ratings",
            "point_interviewers",
            "verdict_interviewers",
            "verdict_sessions",
            "verdict_reliability",
            "discuss_from",
        ),
    ),
    (
        "Advice on loops",
        "When the builder warns, and what a proposed change is taken to cost.",
        (
            "must_have_raters",
            "barely_covered",
            "production_role",
            "theory_share",
            "max_competencies_per_session",
            "take_home_extra",
            "max_loop_minutes",
            "least_stage_time",
            "setup_minutes",
            "max_session_minutes",
            "max_take_home_minutes",
            "max_interviewer_minutes",
            "rules_off",
            "candidate_minute_weight",
            "change_minutes",
        ),
    ),
    (
        "Who sees what",
        "Small groups and thin estimates stay hidden.",
        (
            "suppress_under",
            "estimates_from",
            "own_counts_from",
            "agreement_from",
            "validity_from",
            "blind_mode",
            "amended_counts",
            "earlier_readers_count",
            "evidence_first",
            "hints_off",
        ),
    ),
    (
        "Reminders",
        "When somebody is reminded of a scorecard, and when recruiters are told. No mail goes out in quiet hours.",
        (
            "reminder_hours",
            "reminder_schedule",
            "escalate_hours",
            "quiet_from",
            "quiet_until",
            "digest_day",
        ),
    ),
    (
        "The lab",
        "What certifies an interviewer, and when prepared answers anchor levels.",
        (
            "certify_vignettes",
            "certify_standards",
            "certify_deviation",
            "certify_agreement",
            "certify_shadows",
            "certify_reverse_shadows",
            "drift_check_days",
            "anchor_raters",
            "split_raters",
        ),
    ),
    ("Dates", "", ("retention_days",)),
)


class PolicyForm(ActionForm):
    """A whole new version, starting from the values in force."""

    class Meta:
        model = TeamPolicy
        fields = ("team", *VALUES, "reason")
        widgets = {"reason": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def clean_rules_off(self) -> list[str]:
        """An empty box is an empty list."""
        return self.cleaned_data["rules_off"] or []

    def clean_hints_off(self) -> list[str]:
        """An empty box is an empty list."""
        return self.cleaned_data["hints_off"] or []

    def validate_constraints(self) -> None:
        """The action checks them together and says it in words."""


@admin.register(TeamPolicy)
class PolicyAdmin(TeamModelAdmin):
    """Versions are never changed; the newest counts."""

    view_permission = Permission.EDIT_POLICY
    edit_permission = Permission.EDIT_POLICY
    form = PolicyForm
    list_display = ("label", "team", "adopted_at", "adopted_by", "why")
    list_select_related = ("team", "adopted_by")
    ordering = ("team", "-version")
    list_before_template = "admin/accounts/policy_list_before.html"

    @admin.display(description="Version")
    def label(self, obj: TeamPolicy) -> str:
        """As reports print it."""
        return str(obj)

    @admin.display(description="Why")
    def why(self, obj: TeamPolicy) -> str:
        """The first words of the reason."""
        return obj.reason if len(obj.reason) <= 120 else obj.reason[:119] + "…"

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Values by what they govern, the reason last."""
        top = ["team"] if self._asks_for_team(request) or obj else []
        if obj is not None:
            top += ["version", "adopted_at", "adopted_by"]
        return [
            *([(None, {"fields": top})] if top else []),
            *((title, {"fields": fields, "description": text}) for title, text, fields in _GROUPS),
            ("Reason", {"fields": ["reason"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """An adopted version is there to read."""
        return ["team", "version", "adopted_at", "adopted_by", *VALUES, "reason"] if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A new version is added instead."""
        return False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """One version at a time: one button."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The values in force: of the team named in the address, else of the only one."""
        editable = self.editable_teams(request)
        asked = row_id(request.GET.get("team"))
        team_id = asked if asked in editable else editable[0]
        current = TeamPolicy.objects.current_for(team_id)
        return {"team": team_id, **{name: getattr(current, name) for name in VALUES}}

    def save_through(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        """Adopt."""
        stored = actions.adopt_policy(
            team=Team.objects.get(pk=obj.team_id),
            values={name: form.cleaned_data[name] for name in VALUES},
            reason=form.cleaned_data["reason"],
            by=person(request),
        )
        obj.__dict__.update(stored.__dict__)
        messages.info(
            request, "Gaps and levels use the new values from now on; reports name the version they used."
        )
