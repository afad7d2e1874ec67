"""Adopting a new version of a team's policy."""

import math
from typing import Any

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.errors import InvalidInput
from accounts.models import Team, TeamPolicy, User

NOT_VALUES = {"id", "team", "version", "adopted_at", "adopted_by", "reason"}
VALUES: list[str] = [
    field.name
    for field in TeamPolicy._meta.concrete_fields  # noqa: SLF001 -- Django's documented Meta API
    if field.name not in NOT_VALUES
]
# Records of a hiring decision are kept for a year at least (29 CFR 1602.14); counts of fewer
# than five people point at persons.
LEAST_RETENTION_DAYS = 365
LEAST_SUPPRESSION = 5
LEAST_SCORECARDS = 3
LEAST_RATINGS = 2
# Fewer people than this give a correlation whose interval holds nearly everything.
LEAST_VALIDITY = 10
_OPEN_UNIT = ("target_reliability", "single_rating_reliability", "interval_level")


def adopt_policy(*, team: Team, values: dict[str, Any], reason: str, by: User | None) -> TeamPolicy:
    """Store a new version of ``team``'s policy; what ``values`` does not name stays as it is.

    Raises InvalidInput naming each value that cannot be, or when nothing would change
    or no reason is given.
    """
    unknown = sorted(set(values) - set(VALUES))
    if unknown:
        problems = [(name, "A policy has no such value.") for name in unknown]
        raise InvalidInput("Some values are not part of a policy.", problems=problems)
    with audit.recording("policy.adopt", by=by, team=team, reason=reason.strip()):
        Team.objects.select_for_update().get(pk=team.pk)  # one version after the other
        current = TeamPolicy.objects.current_for(team.pk)
        new = TeamPolicy(
            team=team,
            version=current.version + 1,
            adopted_by=by,
            reason=reason.strip(),
            **{name: values.get(name, getattr(current, name)) for name in VALUES},
        )
        problems = _problems(new)
        if problems:
            raise InvalidInput("These values do not make a policy.", problems=problems)
        refuse_invalid(new)
        if all(getattr(new, name) == getattr(current, name) for name in VALUES):
            raise InvalidInput("Nothing would change: every value is as it was.")
        new.save(force_insert=True)
    return new


def _problems(policy: TeamPolicy) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    if not policy.reason:
        problems.append(("reason", "Say why, and where the values come from."))
    problems += [
        (name, "Write a number.")
        for name in VALUES
        if isinstance(getattr(policy, name), float) and not math.isfinite(getattr(policy, name))
    ]
    shares = policy.share_performance + policy.share_interviewer + policy.share_rating
    if not math.isclose(shares, 1.0, abs_tol=1e-6):
        text = f"The three shares of a rating's noise must add up to 1; they add up to {shares:g}."
        problems.append(("share_rating", text))
    weights = [policy.weight_controlled, policy.weight_constrained, policy.weight_production]
    if weights != sorted(weights):
        problems.append(
            ("weight_production", "A more realistic question must not weigh less than a simpler one.")
        )
    problems += [
        (name, "Choose a value between 0 and 1, without either.")
        for name in _OPEN_UNIT
        if not 0 < getattr(policy, name) < 1
    ]
    if not isinstance(policy.rules_off, list) or not all(isinstance(one, str) for one in policy.rules_off):
        problems.append(("rules_off", 'Write a list of codes, such as ["no_slack"].'))
    problems += [
        (name, "Write an hour of the day, 0 to 23.")
        for name in ("quiet_from", "quiet_until")
        if getattr(policy, name) > 23
    ]
    if not isinstance(policy.hints_off, list) or not all(isinstance(one, str) for one in policy.hints_off):
        problems.append(("hints_off", 'Write a list of kinds, such as ["trait", "hearsay"].'))
    if policy.band_unlikely >= policy.band_likely:
        problems.append(("band_likely", "Likely must start above where unlikely ends."))
    for name, least, text in (
        ("suppress_under", LEAST_SUPPRESSION, "Groups of fewer people than {} would point at persons."),
        ("estimates_from", LEAST_SCORECARDS, "An estimate from fewer than {} scorecards says nothing."),
        ("retention_days", LEAST_RETENTION_DAYS, "Records of a decision are kept for {} days at least."),
        ("point_ratings", LEAST_RATINGS, "A level from fewer than {} ratings is mostly other people's."),
        ("point_interviewers", 1, "At least {}."),
        ("verdict_interviewers", 1, "At least {}."),
        ("verdict_sessions", 1, "At least {}."),
        ("discuss_from", 1, "At least {} point."),
        ("own_counts_from", 1, "At least {}."),
        ("validity_from", LEAST_VALIDITY, "A correlation over fewer than {} people says nothing."),
        ("agreement_from", LEAST_RATINGS, "An agreement needs {} answers at least."),
        ("must_have_raters", 1, "At least {}."),
        ("certify_vignettes", 3, "A certificate on fewer than {} answers says nothing."),
        ("certify_standards", 2, "Without {} different points there is nothing to agree on."),
        ("drift_check_days", 7, "At least {} days: whoever remembers an answer is not tested."),
        ("anchor_raters", 2, "Rated by fewer than {}, an answer ties nobody to anybody."),
        ("split_raters", 3, "Of fewer than {} raters each would be known."),
        ("max_competencies_per_session", 1, "At least {}."),
        ("max_loop_minutes", 30, "At least {} minutes."),
        ("max_session_minutes", 15, "At least {} minutes."),
        ("max_take_home_minutes", 15, "At least {} minutes."),
        ("max_interviewer_minutes", 30, "At least {} minutes."),
    ):
        if getattr(policy, name) < least:
            problems.append((name, text.format(least)))
    return problems
