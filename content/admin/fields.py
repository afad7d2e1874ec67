"""Form fields of the content admins: lists as lines, and choices read once for all rows of a page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4}))
        kwargs.setdefault("help_text", "One a line.")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(each) for each in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Read lines as a list, leaving out empty ones."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class _Once(ModelChoiceIterator):  # type: ignore[type-arg]
    field: "SharedChoiceField"

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for row in self.field.rows():
            yield self.choice(row)

    def __len__(self) -> int:
        return len(self.field.rows()) + (self.field.empty_label is not None)


class SharedChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice whose rows are read once, however many rows of an inline show it."""

    iterator = _Once

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Copies of a field share this list, which is filled by whichever needs it first.
        self._read: list[list[Any]] = []
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        if not self._read:
            self._read.append(list(self.queryset.all()))  # type: ignore[union-attr]
        return self._read[0]


class ShareInput(UnfoldAdminDecimalFieldWidget):
    """A number box that shows 0.1, not 0.1000."""

    def format_value(self, value: Any) -> Any:
        """Drop zeros that say nothing."""
        shown = super().format_value(value)
        return shown.rstrip("0").rstrip(".") if isinstance(shown, str) and "." in shown else shown
