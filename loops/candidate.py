"""What candidates are told of a loop before they come: its sessions in plain words, and the notes written for them.

It is made from names, kinds, minutes and notes alone. Anchors, what is rated and the gap are never read here, so no
page made from it can give them away; titles of questions are, to keep a stage that bears one from telling it.
"""

from dataclasses import dataclass

from loops.kinds import CANDIDATE
from loops.models import Loop, Stage, StageKind
from web.numbers import counted, hours, listed

# What happens in a session of each kind, as one says it to somebody who has never heard of it.
_HAPPENS = {
    StageKind.SCREEN: "A first conversation: about the role, and about what you are looking for.",
    StageKind.TECHNICAL_SCREEN: "A short conversation about the technical side of the job.",
    StageKind.PAST_WORK: "You tell us about work of your own: what you did, what went wrong, what you changed.",
    StageKind.SCENARIO: "An open problem from the job. You say what you would do, and why.",
    StageKind.DEBUGGING: "Something does not work as it should. You find out why.",
    StageKind.SYSTEM_DESIGN: "You design a system, and explain what you chose and what you left out.",
    StageKind.DECOMPOSITION: "A large and vague task. You take it apart into pieces that can be done.",
    StageKind.LIVE_CODING: "You write code, and talk with us about it.",
    StageKind.WORK_SAMPLE: "A piece of the work itself, done in the session.",
    StageKind.TAKE_HOME: "A task that you do by yourself.",
    StageKind.RESEARCH_DISCUSSION: "A conversation about research, and what follows from it.",
    StageKind.KNOWLEDGE: "Questions about what one has to know for the job.",
    StageKind.BEHAVIOURAL: "Questions about situations you have been in, and what you did.",
    StageKind.VALUES: "A conversation about how you work with other people, and what matters to you.",
}

_HEADINGS = {
    "expect": "What to expect",
    "prepare": "How to prepare",
    "accommodations": "What you may need",
    "may_ask": "Questions you may ask us",
}
# What holds for every loop, for as long as nobody has written something better.
_UNWRITTEN = {
    "expect": "Whoever you meet takes notes, and rates alone before they talk to each other. Everybody who applies "
    "for this role is rated on the same scale.",
    "accommodations": "If something would help you to show what you can do, tell whoever invited you: more time, "
    "a break, another form of the same task.",
}


@dataclass(frozen=True, slots=True)
class CandidateStage:
    """One session as a candidate reads of it."""

    name: str
    happens: str
    minutes: int
    people: str
    at_home: bool


@dataclass(frozen=True, slots=True)
class CandidateNote:
    """One note under its heading; where nobody ``wrote`` it, a sentence that holds for every loop, or nothing."""

    name: str
    heading: str
    text: str
    wrote: bool


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """All that a candidate is told; it reads well however many of its notes are written."""

    role: str
    company: str
    stages: tuple[CandidateStage, ...]
    notes: tuple[CandidateNote, ...]
    days: str

    @property
    def title(self) -> str:
        """The page's heading."""
        return f"Your interviews for {self.role}"

    @property
    def in_all(self) -> str:
        """How many sessions, and how long they are together."""
        met = sum(not stage.at_home for stage in self.stages)
        alone = len(self.stages) - met
        parts = [
            f"{counted(count)} {one if count == 1 else many}"
            for count, one, many in ((met, "session", "sessions"), (alone, "task at home", "tasks at home"))
            if count
        ]
        said = " and ".join(parts)
        return f"{said[:1].upper()}{said[1:]}, {hours(sum(stage.minutes for stage in self.stages))}"

    @property
    def meets_people(self) -> bool:
        """Whether any session is held together with interviewers."""
        return any(not stage.at_home for stage in self.stages)


def candidate_page(loop: Loop, *, company: str) -> CandidatePage:
    """What ``loop`` tells its candidates, in the name of ``company``; three queries, for its stages and titles."""
    return CandidatePage(
        role=loop.profile.name,
        company=company,
        stages=tuple(_stage(row) for row in loop.stages.prefetch_related("placements__question")),
        notes=tuple(_note(name, loop.candidate_notes.get(name, "").strip()) for name in CANDIDATE.fields),
        days=_days(loop),
    )


def _note(name: str, written: str) -> CandidateNote:
    heading = _HEADINGS.get(name) or name.replace("_", " ").capitalize()
    return CandidateNote(name, heading, written or _UNWRITTEN.get(name, ""), wrote=bool(written))


def _stage(row: Stage) -> CandidateStage:
    at_home, alone = row.kind == StageKind.TAKE_HOME, row.interviewers == 1
    count = counted(row.interviewers)
    if at_home:
        where = (
            f"At home, in your own time; {count} {'person reads' if alone else 'people read'} what you send"
        )
    else:
        where = f"With {count} interviewer{'' if alone else 's'}"
    from_where = f", from {listed(row.panel)}" if row.panel else ""
    return CandidateStage(
        name=_name(row),
        happens=_HAPPENS[StageKind(row.kind)],
        minutes=row.minutes,
        people=f"{where}{from_where}",
        at_home=at_home,
    )


def _name(row: Stage) -> str:
    """The stage's name, unless it is what is asked: a stage made from a question bears its title."""
    titles = [placed.question.title.casefold() for placed in row.placements.all()]
    told = row.name.casefold()
    # Names of stages are cut at their longest; titles are not.
    if any(title and (title in told or (len(told) > 20 and told in title)) for title in titles):
        return str(row.get_kind_display())
    return row.name


def _days(loop: Loop) -> str:
    first, last = loop.elapsed_days_from, loop.elapsed_days_to
    if first is None or last is None or not last:
        return ""
    return f"{last} days" if first == last else f"{first} to {last} days"
