"""The builder's forms: one for each operation, one for the bank's filter, one for a new loop.

They read numbers and ids. What a name, a length or a number of minutes may be is for the actions to
say, which every other way into a loop calls too. Names that were not posted stay as they are.
"""

from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from accounts.errors import InvalidInput
from accounts.inputs import LARGEST_ID
from loops.bank import NEW_STAGE, BankFilter
from roles.models import Realism
from rubrics.models import QuestionFormat

# No list in a loop is longer; what lies beyond an end means the end.
_FURTHEST = 10_000
_LONGEST_QUESTION = 2880

FormT = TypeVar("FormT", bound=forms.Form)


class RowKeyField(forms.IntegerField):
    def __init__(self, *, required: bool = True) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, required=required)


class PlaceField(forms.IntegerField):
    """A place in a list, or a number of steps in it."""

    def __init__(self) -> None:
        super().__init__(min_value=-_FURTHEST, max_value=_FURTHEST, required=False)


class NewOrRowKeyField(RowKeyField):
    """A stage, or one that is made for the occasion."""

    def to_python(self, value: Any) -> int | None:
        """Read "new" and its older spelling as no stage yet."""
        return None if value in ("new", str(NEW_STAGE)) else super().to_python(value)


class Operation(forms.Form):
    """What every operation may name: the revision of the loop that the page showed."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    def given(self, *names: str) -> dict[str, str]:
        """Texts of the fields that were posted, for the action to judge."""
        return {name: str(self.data[name]) for name in names if name in self.data}


class EditLoop(Operation):
    profile = RowKeyField(required=False)


class OnStage(Operation):
    stage = RowKeyField()


class MoveStage(OnStage):
    """A stage to another place: ``to`` counts from 0, ``step`` from where it is now."""

    to = PlaceField()
    step = PlaceField()


class PlaceQuestion(Operation):
    """A question of the bank into a stage, or into one of its own."""

    question = RowKeyField()
    stage = NewOrRowKeyField(required=False)
    to = PlaceField()
    alternate = forms.CharField(required=False)


class OnPlacement(Operation):
    placement = RowKeyField()


class MovePlacement(OnPlacement):
    """A placed question to another place or stage."""

    stage = RowKeyField(required=False)
    to = PlaceField()
    step = PlaceField()


class SetAlternate(OnPlacement):
    """Let a placed question stand by, or ask it."""

    alternate = forms.CharField(required=False)


class SwapQuestion(OnPlacement):
    question = RowKeyField()


class Reshape(Operation):
    """All stages at once, as JSON (``loops.shapes``), and what is to be said of it."""

    stages = forms.CharField(max_length=100_000)
    said = forms.CharField(max_length=300, required=False)


class NewLoop(forms.Form):
    profile = RowKeyField()


class Bank(forms.Form):
    """The bank's filter and the loop compared with; what makes no sense counts as not given."""

    b_q = forms.CharField(required=False)
    b_format = forms.ChoiceField(choices=QuestionFormat.choices, required=False)
    b_bank = forms.CharField(required=False)
    b_competency = forms.CharField(required=False)
    b_minutes = forms.IntegerField(min_value=0, max_value=_LONGEST_QUESTION, required=False)
    b_order = forms.ChoiceField(
        choices=[("points", "points"), ("minute", "points in 10 min")], required=False
    )
    b_into = RowKeyField(required=False)
    b_compare = RowKeyField(required=False)

    def wanted(self) -> BankFilter:
        """The filter; fields with a fault are left out."""
        self.is_valid()
        found = self.cleaned_data
        realisms = self.data.getlist("b_realism") if isinstance(self.data, QueryDict) else []
        return BankFilter(
            text=found.get("b_q", "")[:100],
            format=found.get("b_format", ""),
            realism=tuple(each for each in realisms if each in Realism.values),
            bank=found.get("b_bank", "")[:80],
            competency=found.get("b_competency", "")[:80],
            minutes=found.get("b_minutes"),
            order=found.get("b_order") or "minute",
            into=found.get("b_into") or NEW_STAGE,
        )

    def compare(self) -> int | None:
        self.is_valid()
        chosen: int | None = self.cleaned_data.get("b_compare")
        return chosen


class ShownGap(forms.Form):
    """The gap that the page showed before a change."""

    gap = forms.FloatField(min_value=0, max_value=1)


def read(form: FormT) -> FormT:
    """The form if it can be read.

    Raises:
        InvalidInput: naming every field with a fault.
    """
    if form.is_valid():
        return form
    problems = [(name, " ".join(map(str, texts))) for name, texts in form.errors.items()]
    said = "; ".join(f"{name}: {text}" for name, text in problems)
    raise InvalidInput(f"This could not be read: {said}", problems=problems)
