"""Role profiles and competencies as the API gives them."""

from typing import Any

from rest_framework import serializers

from roles.models import Competency, Requirement, RoleProfile

VERSION_FIELDS = ("id", "team", "key", "version", "status", "content_hash", "published_at")


class VersionedOut(serializers.ModelSerializer[Any]):
    """What every version says of itself; the team is named by its key."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)


class CompetencyOut(VersionedOut):
    """A competency."""

    cluster = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)

    class Meta:
        model = Competency
        fields = (
            *VERSION_FIELDS,
            "name",
            "cluster",
            "definition",
            "evaluation_area",
            "motivation",
            "learnability",
            "development",
            "source",
            "basis",
        )
        read_only_fields = fields


class DemandOut(serializers.Serializer[Any]):
    """Shares of the demand by realism; they sum to 1."""

    controlled = serializers.FloatField(source="demand_controlled")
    constrained = serializers.FloatField(source="demand_constrained")
    production = serializers.FloatField(source="demand_production")


class RequirementOut(serializers.ModelSerializer[Requirement]):
    """One row of a profile; weights are shares that sum to 1."""

    competency = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    competency_id = serializers.IntegerField(read_only=True, help_text="The version that is pinned.")
    competency_name = serializers.CharField(source="competency.name", read_only=True)
    weight = serializers.FloatField(read_only=True)
    realism_demand = DemandOut(source="*", read_only=True)

    class Meta:
        model = Requirement
        fields = (
            "competency",
            "competency_id",
            "competency_name",
            "weight",
            "weight_rationale",
            "required_level",
            "must_have",
            "realism_demand",
            "realism_basis",
            "basis",
        )
        read_only_fields = fields


class RoleProfileOut(VersionedOut):
    """A role profile in a list."""

    requirement_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = RoleProfile
        fields = (*VERSION_FIELDS, "name", "family", "level", "summary", "requirement_count")
        read_only_fields = fields


class RoleProfileDetail(RoleProfileOut):
    """A role profile, whole."""

    requirements = RequirementOut(many=True, read_only=True)

    class Meta:
        model = RoleProfile
        fields = (
            *RoleProfileOut.Meta.fields,
            "description",
            "definition_of_done",
            "must_haves",
            "anti_signals",
            "variants",
            "source",
            "basis",
            "requirements",
        )
        read_only_fields = fields
