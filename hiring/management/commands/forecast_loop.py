"""Print what a loop will decide: run on simulated candidates for a role."""

import argparse
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.commands import resolve_team
from accounts.errors import ActionError
from accounts.inputs import whole_number
from content.commands import find_version
from loops.forecast import (
    BASE_RATE,
    HIGHEST_SEED,
    HIGHEST_SHARE,
    HIRED,
    LOWEST_SHARE,
    SEED,
    Decided,
    Forecast,
    ForecastTerms,
    forecast_for,
)
from loops.forecast_body import forecast_body
from loops.models import Loop
from roles.models import RoleProfile
from web.numbers import decimal, gap, hours, percent, reliability, span


class Command(BaseCommand):
    """Runs LOOP for ROLE, which may be another role than the loop was made for."""

    help = (
        "Run LOOP on simulated candidates for ROLE, both given by key (key@2 names a version; otherwise the newest "
        "published one counts, or the draft where nothing is published), and print of 100 who apply who would be "
        "hired, who meets the role, and what a second panel would decide. The same seed gives the same figures. "
        "Looks in the team first, then in the library; with several teams and none named, in the library alone. "
        "Exit code 2 when the input is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="Key of a role profile.")
        parser.add_argument("loop", metavar="LOOP", help="Key of a loop.")
        parser.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        parser.add_argument(
            "--base-rate",
            type=_share,
            default=BASE_RATE,
            metavar="SHARE",
            help="Share of those who apply who meet the role; .3 unless given.",
        )
        parser.add_argument(
            "--hired",
            type=_share,
            default=HIRED,
            metavar="SHARE",
            help="Share of those who apply who are hired, the best scores; .2 unless given.",
        )
        parser.add_argument(
            "--calibrated",
            action="store_true",
            help="Severity is taken out of the scores, as calibration does.",
        )
        parser.add_argument("--compare", metavar="LOOP", help="Key of another loop to run for the same role.")
        parser.add_argument("--seed", type=_seed, default=SEED, help="Of the simulation; 7 unless given.")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, role: str, loop: str, team: str | None, format: str, **options: Any) -> None:  # noqa: A002 -- the option's name
        try:
            owner = resolve_team(team, library_serves=True)
            profile = find_version(
                RoleProfile.objects.prefetch_related("requirements__competency"), role, owner, "role profile"
            )
            version = find_version(Loop.objects.with_plan(), loop, owner, "loop")
            compare: str | None = options["compare"]
            other = find_version(Loop.objects.with_plan(), compare, owner, "loop") if compare else None
        except ActionError as error:
            self.stderr.write(error.message)
            sys.exit(2)
        found = forecast_for(
            version,
            team_id=owner.pk,
            asked=ForecastTerms(
                options["base_rate"], options["hired"], options["calibrated"], options["seed"]
            ),
            profile=profile,
            other=other,
        )
        if format == "json":
            head = {"team": owner.key, "role": profile.label, "loop": version.label}
            self.stdout.write(json.dumps({**head, **forecast_body(found)}, indent=2))
        else:
            self.stdout.write(as_table(found))


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not LOWEST_SHARE <= value <= HIGHEST_SHARE:
        raise argparse.ArgumentTypeError(f"{text} is no share from {LOWEST_SHARE} to {HIGHEST_SHARE}")
    return value


def _seed(text: str) -> int:
    value = whole_number(text, low=0, high=HIGHEST_SEED)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 to {HIGHEST_SEED}")
    return value


def as_table(found: Forecast) -> str:
    """The forecast for people: counts of each loop, the D study, what it rests on."""
    asked = found.asked
    meet, hired = (decimal(100 * share, 0) for share in (asked.base_rate, asked.hired))
    head = f"For {found.role}: of 100 who apply {meet} meet the role and {hired} are hired"
    lines = [f"{head}, {found.policy_label}, seed {asked.seed}"]
    for row in (found.here, found.there):
        if row is not None:
            lines += ["", *_decided_lines(row)]
    if found.design:
        lines += ["", *_design_lines(found)]
    lines += ["", "Rests on"]
    for each in found.assumptions:
        value = percent(each.value.value) if each.kind == "share" else reliability(each.value.value)
        lines.append(f"  {value:>6}  {each.name} ({each.value.source})")
    lines += ["", "Leaves out", *(f"  {text}" for text in (*found.leaves_out, *found.validity_leaves_out))]
    return "\n".join(lines)


def _decided_lines(row: Decided) -> list[str]:
    lines = [f"{row.name}, {row.label}: {hours(row.minutes)}, gap {gap(row.gap)}"]
    if row.outcome is None:
        return [*lines, "  not enough data: it asks nothing that the role demands"]
    found, simulated, validity = row.outcome, row.outcome.simulation, row.outcome.validity
    parts = (
        ("hired, meet the role", simulated.hired_meets),
        ("hired, do not meet it", simulated.hired_short),
        ("turned away, meet it", simulated.turned_away_meets),
        ("turned away, do not", simulated.turned_away_short),
        ("get the same verdict from a second panel", simulated.same_verdict),
    )
    lines += [
        f"  {decimal(100 * one.value):>5} ± {decimal(100 * one.error)} of 100 {said}" for said, one in parts
    ]
    return [
        *lines,
        f"  of 10 people it hires, about {found.again} would fail it on another day",
        f"  expected validity {span(validity.lower, validity.upper, 2)}, ceiling {reliability(validity.ceiling)}",
    ]


def _design_lines(found: Forecast) -> list[str]:
    rows = [*([found.pooled] if found.pooled else []), *found.design]
    wide = max(len(row.name) for row in rows)
    lines = [
        f"Reliability, target {reliability(found.target)}; with 1 to 4 interviewers and 1, 2, 3 questions apart",
        f"{'Competency':<{wide}}   now",
    ]
    for row in rows:
        now = reliability(row.now) if row.now is not None else "never asked"
        grid = " | ".join(" ".join(reliability(one) for one in line) for line in row.grid)
        lines.append(f"{row.name:<{wide}}  {now}  {grid}".rstrip())
    return lines
