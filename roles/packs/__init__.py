"""The roles section of a content pack: competencies, role profiles, reference tables."""

from roles.packs.collecting import collect, to_files
from roles.packs.reading import known_competencies, locate, must_know, once, read, read_list
from roles.packs.section import RolesSection
from roles.packs.writing import newest_competencies, write

__all__ = [
    "RolesSection",
    "collect",
    "known_competencies",
    "locate",
    "must_know",
    "newest_competencies",
    "once",
    "read",
    "read_list",
    "to_files",
    "write",
]
