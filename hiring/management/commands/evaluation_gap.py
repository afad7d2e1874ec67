"""Print the evaluation gap of a loop against a role profile."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.commands import resolve_team
from accounts.errors import ActionError
from accounts.models import Team, TeamPolicy
from content.commands import find_version
from loops.best import BestPossible, best_possible
from loops.coverage import gap_of_loop, split_for_display
from loops.gaps import LoopGap
from loops.models import Loop
from loops.plans import plan_of
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from web.numbers import hours, percent


class Command(BaseCommand):
    """Measures LOOP against ROLE, which may be another role than the loop was made for."""

    help = (
        "Print the evaluation gap of LOOP against ROLE, both given by key (key@2 names a version; otherwise "
        "the newest published one counts, or the draft where nothing is published). Looks in the team first, "
        "then in the library; with several teams and none named, in the library alone. "
        "Exit code 2 when the input is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="Key of a role profile.")
        parser.add_argument("loop", metavar="LOOP", help="Key of a loop.")
        parser.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, role: str, loop: str, team: str | None, format: str, **options: Any) -> None:  # noqa: A002 -- the option's name
        try:
            owner = resolve_team(team, library_serves=True)
            profile = find_version(
                RoleProfile.objects.prefetch_related("requirements__competency"), role, owner, "role profile"
            )
            version = find_version(Loop.objects.with_plan(), loop, owner, "loop")
        except ActionError as error:
            self.stderr.write(error.message)
            sys.exit(2)
        policy = TeamPolicy.objects.current_for(owner.pk)
        leaks = QuestionExposure.objects.leaks_in(owner.pk)
        gap = gap_of_loop(version, policy=policy, leaks=leaks, profile=profile)
        plan = plan_of(version, leaks=leaks).against(profile)
        best = best_possible(plan, team=owner, profile=profile, policy=policy, leaks=leaks)
        if format == "json":
            self.stdout.write(
                json.dumps(as_json(gap, best, profile=profile, loop=version, team=owner), indent=2)
            )
        else:
            self.stdout.write(as_table(gap, best, profile=profile, loop=version))


def as_json(
    gap: LoopGap, best: BestPossible | None, *, profile: RoleProfile, loop: Loop, team: Team
) -> dict[str, Any]:
    """The gap as the command and the API give it; shares in 0..1."""
    return {
        "team": team.key,
        "role": profile.label,
        "loop": loop.label,
        **gap.as_dict(),
        "best_possible": best.as_dict() if best else None,
    }


def as_table(gap: LoopGap, best: BestPossible | None, *, profile: RoleProfile, loop: Loop) -> str:
    """The gap for people: the whole, a row per competency in order of its gap, the warnings."""
    split = split_for_display(gap)
    wide = max((len(row.name) for row in gap.competencies), default=10)
    whole = (
        f"Evaluation gap {split.gap:.1f} % = content {split.content:.1f} + precision {split.precision:.1f} "
        f"+ realism {split.realism:.1f}; {hours(gap.minutes)} of the candidate's time."
    )
    if gap.decision_value is not None:
        value = percent(gap.decision_value)
        whole += f"\nDecision value {value}: what it can tell of the candidates' differences at best."
    if best is not None:
        whole += f"\n{best.words}"
    head = "weight    gap  content  precision  realism  controlled  constrained  production"
    lines = [
        f"{loop.name} ({loop.label}) for {profile.name} ({profile.label}), {gap.policy_label}",
        whole,
        "",
        f"{'Competency':<{wide}}  {head}",
    ]
    for row in sorted(gap.competencies, key=lambda row: -row.gap):
        part = split_for_display(row)
        covered = (f"{percent(share):>6}" for share in row.coverage)
        first, second, third = covered if row.is_tested else ("never",) * 3
        lines.append(
            f"{row.name:<{wide}}  {percent(row.weight):>6}  {part.gap:5.1f}  {part.content:7.1f}  "
            f"{part.precision:9.1f}  {part.realism:7.1f}  {first:>10}  {second:>11}  {third:>10}"
        )
    lines += ["", *gap.assumptions]
    if gap.warnings:
        lines += [
            "",
            *(f"{warning.severity}: {warning.text} {warning.cost}".rstrip() for warning in gap.warnings),
        ]
    return "\n".join(lines)
