"""The must-have that a hire goes against has to be named in its reason. What any reason needs: ``web.reasons``."""

import re
from collections.abc import Collection, Iterable, Sequence

from hiring.calibration.readers import LevelView
from web.numbers import level, listed, span, within

_PLAIN = re.compile(r"[^\W_]+")


def named_in(reason: str, view: LevelView) -> bool:
    """Whether ``reason`` names the competency of ``view``, in whatever case and spacing."""
    said = _plain(reason)
    competency = view.requirement.competency
    return any(f" {_plain(name).strip()} " in said for name in (competency.name, competency.key))


def _plain(text: str) -> str:
    return f" {' '.join(_PLAIN.findall(text.casefold()))} "


def unnamed(reason: str, picked: Collection[str], short: Iterable[LevelView]) -> list[LevelView]:
    """Must-haves of ``short`` that are neither ``picked``, by key, nor named in ``reason``."""
    return [
        view for view in short if view.requirement.competency.key not in picked and not named_in(reason, view)
    ]


def without_names(reason: str, short: Iterable[LevelView]) -> str:
    """``reason`` less the names of must-haves: what it says of them."""
    rest = reason
    for view in short:
        rest = re.sub(re.escape(view.requirement.competency.name), " ", rest, flags=re.IGNORECASE)
    return rest


def ask_for(missing: Sequence[LevelView]) -> str:
    """The sentence that asks for the must-haves left out."""
    said = listed([f"{within(view.requirement.competency.name)} ({_figures(view)})" for view in missing])
    return (
        f"A hire goes against {said}. Name {'it' if len(missing) == 1 else 'them'} in the reason or pick "
        f"{'it' if len(missing) == 1 else 'them'} from the list, and say what outweighs it."
    )


def _figures(view: LevelView) -> str:
    return f"{level(view.level)}, {span(view.lower, view.upper)}, required {view.required}"
