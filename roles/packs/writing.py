"""Writes the roles section of a pack as new published versions."""

from typing import Any

from accounts.models import Team, User
from content.packfile import (
    Incoming,
    PackReport,
    freeze,
    sort_out,
    standing,
)
from content.packfile.report import Change, differences
from roles.content import (
    PROFILE_EXTRA,
    competency_body,
    pinned_hash,
    profile_body,
)
from roles.models import Cluster, Competency, ReferenceTable, Requirement, RoleProfile
from roles.packs.section import RolesSection


def write(
    section: RolesSection, *, team: Team, by: User | None, report: PackReport, keep: bool = False
) -> None:
    """Write what differs from what ``team`` has, as new published versions."""
    _write_clusters(section, team, report, keep=keep)
    competencies = _write_competencies(section, team, by, report, keep=keep)
    _write_profiles(section, team, by, report, competencies, keep=keep)
    _write_tables(section, team, report, keep=keep)


def newest_competencies(team: Team) -> dict[str, Competency]:
    """Return the newest version of each competency that is no draft, by key."""
    return standing(Competency, team)


def _write_clusters(section: RolesSection, team: Team, report: PackReport, *, keep: bool) -> None:
    present = {row.key: row for row in Cluster.objects.filter(team=team)}
    fresh, changed = [], []
    for position, body in enumerate(section.clusters):
        row = present.get(body["key"])
        if row is None:
            fresh.append(Cluster(team=team, position=position, **body))
            report.note_created("cluster", body["key"])
        elif keep or (row.name == body["name"] and row.position == position):
            report.note_unchanged("cluster", body["key"])
        else:
            changes = [Change("name", row.name, body["name"]), Change("position", row.position, position)]
            report.note_changed("cluster", body["key"], [one for one in changes if one.before != one.after])
            row.name, row.position = body["name"], position
            changed.append(row)
    Cluster.objects.bulk_create(fresh)
    Cluster.objects.bulk_update(changed, ["name", "position"])


def _write_competencies(
    section: RolesSection, team: Team, by: User | None, report: PackReport, *, keep: bool
) -> dict[str, Competency]:
    incoming = [
        Incoming(
            body["key"], body, pinned_hash(body, {}), origin=section.origins.get(("competency", body["key"]))
        )
        for body in section.competencies
    ]
    order = {item.key: position for position, item in enumerate(incoming)}

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = Competency.objects.filter(pk__in=pks).select_related("cluster")
        return {row.key: competency_body(row) for row in rows}

    todo, _ = sort_out(
        Competency, incoming, team=team, kind="competency", report=report, keep=keep, bodies=bodies
    )
    clusters = {row.key: row for row in Cluster.objects.filter(team=team)}
    rows = Competency.objects.bulk_create(
        Competency(
            team=team,
            cluster=clusters[item.body["cluster"]],
            position=order[item.key],
            name=item.body["name"],
            evaluation_area=item.body.get("evaluation_area", ""),
            definition=item.body["definition"],
            motivation=item.body.get("motivation", ""),
            learnability=item.body.get("learnability", ""),
            development=item.body.get("development", []),
            **item.columns(),
        )
        for item in todo
    )
    freeze(Competency, rows, by=by)
    return newest_competencies(team)


def _write_profiles(
    section: RolesSection,
    team: Team,
    by: User | None,
    report: PackReport,
    competencies: dict[str, Competency],
    *,
    keep: bool,
) -> None:
    incoming = []
    for body in section.profiles:
        pins = {
            row["competency"]: competencies[row["competency"]].content_hash
            for row in body["competencies"]
            if row["competency"] in competencies
        }
        origin = section.origins.get(("role profile", body["key"]))
        incoming.append(Incoming(body["key"], body, pinned_hash(body, pins), origin=origin))

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = RoleProfile.objects.filter(pk__in=pks).prefetch_related("requirements__competency")
        return {row.key: profile_body(row) for row in rows}

    todo, _ = sort_out(
        RoleProfile, incoming, team=team, kind="role profile", report=report, keep=keep, bodies=bodies
    )
    if any(row["competency"] not in competencies for item in todo for row in item.body["competencies"]):
        return  # a refused competency; the composer takes nothing in
    rows = RoleProfile.objects.bulk_create(_profile(team, item) for item in todo)
    Requirement.objects.bulk_create(
        _requirement(row, competencies[entry["competency"]], position, entry)
        for row, item in zip(rows, todo, strict=True)
        for position, entry in enumerate(item.body["competencies"])
    )
    freeze(RoleProfile, rows, by=by)


def _profile(team: Team, item: Incoming) -> RoleProfile:
    body = item.body
    texts = ("name", "family", "level", "summary", "description", "definition_of_done")
    lists = ("must_haves", "anti_signals", "variants")
    return RoleProfile(
        team=team,
        extra={name: body[name] for name in PROFILE_EXTRA if name in body},
        **{name: body.get(name, "") for name in texts},
        **{name: body.get(name, []) for name in lists},
        **item.columns(),
    )


def _requirement(
    profile: RoleProfile, competency: Competency, position: int, entry: dict[str, Any]
) -> Requirement:
    demand = entry["realism_demand"]
    return Requirement(
        profile=profile,
        competency=competency,
        position=position,
        weight=str(entry["weight"]),
        weight_rationale=entry.get("weight_rationale", ""),
        required_level=entry["required_level"],
        must_have=entry["must_have"],
        demand_controlled=str(demand["controlled"]),
        demand_constrained=str(demand["constrained"]),
        demand_production=str(demand["production"]),
        realism_basis=entry.get("realism_basis", ""),
        basis=entry.get("basis", ""),
    )


def _write_tables(section: RolesSection, team: Team, report: PackReport, *, keep: bool) -> None:
    present = {(row.section, row.key): row for row in ReferenceTable.objects.filter(team=team)}
    fresh, changed = [], []
    places = {"meta": 0, "reference": 0}
    for name, key, body in section.tables:
        position = places[name]
        places[name] += 1
        row = present.get((name, key))
        if row is None:
            fresh.append(ReferenceTable(team=team, section=name, key=key, position=position, body=body))
            report.note_created("reference table", f"{name}.{key}")
        elif keep or (row.body == body and row.position == position):
            report.note_unchanged("reference table", f"{name}.{key}")
        else:
            report.note_changed("reference table", f"{name}.{key}", differences(row.body, body))
            row.body, row.position = body, position
            changed.append(row)
    ReferenceTable.objects.bulk_create(fresh)
    ReferenceTable.objects.bulk_update(changed, ["body", "position"])
