"""The sentences of the skill-gap report: they claim no more than is known."""

from collections.abc import Sequence
from typing import TypeAlias

from reports.skill_gap.standing import Standing
from web.numbers import counted, listed, within

ENDING = "This report informs a person’s decision. It makes none."

#: A competency's name and where it stands.
Placed: TypeAlias = tuple[str, Standing]

# Beside the figure, whose key stands below it.
_SHORT = {
    Standing.NOT_ASSESSED: "not assessed",
    Standing.PENDING: "under way",
    Standing.WITHHELD: "withheld",
    Standing.OUT_OF_REACH: "cannot show it",
    Standing.ONE_SOURCE: "one source",
    Standing.BELOW: "likely below",
    Standing.OPEN: "open",
    Standing.MEETS: "likely meets",
}
# For a reader who has not seen the key.
_LONG = {
    Standing.PENDING: "rated, calibration under way",
    Standing.OUT_OF_REACH: "open: the loop cannot show this level",
    Standing.ONE_SOURCE: "one source, indicative",
}


def short(standing: Standing) -> str:
    """Where a level stands, in the fewest words."""
    return _SHORT[standing]


def explained(standing: Standing) -> str:
    """The same with what a reader needs who has not seen the key."""
    return _LONG.get(standing) or _SHORT[standing]


def finding(placed: Sequence[Placed], *, calibrated: bool) -> str:
    """The report's title: the finding, so that a reader who stops there is not misled."""
    if not calibrated:
        return "The scorecards are in; their calibration is not finished, so no level can be given yet"
    likely = [within(name) for name, said in placed if said is Standing.BELOW]
    meets = sum(said is Standing.MEETS for _, said in placed)
    unsettled = len(placed) - len(likely) - meets
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


def standfirst(placed: Sequence[Placed], *, calibrated: bool) -> str:
    """The sentence under the title."""
    n = len(placed)
    unknown = _number(placed, Standing.NOT_ASSESSED)
    if not calibrated:
        rated = f"{counted(n - unknown)} have been rated" if unknown else "all have been rated"
        return f"Of {counted(n)} competencies, {rated}. Levels follow with the calibration. {ENDING}"
    likely, meets = _number(placed, Standing.BELOW), _number(placed, Standing.MEETS)
    # After "likely below the required level" the level needs no second naming.
    level = "it" if likely else "the required level"
    parts = (
        (likely, "is likely below the required level", "are likely below the required level"),
        (meets, f"likely meets {level}", f"likely meet {level}"),
        (n - likely - meets - unknown, "cannot be called yet", "cannot be called yet"),
        (unknown, "was not assessed", "were not assessed"),
    )
    said = [f"{counted(number)} {one if number == 1 else many}" for number, one, many in parts if number]
    return f"Of {counted(n)} competencies, {listed(said) or 'none was demanded'}. {ENDING}"


def _number(placed: Sequence[Placed], wanted: Standing) -> int:
    return sum(said is wanted for _, said in placed)
