"""Forms of the lab."""

from typing import Any

from django import forms

from accounts.models import Membership, Team, User
from accounts.permissions import ROLE_PERMISSIONS, Permission
from hiring.lab.models import StepKind, Vignette
from hiring.lab.rights import PRACTISE
from rubrics.models import QuestionFormat

NOT_ASSESSED = 0


class RatingsForm(forms.Form):
    """A point, or not assessed, for each criterion; which of one's own ratings of the answer this is."""

    number = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)

    def __init__(self, vignette: Vignette, *args: Any, **kwargs: Any) -> None:
        """``vignette`` is loaded ``with_anchors``."""
        super().__init__(*args, **kwargs)
        points = [(each.value, each.label) for each in vignette.question.scale.points.all()]
        self.criteria = list(vignette.question.criteria.all())
        for criterion in self.criteria:
            self.fields[f"c{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.competency.name,
                choices=[*points, (NOT_ASSESSED, "Not assessed")],
                coerce=int,
                error_messages={
                    "required": "Choose a point, or not assessed.",
                    "invalid_choice": "Choose one of the points shown.",
                },
            )

    def ratings(self) -> dict[int, int | None]:
        """What was chosen, by criterion."""
        return {criterion.pk: self.cleaned_data[f"c{criterion.pk}"] or None for criterion in self.criteria}


def raters_of(team: Team) -> Any:
    """The team's active members who interview."""
    roles = [role for role, granted in ROLE_PERMISSIONS.items() if granted >= {Permission.SCORE, PRACTISE}]
    members = Membership.objects.filter(team=team, is_active=True, role__in=roles)
    return User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("name", "pk")


class StepForm(forms.Form):
    """Records an interview that somebody watched or led on the way to a certificate."""

    person = forms.ModelChoiceField(
        label="Who", queryset=User.objects.none(), widget=forms.Select(attrs={"class": "select"})
    )
    kind = forms.ChoiceField(
        label="What", choices=StepKind.choices, widget=forms.Select(attrs={"class": "select"})
    )
    family = forms.ChoiceField(
        label="Question family",
        choices=QuestionFormat.choices,
        widget=forms.Select(attrs={"class": "select"}),
    )
    held_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date", "class": "input"}))
    beside = forms.ModelChoiceField(
        label="Beside whom",
        queryset=User.objects.none(),
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "beside"):
            self.fields[name].queryset = raters_of(team)  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=200)


class AnchorForm(forms.Form):
    used = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200, required=False)
