"""Questions over the API."""

from typing import ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from content.api import ContentRows
from rubrics import actions
from rubrics.models import Criterion, Question
from rubrics.serializers import QuestionDetail, QuestionOut


class QuestionFilters(filters.FilterSet):
    """Filters of the list of questions."""

    competency = filters.CharFilter(method="rating", label="Key of a competency that it rates.")
    bank = filters.CharFilter(field_name="bank__key")

    class Meta:
        model = Question
        fields = ("key", "status", "version", "format", "realism", "conventional", "bank", "competency")

    def rating(self, rows: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        """Questions that rate a competency, whichever version of it."""
        return rows.filter(pk__in=Criterion.objects.filter(competency__key=value).values("question_id"))


class QuestionViewSet(ContentRows[Question]):
    """Questions with criteria and anchors: own versions, and the library's."""

    serializer_class = QuestionOut
    detail_serializer: ClassVar = QuestionDetail
    filterset_class = QuestionFilters
    life = actions.QUESTIONS

    def rows(self) -> QuerySet[Question]:
        """Visible questions with what they rate."""
        rows: QuerySet[Question] = Question.objects.visible_to(self.person)
        return rows.select_related("team", "bank").prefetch_related("criteria__competency")

    def whole(self, rows: QuerySet[Question]) -> QuerySet[Question]:
        """With anchors, injections and the scale."""
        return rows.select_related("scale").prefetch_related("criteria__anchors", "injections__probes")
