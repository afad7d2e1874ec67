"""The sentences that the scoring form's pages and its script both say.

The server says them in its pages and answers, the script while somebody types or is without a network. They are
written here alone; the page hands them to the script as JSON. Whoever says one fills the names in braces.
"""

from collections.abc import Mapping

NEEDS_EVIDENCE = "A {point} needs one thing the candidate said or did."
ONE_CHARACTER = "One character is no evidence. A {point} needs one thing the candidate said or did."
UNEXPLAINED = "Choose why it was not assessed."
EVIDENCE_NEEDED = "needed for a {point}"
EVIDENCE_ASKED = "needed for {low} and {high}"
SAVED = "Saved {time}"
REVEALED = "Revealed {time}"
COUNTED = "{answered} of {all} answered."
LACKING = "Evidence missing on {count}."
CONFLICT = "Another window saved something else here."
NOTES = "Your notes"
TOO_LONG = (
    "This text is {over} characters too long; {most} is the most. Nothing of it is cut: it stays here, and is saved "
    "once it is shorter. The rest of the form is saved."
)
SUBMITTED_LATE = "Submitted after the decision: kept and shown as late, and counted in no figure."
LEFT = "{left} characters left."
UNSEEN = "Another window changed this. Look at it before you submit."
BY_DEVICE = "device time"
UNDONE = "Taken back."
SAVED_AGAIN = "Everything is saved again."
RUNNING = "Minute {minute} of {minutes}"
# The list of interviews says what it found on the device.
ON_DEVICE = {
    "one": "1 note is only on this {device}.",
    "many": "{count} notes are only on this {device}.",
    "sending": "They are sent as soon as there is a connection.",
    "look": "They could not be saved by themselves. Open the scorecard and look.",
    "sent": "What was only on this {device} is saved now.",
    "words": "What they say",
    "discard": "Discard",
    "phone": "phone",
    "computer": "computer",
}

# What a criterion's tick in the footer is called, by its state.
TICKS = {
    "lacking": "{name}, evidence missing, rated",
    "rated": "{name}, rated",
    "not_assessed": "{name}, not assessed",
    "open": "{name}, not answered",
}
# The sign on the tick of a criterion without a point.
TICK_SIGNS = {"not_assessed": "–", "open": "·"}

# How a stored value is told to its author, in the middle of a sentence.
VALUES = {
    "nothing": "nothing",
    "not_assessed": "not assessed",
    "no_rating": "no rating",
    "alternative": "asked in its alternative form",
    "as_listed": "asked as listed",
    "rated": "rated {point}",
    "reason": "not assessed: {reason}",
    "not_asked": "a question that was not asked",
}


# What a submitted card's author is told of how it counts, by what was seen before it and whether it enters.
SEEN = {
    (
        "others",
        False,
    ): "You could read colleagues’ cards before this version, so its ratings are shown and marked in the "
    "debrief, and the levels do not take them.",
    ("others", True): "You could read colleagues’ cards before this version; the debrief says so.",
    ("earlier", True): "You had read cards of earlier stages before this one; the debrief says so.",
    (
        "earlier",
        False,
    ): "You had read cards of earlier stages before this one, so the levels do not take its ratings; "
    "the debrief shows them.",
}
SHADOW = "You listened to learn: nobody waits for this card, and it enters no number."


def for_script() -> Mapping[str, str | Mapping[str, str]]:
    """The sentences under the names by which the script asks for them."""
    return {
        "needs_evidence": NEEDS_EVIDENCE,
        "one_character": ONE_CHARACTER,
        "unexplained": UNEXPLAINED,
        "evidence_needed": EVIDENCE_NEEDED,
        "evidence_asked": EVIDENCE_ASKED,
        "saved": SAVED,
        "revealed": REVEALED,
        "counted": COUNTED,
        "lacking": LACKING,
        "notes": NOTES,
        "too_long": TOO_LONG,
        "left": LEFT,
        "unseen": UNSEEN,
        "saved_again": SAVED_AGAIN,
        "undone": UNDONE,
        "running": RUNNING,
        "ticks": TICKS,
        "tick_signs": TICK_SIGNS,
        "values": VALUES,
    }
