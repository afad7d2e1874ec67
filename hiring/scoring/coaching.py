"""Coaching on evidence: an impression of the person is not yet something they said or did.

It quotes the word it stumbled on and asks a question. It never blocks. The form shows it with the page and
after each save; its script has no second copy of the rule.
"""

import re
from collections.abc import Mapping
from typing import Any

# Impressions: they describe the person, and two interviewers mean different things by them.
_IMPRESSIONS = (
    "amazing arrogant articulate awesome awkward bad bright brilliant charismatic charming clever "
    "competent confident enthusiastic excellent experienced fantastic fine friendly good great impressive "
    "insightful intelligent junior knowledgeable lovely mature nervous nice outstanding passionate poor "
    "quiet senior sharp shy smart solid strong struggled superb talented terrible thoughtful unimpressive "
    "vague weak wonderful"
)
IMPRESSIONS = frozenset(_IMPRESSIONS.split())
# Words that tell of an act; one of them, or a quotation, and the sentence says what was seen.
_ACTS = (
    "admitted added answered argued asked assumed began built calculated called changed checked chose "
    "claimed compared computed corrected counted cut debugged decided defended defined deleted described "
    "designed distinguished drew dropped estimated explained found gave guessed ignored insisted kept "
    "left listed logged looked made measured mentioned missed moved named noticed offered opened picked "
    "planned proposed put quoted ran read refused rejected removed repeated replaced reran rewrote said "
    "separated set shipped showed sketched skipped split started stated stopped suggested switched tested "
    "told took traced tried turned used walked wanted went wrote"
)
ACTS = frozenset(_ACTS.split())
_WORD = re.compile(r"[^\W\d_]+")


def coach(evidence: str) -> str:
    """Return one sentence of coaching, or nothing where the evidence tells of an act."""
    words = [word.lower() for word in _WORD.findall(evidence)]
    if not words or any(mark in evidence for mark in '“"«') or ACTS.intersection(words):
        return ""
    word = next((word for word in words if word in IMPRESSIONS), None)
    return f"“{word.capitalize()}” describes the person. What did they say or do?" if word else ""


def coach_all(items: Mapping[str, Any]) -> dict[str, str]:
    """The coaching on every criterion of a scorecard that has some, by item."""
    said = {item: coach(value["evidence"]) for item, value in items.items() if item[0] == "c"}
    return {item: text for item, text in said.items() if text}
