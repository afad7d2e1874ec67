"""Filters of the list of questions."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from content.admin.filters import row_id
from roles.models import Competency
from rubrics.models import Criterion, QuestionBank


class CompetencyFilter(SimpleListFilter):
    """Questions that rate a competency, whichever version of it."""

    title = "competency"
    parameter_name = "competency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Competencies of the teams one may see, by key."""
        rows = Competency.objects.visible_to(request.user).latest_published().order_by("name")
        return list(dict(rows.values_list("key", "name")[:400]).items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        rated = Criterion.objects.filter(question=OuterRef("pk"), competency__key=self.value())
        return queryset.filter(Exists(rated))


class QuestionBankFilter(SimpleListFilter):
    """Banks one may see."""

    title = "bank"
    parameter_name = "bank"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Banks with their owners, since two teams may use one name."""
        rows = (
            QuestionBank.objects.visible_to(request.user)
            .select_related("team")
            .order_by("team__name", "name")
        )
        return [(str(row.pk), f"{row.name} ({row.team})") for row in rows[:100]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        bank = row_id(QuestionBank, self.value()) if self.value() else None
        return queryset.filter(bank_id=bank) if bank is not None else queryset
