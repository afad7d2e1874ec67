"""How openings, candidates, applications and interviews look in the API; fields are named one by one."""

from typing import Any

from rest_framework import serializers

from hiring.pipeline.api_base import Colleague, Mine
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from loops.models import Loop, Stage
from roles.models import RoleProfile
from web.api import RowId, WholeNumber


class OpeningOut(serializers.ModelSerializer[Opening]):
    """An opening with the versions it pins."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    profile = serializers.CharField(source="profile.label")
    loop = serializers.CharField(source="loop.label")
    hiring_manager = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)

    class Meta:
        model = Opening
        fields = (
            "id",
            "team",
            "key",
            "title",
            "profile",
            "loop",
            "state",
            "location",
            "headcount",
            "hiring_manager",
            "opened_at",
            "closed_at",
        )


class OpeningIn(serializers.Serializer[Any]):
    """A new opening."""

    key = serializers.CharField(max_length=80)
    title = serializers.CharField(max_length=160)
    profile = Mine(rows=RoleProfile.objects.all())
    loop = Mine(rows=Loop.objects.all())
    location = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    headcount = WholeNumber(required=False, default=1)
    hiring_manager = Colleague(required=False, default=None, allow_null=True)


class ReasonIn(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=200)


class CandidateOut(serializers.ModelSerializer[Candidate]):
    """A candidate."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)

    class Meta:
        model = Candidate
        fields = ("id", "team", "name", "email", "source", "external_id", "created_at")
        read_only_fields = ("created_at",)


class CandidateIn(serializers.Serializer[Any]):
    """A new candidate."""

    name = serializers.CharField(max_length=160)
    email = serializers.CharField(max_length=254, required=False, default="", allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # declared fields leave the class's namespace
        max_length=60, required=False, default="", allow_blank=True
    )
    external_id = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)


class ApplicationOut(serializers.ModelSerializer[Application]):
    """An application."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    candidate_name = serializers.CharField(source="candidate.name")
    opening_key = serializers.CharField(source="opening.key")

    class Meta:
        model = Application
        fields = (
            "id",
            "team",
            "opening",
            "opening_key",
            "candidate",
            "candidate_name",
            "state",
            "applied_at",
            "debriefed_at",
            "closed_at",
        )


class ApplicationIn(serializers.Serializer[Any]):
    """A new application."""

    candidate = Mine(rows=Candidate.objects.all())
    opening = Mine(rows=Opening.objects.all())


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    """Who holds an interview."""

    interviewer = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    name = serializers.CharField(source="interviewer.name")
    handed_to = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)

    class Meta:
        model = Assignment
        fields = ("interviewer", "name", "shadow", "released_at", "handed_to")


class InterviewOut(serializers.ModelSerializer[Interview]):
    """An interview with its interviewers; nothing of anybody's scorecard."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    candidate_name = serializers.CharField(source="application.candidate.name")
    opening_key = serializers.CharField(source="application.opening.key")
    stage_name = serializers.CharField(source="stage.name")
    minutes = serializers.IntegerField(source="stage.minutes")
    interviewers = AssignmentOut(source="assignments", many=True)

    class Meta:
        model = Interview
        fields = (
            "id",
            "team",
            "application",
            "candidate_name",
            "opening_key",
            "stage",
            "stage_name",
            "minutes",
            "session",
            "state",
            "scheduled_at",
            "place",
            "interviewers",
        )


class StageOfMine(RowId):
    """A stage of a loop the person may see."""

    def get_queryset(self) -> Any:
        """Stages of visible loops."""
        return Stage.objects.filter(loop__in=Loop.objects.visible_to(self.context["request"].user))


class InterviewIn(serializers.Serializer[Any]):
    """A new interview."""

    application = Mine(rows=Application.objects.all())
    stage = StageOfMine(queryset=Stage.objects.all())
    scheduled_at = serializers.DateTimeField(required=False, default=None, allow_null=True)
    place = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    interviewers = Colleague(many=True, required=False, default=list)
    session = WholeNumber(required=False, default=1, min_value=1, max_value=20)


class RescheduleIn(serializers.Serializer[Any]):
    """A new time or place."""

    scheduled_at = serializers.DateTimeField(allow_null=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)


class InterviewerIn(serializers.Serializer[Any]):
    """Somebody to assign; a shadow listens to learn, and the card enters no number."""

    interviewer = Colleague()
    shadow = serializers.BooleanField(required=False, default=False)


class ReleaseIn(serializers.Serializer[Any]):
    """Somebody to release, and why."""

    interviewer = Colleague()
    reason = serializers.CharField(max_length=200)


class HandOverIn(ReleaseIn):
    """Whose interview goes to whom, and why."""

    to = Colleague()
