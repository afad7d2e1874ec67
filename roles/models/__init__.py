"""Tables of what a job demands."""

from roles.models.competencies import Cluster, Competency
from roles.models.profiles import Realism, Requirement, RoleProfile
from roles.models.reference import ReferenceTable

__all__ = ["Cluster", "Competency", "Realism", "ReferenceTable", "Requirement", "RoleProfile"]
