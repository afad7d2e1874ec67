"""What is known of a team's interviewers, as far as a plan's forecast needs it.

Loops know no scorecards: who does is named in ``settings.PANEL_FACTS``, a function of a team's primary key and
policy. Where it knows nothing, the defaults below stand, and every surface prints which of the two it used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import TeamPolicy
from psychometrics.model.levels.policy import Priors

_PRIORS = Priors()
# How far interviewers differ beside candidates, as calibration takes it before any data.
USUAL_SEVERITY = round(_PRIORS.severity / hypot(_PRIORS.general, _PRIORS.competency), 2)


@dataclass(frozen=True, slots=True)
class Sourced:
    """A number and where it came from, as a sentence says it."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """How far interviewers differ, in standard deviations of the candidates, and the share of ratings nobody makes."""

    severity: Sourced = Sourced(
        USUAL_SEVERITY, "what calibration assumes before any data; the team has no estimate"
    )
    not_assessed: Sourced = Sourced(0.0, "taken as none; the team has too few ratings to say")


def panel_facts(team_id: int, policy: TeamPolicy) -> PanelFacts:
    """What is known of the interviewers of a team."""
    if not settings.PANEL_FACTS:
        return PanelFacts()
    find = cast("Callable[[int, TeamPolicy], PanelFacts]", import_string(settings.PANEL_FACTS))
    return find(team_id, policy)
