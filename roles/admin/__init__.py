"""The admin pages of roles, gathered for Django."""

from roles.admin.competencies import ClusterAdmin, CompetencyAdmin
from roles.admin.profiles import RoleProfileAdmin
from roles.admin.reference import ReferenceTableAdmin

__all__ = ["ClusterAdmin", "CompetencyAdmin", "ReferenceTableAdmin", "RoleProfileAdmin"]
