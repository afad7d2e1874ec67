"""Tables of what a job demands."""

from roles.models.competencies import Cluster, Competency
from roles.models.profiles import REALISM_ORDER, Realism, Requirement, RoleProfile
from roles.models.reference import ReferenceTable

__all__ = [
    "REALISM_ORDER",
    "Cluster",
    "Competency",
    "Realism",
    "ReferenceTable",
    "Requirement",
    "RoleProfile",
]
