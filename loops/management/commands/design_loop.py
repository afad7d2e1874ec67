"""Propose the best loop for a role in the time there is."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand

from accounts.commands import resolve_team
from accounts.errors import ActionError, InvalidInput
from accounts.inputs import whole_number
from content.commands import find_version
from loops.coverage import gap_of_loop
from loops.designing.differences import DIFFERENCES_FROM
from loops.designing.prices import prices_of
from loops.designing.several import several
from loops.designing.solving import answer
from loops.designing.store import check_roles, ground_of, refuse_unknown
from loops.designing.told import in_full, keys_of
from loops.designing.wishes import OBJECTIVES, Wishes
from loops.models import Loop
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from web.numbers import decimal, hours, percent
from web.numbers import gap as written_gap


class Command(BaseCommand):
    """Designs a loop for ROLE from the team's published questions."""

    help = (
        "Propose the loop with the smallest evaluation gap for ROLE in so many minutes of the candidate's time, from "
        "the published questions of the team (of the library where no team serves), and say how much smaller a "
        "gap could be at most. Nothing is stored. Exit code 2 when the input is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="Key of a role profile (key@2 names a version).")
        parser.add_argument(
            "--with",
            nargs="+",
            default=[],
            dest="others",
            metavar="ROLE",
            help="More roles, whose loops may share sessions with ROLE's; says what sharing costs.",
        )
        parser.add_argument("--minutes", type=int, required=True, help="Minutes of the candidate's time.")
        parser.add_argument("--sessions", type=int, help="Most sessions.")
        parser.add_argument(
            "--interviewer-hours", type=float, help="Most hours of all interviewers together."
        )
        parser.add_argument(
            "--interviewers", type=int, nargs="+", default=[1, 2], help="How many a session may have."
        )
        parser.add_argument("--no-take-home", action="store_true", help="No work at home.")
        parser.add_argument("--every", action="store_true", help="Ask every competency at least once.")
        parser.add_argument(
            "--no-rules", action="store_true", help="Leave out the team's rules, to see what they cost."
        )
        parser.add_argument("--pin", nargs="+", default=[], metavar="QUESTION", help="Questions to ask.")
        parser.add_argument(
            "--ban", nargs="+", default=[], metavar="QUESTION", help="Questions to leave out."
        )
        limits = parser.add_argument_group("more limits")
        limits.add_argument(
            "--competencies", type=int, help="Most competencies a session; the policy's without it."
        )
        limits.add_argument(
            "--must-haves-by-one", action="store_true", help="Let one person rate a must-have."
        )
        limits.add_argument(
            "--apart", nargs="+", default=[], metavar="KEY,KEY", help="Questions never asked together."
        )
        limits.add_argument(
            "--exposed",
            type=float,
            metavar="SHARE",
            help="Leave out what is known outside by more than this.",
        )
        for name, kind, says in (
            ("--kind", "KIND=N", "Least number of stages of a kind."),
            ("--kind-most", "KIND=N", "Most stages of a kind; 0 leaves it out."),
            ("--trained", "KIND=N", "How many people are trained for a kind of stage."),
            ("--raters", "COMPETENCY=N", "How many people can rate a competency."),
        ):
            limits.add_argument(name, nargs="+", default=[], type=_number, metavar=kind, help=says)
        limits.add_argument(
            "--difference",
            type=float,
            help=f"Most subgroup difference: published d summed over the questions ({DIFFERENCES_FROM}).",
        )
        parser.add_argument("--objective", choices=sorted(OBJECTIVES), default="gap")
        parser.add_argument("--compare", metavar="LOOP", help="Key of a loop to set beside it.")
        parser.add_argument("--seconds", type=float, default=10.0, help="Time to look for it.")
        parser.add_argument(
            "--price-seconds",
            type=float,
            default=10.0,
            help="Time to find out what each rule costs; 0 leaves it out.",
        )
        parser.add_argument("--team", help="Key of the team; by default the only ordinary one.")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shown = self._designed(options)
        except ActionError as error:
            for line in (error.message, *(f"{name}: {text}" for name, text in error.problems)):
                self.stderr.write(line)
            sys.exit(2)
        lines = table_of_several if options["others"] else table
        self.stdout.write(json.dumps(shown, indent=2) if options["format"] == "json" else lines(shown))

    def _designed(self, options: dict[str, Any]) -> dict[str, Any]:
        team = resolve_team(options["team"], library_serves=True)
        profiles = RoleProfile.objects.prefetch_related("requirements__competency")
        profile = find_version(profiles, options["role"], team, "role profile")
        wishes = _wishes(options)
        # Questions belong to a team; where its own bank is empty, the library's serves.
        ground = ground_of(team, profile)
        if not ground.bank and profile.team_id != team.pk:
            ground = ground_of(profile.team, profile)
        refuse_unknown(ground, wishes)
        if options["seconds"] <= 0:
            raise InvalidInput(
                "There must be time to look for a loop.", problems=[("seconds", "Use more than 0.")]
            )
        if options["others"]:
            others = [find_version(profiles, key, team, "role profile") for key in options["others"]]
            grounds = [ground, *(replace(ground, profile=each) for each in others)]
            check_roles(grounds)
            several_found = several(grounds, wishes, seconds=options["seconds"])
            roles = [each.profile.label for each in grounds]
            return {
                "team": ground.team.key,
                "roles": roles,
                "policy": str(ground.policy),
                "wishes": wishes.as_dict(),
                **in_full(several_found, roles),
            }
        found = answer(ground, wishes, seconds=options["seconds"])
        if options["price_seconds"] > 0:
            found = replace(found, prices=prices_of(ground, wishes, found, seconds=options["price_seconds"]))
        keys = keys_of([found])
        shown: dict[str, Any] = {
            "team": ground.team.key,
            "role": profile.label,
            "policy": str(ground.policy),
            "wishes": wishes.as_dict(),
            **{name: value for name, value in found.stored().items() if name not in ("shape", "frontier")},
            "optimality_gap": found.optimality_gap,
            "stages": [
                {
                    "kind": stage.kind,
                    "name": stage.name,
                    "minutes": stage.minutes,
                    "interviewers": stage.interviewers,
                    "questions": [keys[pk] for pk in stage.questions],
                }
                for stage in found.shape
            ],
        }
        if options["compare"]:
            loop = find_version(Loop.objects.with_plan(), options["compare"], team, "loop")
            leaks = QuestionExposure.objects.leaks_in(ground.team.pk)
            measured = gap_of_loop(
                loop, policy=ground.policy, leaks=leaks, profile=profile, with_warnings=False
            )
            shown["compared"] = {"loop": loop.label, **measured.as_dict()}
        return shown


def _number(text: str) -> tuple[str, int]:
    """A name and a number, as ``debugging=2``."""
    name, _, number = text.partition("=")
    found = whole_number(number, low=0, high=999)
    if not name or found is None:
        raise ArgumentTypeError(f"{text!r} is no NAME=NUMBER")
    return name, found


def _wishes(options: dict[str, Any]) -> Wishes:
    hours_of_people = options["interviewer_hours"]
    return Wishes(
        minutes=options["minutes"],
        sessions=options["sessions"],
        interviewer_minutes=None if hours_of_people is None else round(60 * hours_of_people),
        interviewers=tuple(sorted(set(options["interviewers"]))),
        take_homes=not options["no_take_home"],
        every=options["every"],
        rules=not options["no_rules"],
        must_haves=not options["must_haves_by_one"],
        objective=options["objective"],
        competencies=options["competencies"],
        exposed=options["exposed"],
        difference=options["difference"],
        pinned=tuple(options["pin"]),
        banned=tuple(options["ban"]),
        apart=tuple(tuple(group.split(",")) for group in options["apart"]),
        kinds=dict(options["kind"]),
        kinds_most=dict(options["kind_most"]),
        trained=dict(options["trained"]),
        raters=dict(options["raters"]),
    )


def _people(number: int) -> str:
    return f"{number} interviewer{'' if number == 1 else 's'}"


def table(shown: dict[str, Any]) -> str:
    """The proposal for people."""
    if not shown["stages"]:
        return str(shown.get("reason") or "No loop meets these wishes.") + "".join(
            f"\n{why}" for why in shown.get("unmet", [])
        )
    if shown["bound"] is None:
        proof = "No bound is known for decision value: this is the best that was found."
    elif shown["proved"]:
        proof = "Proved: no loop of these questions, in this time and under these rules, leaves less."
    else:
        proof = f"The best found in {shown['seconds']:g} s; no loop leaves less than {written_gap(shown['bound'])}."
    spent = (
        f"{hours(shown['minutes'])} of the candidate's time, "
        f"{hours(shown['interviewer_minutes'])} of interviewers'"
    )
    lines = [
        f"{shown['role']}, {shown['policy']}: {spent}",
        f"Evaluation gap {written_gap(shown['gap'])}, decision value {percent(shown['decision_value'])}.",
        proof,
        *(f"Not met: {why}" for why in shown["unmet"]),
        "",
    ]
    wide = max(len(stage["name"]) for stage in shown["stages"])
    lines += [
        f"{stage['name']:<{wide}}  {stage['minutes']:>4} min  {_people(stage['interviewers'])}  "
        f"{', '.join(stage['questions'])}"
        for stage in shown["stages"]
    ]
    if shown["prices"]:
        lines.append("\nWithout a rule the gap would be smaller by, in points:")
        lines += [
            f"  {decimal(100 * each['points']):>6}  {each['words']}"
            f"{'' if each['proved'] else ' (at least; not proved)'}"
            for each in shown["prices"]
        ]
    if compared := shown.get("compared"):
        lines.append(
            f"\n{compared['loop']}: gap {written_gap(compared['gap'])}, decision value "
            f"{percent(compared['decision_value'])}, {hours(compared['minutes'])}, "
            f"{hours(compared['interviewer_minutes'])} of interviewers."
        )
    return "\n".join(lines)


def table_of_several(shown: dict[str, Any]) -> str:
    """Loops for several roles for people: what sharing costs, then the loops that share most."""
    if not shown["sharings"]:
        return str(shown["reason"])
    lines = [f"{', '.join(shown['roles'])}, {shown['policy']}", ""]
    lines.append("shared  mean gap  applying for all  sessions to staff  gap of each role")
    for each in shown["sharings"]:
        gaps = ", ".join(written_gap(loop["gap"]) for loop in each["loops"])
        lines.append(
            f"{each['least']:>6}  {written_gap(each['gap']):>8}  {hours(each['minutes']):>16}  {each['sessions']:>17}  "
            f"{gaps}{'' if each['proved'] else '  (not proved: none below ' + written_gap(each['bound']) + ')'}"
        )
    for each in shown["sharings"][-1]["loops"]:
        lines += ["", f"{each['role']}, gap {written_gap(each['gap'])}, {hours(each['minutes'])}"]
        lines += [f"  Not met: {why}" for why in each["unmet"]]
        lines += [
            f"  {stage['name']}, {stage['minutes']} min, {_people(stage['interviewers'])}"
            f"{', shared' if stage['shared'] else ''}"
            for stage in each["stages"]
        ]
    return "\n".join(lines)
