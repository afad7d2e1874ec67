"""Changes of role profiles and competencies; every one names who does it."""

from roles.actions.competencies import (
    COMPETENCIES,
    discard_competency,
    new_competency_version,
    publish_competency,
    retire_competency,
    save_cluster,
    save_competency,
)
from roles.actions.profiles import (
    PROFILES,
    discard_profile,
    new_profile_version,
    publish_profile,
    retire_profile,
    save_profile,
    save_requirements,
)

__all__ = [
    "COMPETENCIES",
    "PROFILES",
    "discard_competency",
    "discard_profile",
    "new_competency_version",
    "new_profile_version",
    "publish_competency",
    "publish_profile",
    "retire_competency",
    "retire_profile",
    "save_cluster",
    "save_competency",
    "save_profile",
    "save_requirements",
]
