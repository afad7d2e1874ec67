"""The decision rule: what the levels say of the whole, and of each must-have. It advises and never decides.

Compensatory: what counts is whether the weighted level reaches what the role requires, less the policy's tolerance, so
that a strength makes up for a gap. A must-have stands outside that sum only where it is all but certain to be missed:
where even the upper end of its interval stays below the required level less the tolerance, with enough behind it for a
verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import TeamPolicy
from hiring.calibration.models import CalibrationRun
from hiring.calibration.pooled import PooledView
from hiring.calibration.readers import ApplicationLevels, LevelView, levels_for
from hiring.pipeline.models import Application


class RuleAdvice(StrEnum):
    """What the rule says; ``RuleSays.says`` has the words."""

    RULED_OUT = "ruled-out"
    """A must-have is missed even at the upper end of its interval."""
    MEETS = "meets"
    BELOW = "below"
    OPEN = "open"
    """The chance lies between the policy's bands: more evidence, or somebody's judgement."""
    NOTHING = "nothing"
    """Nothing rated has a level."""


_SAYS = {
    RuleAdvice.RULED_OUT: "No hire, by the rule: a must-have is missed even at the upper end of its interval.",
    RuleAdvice.MEETS: "Hire, by the rule: the weighted level likely meets the bar.",
    RuleAdvice.BELOW: "No hire, by the rule: the weighted level is likely below the bar.",
    RuleAdvice.OPEN: "Open, by the rule: the ratings do not say on which side of the bar the weighted level lies.",
    RuleAdvice.NOTHING: "The rule has nothing to say yet: no competency has a level.",
}


@dataclass(frozen=True)
class RuleSays:
    """What the rule says of an application, and from what."""

    advice: RuleAdvice
    pooled: PooledView
    kappa: float
    must_haves: list[LevelView]
    #: Must-haves that are missed even at the upper end of their interval.
    ruled_out: list[LevelView]

    @property
    def says(self) -> str:
        """The recommendation as a sentence."""
        return _SAYS[self.advice]

    @property
    def bar(self) -> float | None:
        """The weighted level that counts as meeting the bar."""
        return None if self.pooled.required is None else self.pooled.required - self.kappa

    @property
    def chance(self) -> float | None:
        """P(meets the bar): that the weighted level reaches it, strengths making up for gaps."""
        return self.pooled.meets


def looks_short(view: LevelView, policy: TeamPolicy) -> bool:
    """Whether a level is likely below the required one, on however much."""
    return view.p_gap is not None and view.p_gap >= policy.band_likely


def short_and_supported(views: Iterable[LevelView], policy: TeamPolicy) -> list[LevelView]:
    """Must-haves likely below the required level, with enough behind them to say so."""
    return [
        view
        for view in views
        if view.requirement.must_have and view.verdict_supported and looks_short(view, policy)
    ]


def short_must_haves(application: Application, run: CalibrationRun | None) -> list[LevelView]:
    """Those of ``application`` beside ``run``, by the team's policy: what a hire has to speak of. Five queries."""
    policy = TeamPolicy.objects.current_for(application.team_id)
    return short_and_supported(levels_for(application, run=run, policy=policy).levels, policy)


def recommend(levels: ApplicationLevels, policy: TeamPolicy) -> RuleSays:
    """What the rule says of ``levels``."""
    must = [view for view in levels.levels if view.requirement.must_have]
    out = [view for view in must if _is_ruled_out(view, levels.kappa)]
    return RuleSays(_advice(levels.pooled, out, policy), levels.pooled, levels.kappa, must, out)


def _is_ruled_out(view: LevelView, kappa: float) -> bool:
    return view.verdict_supported and view.upper is not None and view.upper < view.required - kappa


def _advice(pooled: PooledView, ruled_out: list[LevelView], policy: TeamPolicy) -> RuleAdvice:
    if ruled_out:
        return RuleAdvice.RULED_OUT
    if pooled.meets is None:
        return RuleAdvice.NOTHING
    if pooled.meets >= policy.band_likely:
        return RuleAdvice.MEETS
    return RuleAdvice.BELOW if pooled.meets <= policy.band_unlikely else RuleAdvice.OPEN
