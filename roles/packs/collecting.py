"""Reads what a team has published, and lays it out as files."""

from typing import Any

from accounts.models import Team
from content.packfile import (
    Origin,
)
from roles.content import (
    CLUSTER,
    PROFILE_IN_FILE,
    competency_body,
    profile_body,
)
from roles.models import Cluster, Competency, ReferenceTable, RoleProfile
from roles.packs.section import RolesSection


def collect(
    team: Team, *, profiles: set[str] | None = None, competencies: set[str] | None = None
) -> RolesSection:
    """Return what ``team`` has published, all of it or the named keys."""
    section = RolesSection()
    chosen = Competency.objects.filter(team=team).latest_published().select_related("cluster")
    rows = [
        row for row in chosen.order_by("position", "key") if competencies is None or row.key in competencies
    ]
    section.competencies = [competency_body(row) for row in rows]
    used = {row.cluster.key for row in rows}
    clusters = Cluster.objects.filter(team=team).order_by("position", "key")
    section.clusters = [
        CLUSTER.body({"key": row.key, "name": row.name})
        for row in clusters
        if competencies is None or row.key in used
    ]
    found = (
        RoleProfile.objects.filter(team=team).latest_published().prefetch_related("requirements__competency")
    )
    kept = [row for row in found.order_by("key") if profiles is None or row.key in profiles]
    section.profiles = [profile_body(row) for row in kept]
    for kind, versions in (("competency", rows), ("role profile", kept)):
        for row in versions:
            section.origins[kind, row.key] = Origin(team.key, row.version, row.content_hash)
    section.tables = [
        (row.section, row.key, _in_reading_order(row.body))
        for row in ReferenceTable.objects.filter(team=team).order_by("position", "section", "key")
    ]
    return section


# The database keeps no order of names; these come first wherever they stand.
_FIRST = ("key", "order", "level", "name", "title", "label", "company")


def _in_reading_order(body: Any) -> Any:
    if isinstance(body, list):
        return [_in_reading_order(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    names = [name for name in _FIRST if name in body] + sorted(name for name in body if name not in _FIRST)
    return {name: _in_reading_order(body[name]) for name in names}


def to_files(section: RolesSection, *, loops: dict[str, tuple[str, list[str]]]) -> dict[str, dict[str, Any]]:
    """Return the files of this section; ``loops`` gives each profile's default loop and its variants."""
    files: dict[str, dict[str, Any]] = {}
    for name in ("meta", "reference"):
        parts = {key: body for where, key, body in section.tables if where == name}
        if parts:
            files[f"{name}.yaml"] = {name: parts}
    if section.competencies or section.clusters:
        files["competencies.yaml"] = {"clusters": section.clusters, "competencies": section.competencies}
    if section.profiles:
        named = [PROFILE_IN_FILE.body({**body, **_loops_of(body["key"], loops)}) for body in section.profiles]
        files["roles.yaml"] = {"roles": named}
    return files


def _loops_of(profile: str, loops: dict[str, tuple[str, list[str]]]) -> dict[str, Any]:
    default, variants = loops.get(profile, ("", []))
    return {"loop": default, "loop_variants": variants}
