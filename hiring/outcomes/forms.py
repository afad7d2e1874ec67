"""The review's form: a level for each competency of the role, in words. What the loop said is nowhere near it."""

from dataclasses import dataclass
from typing import Any

from django import forms

from hiring.outcomes.models import PERIODS, OutcomeReview
from hiring.outcomes.words import LEVELS, LevelExample, examples_of
from hiring.pipeline.models import Application
from roles.models import Competency, Requirement

_NOT_SEEN = ("", "Not seen yet")


class ReviewForm(forms.Form):
    """One level per competency of the role; what was not seen on the job is left open."""

    still_employed = forms.BooleanField(label="Still in the job", required=False, initial=True)
    would_hire_again = forms.ChoiceField(
        label="Would you hire this person again?",
        choices=[("", "No answer"), ("yes", "Yes"), ("no", "No")],
        required=False,
    )
    comment = forms.CharField(
        label="What stood out", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, application: Application, *args: Any, amends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        requirements = Requirement.objects.filter(profile_id=application.opening.profile_id)
        self.competencies = {
            row.competency.key: row.competency for row in requirements.select_related("competency")
        }
        choices = [_NOT_SEEN, *((each.level, f"{each.level} {each.label}") for each in LEVELS)]
        for key, competency in self.competencies.items():
            self.fields[f"level-{key}"] = forms.TypedChoiceField(
                label=competency.name,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        if amends:
            self.fields["reason"] = forms.CharField(label="What was wrong before", max_length=500)

    def levels(self) -> dict[Competency, int]:
        """The levels given, by competency."""
        return {
            competency: self.cleaned_data[f"level-{key}"]
            for key, competency in self.competencies.items()
            if self.cleaned_data[f"level-{key}"] is not None
        }

    def again(self) -> bool | None:
        """Whether they would hire the person again, if they said."""
        return {"yes": True, "no": False}.get(self.cleaned_data["would_hire_again"])


class AskForm(forms.Form):
    """Whom to ask who has no account."""

    days = forms.TypedChoiceField(label="Review", choices=PERIODS, coerce=int)
    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="E-mail")


@dataclass(frozen=True)
class ReviewLine:
    """A competency with its field, and what its levels looked like in interviews."""

    competency: Competency
    field: forms.BoundField
    examples: list[LevelExample]


def lines_of(form: ReviewForm, application: Application) -> list[ReviewLine]:
    """The form's competencies in the order of the role."""
    examples = examples_of(application.team, form.competencies)
    return [
        ReviewLine(competency, form[f"level-{key}"], examples.get(key, []))
        for key, competency in form.competencies.items()
    ]


def initial_of(review: OutcomeReview) -> dict[str, object]:
    """What a review said, as its form shows it to be amended."""
    again = {True: "yes", False: "no", None: ""}[review.would_hire_again]
    levels = {f"level-{row.competency.key}": row.level for row in review.ratings.select_related("competency")}
    return {
        "still_employed": review.still_employed,
        "would_hire_again": again,
        "comment": review.comment,
        **levels,
    }
