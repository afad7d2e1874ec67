"""A noise audit in words, in the terms of Kahneman, Sibony and Sunstein; for page and PDF alike."""

from dataclasses import dataclass

from hiring.calibration.noise_models import NoiseAudit
from web import numbers

MEANING = {
    "system": (
        "System noise",
        "How far two people’s scores of the same case may lie from their common mean, all told.",
    ),
    "level": (
        "Level noise",
        "Some are harsher throughout. Calibration takes it out of levels; raw means keep it.",
    ),
    "pattern": (
        "Pattern noise",
        "Some are harsher on some cases. Calibration cannot remove it; clearer anchors and a second rater can.",
    ),
    "occasion": ("Occasion noise", "The same person scores the same case differently another time."),
}
#: Of a point: what is less is rounding.
NONE_BELOW = 0.005
WITHIN = (
    "Not enough data: too few cases were scored twice by the same person. It is part of pattern noise here."
)


@dataclass(frozen=True, slots=True)
class NoiseLine:
    """One part of the noise: a standard deviation in points with its interval, and what it means."""

    key: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    share: float | None
    words: str


def lines_of(audit: NoiseAudit) -> list[NoiseLine]:
    """The parts, the whole first; empty where the audit found nothing to say."""
    found = audit.found
    if not found:
        return []
    whole = found["system"]["value"] ** 2
    rows = []
    for key, (name, words) in MEANING.items():
        part = found[key]
        if part is None:
            rows.append(NoiseLine(key, name, None, None, None, None, WITHIN))
            continue
        share = part["value"] ** 2 / whole if whole > 0 and key != "system" else None
        rows.append(NoiseLine(key, name, part["value"], part["lower"], part["upper"], share, words))
    return rows


def summary_of(audit: NoiseAudit) -> str:
    """The finding in one sentence."""
    found = audit.found
    if not found:
        return audit.reason
    parts = {key: found[key]["value"] ** 2 for key in ("level", "pattern", "occasion") if found[key]}
    whole = sum(parts.values())
    if found["system"]["value"] < NONE_BELOW:
        return "These people scored the same cases alike: no noise was found."
    largest = max(parts, key=lambda key: parts[key])
    # Of two scores of one case, the difference has a standard deviation of the noise's times the root of two.
    apart = numbers.decimal(1.13 * found["system"]["value"], 1)
    return (
        f"Two of these people differ by {apart} points on the same case, on average; "
        f"{numbers.percent(parts[largest] / whole)} of that noise is {MEANING[largest][0].lower()}."
    )
