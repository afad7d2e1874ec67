"""The texts that the builder's dialog asks for: of the loop, of what candidates are told, of each stage.

Which texts there are, ``loops.kinds`` alone declares; one that is declared there is shown and saved without a word
here. What has a control of its own on the page is not among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from loops import kinds
from loops.models import Loop, Stage

# Where the name in the pack file says too little to whoever fills it in.
_LABELS = {
    "rationale": "Why it asks what it asks, and what it leaves out",
    "expect": "What candidates are told to expect",
    "prepare": "How they may prepare",
    "accommodations": "Accommodations they may ask for",
    "may_ask": "Questions they may ask you",
}


@dataclass(frozen=True, slots=True)
class TextBox:
    """One text to edit: its name in the form, what it is called, and what it says by now."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class StageBoxes:
    stage: Stage
    boxes: list[TextBox]


def loop_boxes(loop: Loop) -> list[TextBox]:
    """Texts of the loop itself, then what candidates are told."""
    own = {name: getattr(loop, name) for name in kinds.LOOP_TEXTS}
    told = {name: loop.candidate_notes.get(name, "") for name in kinds.CANDIDATE.fields}
    return [TextBox(name, label_of(name), text) for name, text in (own | told).items()]


def stage_boxes(loop: Loop) -> list[StageBoxes]:
    """Texts of each stage, in order; nothing as long as no text of a stage is declared."""
    if not kinds.STAGE_TEXTS:
        return []
    return [
        StageBoxes(
            stage,
            [
                TextBox(_of_stage(stage, name), label_of(name), getattr(stage, name))
                for name in kinds.STAGE_TEXTS
            ],
        )
        for stage in loop.stages.all()
    ]


def changed_of_stage(stage: Stage, posted: Mapping[str, str]) -> dict[str, str]:
    """The texts of a stage that a posted dialog changes, by column."""
    return {
        name: text
        for name in kinds.STAGE_TEXTS
        if (text := posted.get(_of_stage(stage, name))) is not None and text.strip() != getattr(stage, name)
    }


def _of_stage(stage: Stage, name: str) -> str:
    return f"stage-{stage.pk}-{name}"


def label_of(name: str) -> str:
    """What the dialog calls a text."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()
