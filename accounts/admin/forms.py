"""Forms of the admin that show an action's refusal where the person typed, and mix no teams."""

from typing import Any

from django import forms
from django.db import models

from accounts.errors import ActionError
from accounts.models import Team
from accounts.models.teams import key_validator


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form that can be told what an action answered.

    ``refusal`` is set on the class made for one request; ``team_choice`` is the team
    where the form itself does not ask for it.
    """

    refusal: ActionError | None = None
    team_choice: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:  # what may stand in a key, rather than what a framework calls it
            self.fields["key"].error_messages["invalid"] = str(key_validator.message)

    def clean(self) -> dict[str, Any]:
        """Add what the action said, and refuse rows of another team."""
        data = super().clean() or self.cleaned_data
        self._refuse_other_teams(data)
        if self.refusal is not None:
            self.add_error(None, self.refusal.message)
            for field, text in self.refusal.problems:
                self.add_error(field if field in self.fields else None, text)
        return data

    def _refuse_other_teams(self, data: dict[str, Any]) -> None:
        chosen = data.get("team")
        team_id = chosen.pk if isinstance(chosen, Team) else self.team_choice
        if team_id is None:
            return
        for name, value in data.items():
            for row in value if isinstance(value, models.QuerySet) else [value]:
                if not isinstance(row, models.Model) or isinstance(row, Team):
                    continue
                owner = getattr(row, "team_id", None)
                if owner is not None and owner != team_id and not row.team.is_library:  # type: ignore[attr-defined]
                    self.add_error(name, "This belongs to another team. Choose one of this team's.")
