"""The form by which a question is marked as leaked."""

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget


class LeakForm(forms.Form):
    """How far a question is known outside."""

    leak = forms.FloatField(
        label="How much of its worth is gone, 0 to 1",
        min_value=0,
        max_value=1,
        initial=0.5,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.05"}),
        help_text="0: unknown outside. 1: everybody has seen it; its ratings carry nothing.",
    )
    reason = forms.CharField(label="What was seen where", widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))
