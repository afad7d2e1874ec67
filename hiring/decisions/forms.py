"""Forms of the debrief."""

from django import forms

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
