"""Interviewers' notes, drawn from what the anchor of the given point describes."""

import numpy as np

OPENINGS = (
    "",
    "",
    "",
    "Early on: ",
    "After the follow-up: ",
    "When pressed: ",
    "About half-way: ",
    "Towards the end: ",
    "Unprompted: ",
)
CLOSINGS = (
    "",
    "",
    "",
    " Came back to it later and kept to it.",
    " I asked twice; the answer stayed the same.",
    " Gave a concrete case from the last job.",
    " Needed a moment, then was clear.",
    " Drew it on the board.",
)
SUMMARIES = {
    "strong_yes": (
        "Would change how we do this. Specific throughout.",
        "Best answer to this exercise I have seen; the reasoning holds under the change.",
    ),
    "yes": (
        "Solid on what the job needs; the gaps are ones we can teach.",
        "Careful, concrete, and clear about what is not known.",
    ),
    "no": (
        "Right direction, but needed leading at each turn.",
        "Knows the words; the steps in between were missing.",
    ),
    "strong_no": (
        "Could not say how the choice would be checked, even when asked plainly.",
        "Repeated the general method and did not engage with the case.",
    ),
}


def note(rng: np.random.Generator, anchor: str) -> str:
    """Return a note in an interviewer's words for the behaviour that ``anchor`` describes."""
    opening = str(rng.choice(OPENINGS))
    text = anchor if not opening else anchor[0].lower() + anchor[1:]
    return f"{opening}{text}{rng.choice(CLOSINGS)}"


def summary(rng: np.random.Generator, recommendation: str) -> str:
    """Return the closing line of a scorecard."""
    return str(rng.choice(SUMMARIES[recommendation]))
