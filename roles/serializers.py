"""Role profiles and competencies as the API gives them."""

from typing import Any

from rest_framework import serializers

from content.serializers import VERSION_FIELDS, DeclaredOut, VersionedOut, declared
from roles.kinds import COMPETENCY, DEMAND, PROFILE, REQUIREMENT
from roles.models import Competency, Requirement, RoleProfile


class CompetencyOut(VersionedOut):
    """A competency."""

    class Meta:
        model = Competency
        fields = declared(COMPETENCY.shape, *VERSION_FIELDS)


class DemandOut(serializers.Serializer[Any]):
    """Shares of the demand by realism; they sum to 1."""

    controlled = serializers.FloatField(source="demand_controlled")
    constrained = serializers.FloatField(source="demand_constrained")
    production = serializers.FloatField(source="demand_production")


class RequirementOut(DeclaredOut):
    """One row of a profile; weights are shares that sum to 1."""

    competency_id = serializers.IntegerField(read_only=True, help_text="The version that is pinned.")
    competency_name = serializers.CharField(source="competency.name", read_only=True)
    realism_demand = DemandOut(source="*", read_only=True)

    class Meta:
        model = Requirement
        fields = declared(
            REQUIREMENT,
            "competency",
            "competency_id",
            "competency_name",
            "realism_demand",
            without=DEMAND.own_columns,
        )


class RoleProfileOut(VersionedOut):
    """A role profile in a list."""

    requirement_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = RoleProfile
        fields: tuple[str, ...] = (*VERSION_FIELDS, "name", "family", "level", "summary", "requirement_count")


class RoleProfileDetail(RoleProfileOut):
    """A role profile, whole."""

    requirements = RequirementOut(many=True, read_only=True)

    class Meta:
        model = RoleProfile
        fields = (*declared(PROFILE.shape, *RoleProfileOut.Meta.fields), "requirements")
