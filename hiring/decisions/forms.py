"""Forms of the debrief."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hiring.calibration.readers import LevelView
from hiring.decisions.models import Verdict

CONFIDENCES = [("60", "Leaning"), ("75", "Fairly sure"), ("90", "Sure")]


class OpenForm(forms.Form):
    """Opens a debrief before every scorecard is in."""

    reason = forms.CharField(
        label="Why now",
        help_text="Kept with the debrief. Those who have not submitted still see nothing.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "textarea"}),
        max_length=2000,
    )


class _Picked(forms.MultipleChoiceField):
    """Keys that were short when the page was shown; one that is not any more does no harm."""

    def valid_value(self, value: object) -> bool:
        """Whatever was offered once."""
        return True


class DecisionForm(forms.Form):
    verdict = forms.ChoiceField(
        label="What do you decide?", choices=Verdict.choices, widget=forms.RadioSelect
    )
    confidence = forms.ChoiceField(label="How sure are you?", choices=CONFIDENCES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        help_text="Name the evidence that decided it. The reason is kept with the decision.",
        widget=forms.Textarea(attrs={"rows": 4, "class": "textarea"}),
        max_length=5000,
    )
    against = _Picked(
        label="Against a must-have",
        help_text="Short, with enough ratings to say so. A hire names each, here or in the reason, and says what "
        "outweighs it.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, short: Sequence[LevelView] = (), **kwargs: Any) -> None:
        """``short``: must-haves that a hire would go against; without any nothing is asked."""
        super().__init__(*args, **kwargs)
        if short:
            choices = [(view.requirement.competency.key, view.requirement.competency.name) for view in short]
            self.fields["against"].choices = choices  # type: ignore[attr-defined]  # of a choice field
        else:
            del self.fields["against"]
