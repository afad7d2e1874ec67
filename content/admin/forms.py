"""Small forms of the admin of content."""

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin.forms import ActionForm
from accounts.errors import Conflict
from accounts.models import Team
from content.life import Life


class DraftForm(ActionForm):
    """A draft with the state it was in when the page was made, so that two people do not overwrite one another.

    ``life`` is set on the class made for one request; without it nothing is compared.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    life: ClassVar[Life[Any] | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.life is not None and self.instance.pk is not None and not self.is_bound:
            self.initial["seen"] = str(self.life.state.of(self.instance))

    def clean(self) -> dict[str, Any]:
        """Refuse what was typed into an older state of the draft."""
        seen = self.cleaned_data.get("seen")
        if seen and self.life is not None and self.instance.pk is not None:
            try:
                self.life.refuse_stale(self.instance, seen=seen)
            except Conflict as error:
                self.add_error(None, error.message)
        return super().clean()


class ReasonForm(forms.Form):
    """Why something is retired."""

    reason = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept in the audit trail.",
    )


class TeamForm(forms.Form):
    """Which team a copy goes to."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
