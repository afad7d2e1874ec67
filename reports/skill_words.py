"""The sentences of the skill-gap report: they claim no more than is known."""

from collections.abc import Sequence

from figures.levels import band
from hiring.calibration.models import LevelDisplay
from hiring.calibration.readers import LevelView
from web.numbers import counted, listed, within

BELOW, MEETS = "likely below", "likely meets"
ENDING = "This report informs a person’s decision. It makes none."


def word(view: LevelView, bands: tuple[float, float]) -> str:
    """Where a level stands against the requirement."""
    if not view.assessed:
        return "not assessed"
    if view.pending:
        return "under way"
    if view.display == LevelDisplay.SUPPRESSED:
        return "withheld"
    if not view.showable:
        return "cannot show it"
    if view.display == LevelDisplay.INTERVAL:
        return "one source"
    return band(view.p_gap, bands)


def explained(view: LevelView, short: str) -> str:
    """The word of ``view`` with what a reader needs who has not seen the key."""
    if short == "one source":
        return "one source, indicative"
    if short == "cannot show it":
        return "open: the loop cannot show this level"
    if short == "under way":
        return "rated, calibration under way"
    return short


def finding(words: Sequence[tuple[LevelView, str]], *, calibrated: bool) -> str:
    """The report's title: the finding, so that a reader who stops there is not misled."""
    if not calibrated:
        return "The scorecards are in; their calibration is not finished, so no level can be given yet"
    likely = [within(view.requirement.competency.name) for view, said in words if said == BELOW]
    meets = sum(said == MEETS for _, said in words)
    unsettled = len(words) - len(likely) - meets
    rest = (
        f"{counted(unsettled)} requirement{'s' if unsettled > 1 else ''} still open"
        if unsettled
        else "every other requirement is settled"
    )
    if likely:
        more = len(likely) - 2
        what = f"{', '.join(likely[:2])} and {counted(more)} more" if more > 0 else listed(likely)
        return f"Likely below the required level on {what}; {rest}"
    if not meets:
        return "Nothing is settled yet: no requirement can be called met or missed"
    if unsettled:
        return f"Nothing is likely below the required level; {rest}"
    return "Likely at the required level on everything the role demands"


def standfirst(words: Sequence[tuple[LevelView, str]], *, calibrated: bool) -> str:
    """The sentence under the title."""
    n = len(words)
    unknown = sum(not view.assessed for view, _ in words)
    if not calibrated:
        rated = f"{counted(n - unknown)} have been rated" if unknown else "all have been rated"
        return f"Of {counted(n)} competencies, {rated}. Levels follow with the calibration. {ENDING}"
    likely, meets = sum(said == BELOW for _, said in words), sum(said == MEETS for _, said in words)
    parts = (
        (likely, "is likely below the required level", "are likely below the required level"),
        (meets, "likely meets it" if likely else "likely meets the required level", ""),
        (n - likely - meets - unknown, "cannot be called yet", "cannot be called yet"),
        (unknown, "was not assessed", "were not assessed"),
    )
    said = [
        f"{counted(number)} {one if number == 1 else many or one.replace('meets', 'meet')}"
        for number, one, many in parts
        if number
    ]
    return f"Of {counted(n)} competencies, {listed(said) or 'none was demanded'}. {ENDING}"
