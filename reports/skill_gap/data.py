"""What the skill-gap report knows: the report's data, and what its template finds by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import TeamPolicy
from figures.types import FigureDict, ShownLevel
from hiring.calibration.models import CalibrationRun, LevelDisplay
from hiring.calibration.next_questions import NextQuestions
from hiring.calibration.readers import ApplicationLevels, LevelView
from hiring.pipeline.models import Application
from loops.models import Loop
from reports.skill_gap import words
from reports.skill_gap.ask_next import Next
from reports.skill_gap.notes import Note, Who, quotes
from reports.skill_gap.standing import Standing
from roles.models import RoleProfile

#: Competencies likely below that page 1 speaks of one by one; where there are more, one line makes room.
MOST_CALLED = 3


@dataclass(frozen=True)
class CompetencyEntry:
    view: LevelView
    standing: Standing
    mark: ShownLevel
    strip: FigureDict
    notes: Sequence[Note]
    #: Why the calibrated level is not the raw one, in a sentence; nothing where both read alike.
    why: str = ""

    @property
    def state(self) -> str:
        """Where it stands, for a reader without the key of page 1."""
        return words.explained(self.standing)

    @property
    def quotes(self) -> list[Note]:
        return quotes(self.notes)

    @property
    def meets(self) -> bool:
        """Whether it is likely at the required level, so that nothing needs to be learned."""
        return self.standing is Standing.MEETS

    @property
    def is_known(self) -> bool:
        """Whether a calibration has something to say of it."""
        return self.view.assessed and not self.view.pending


@dataclass(frozen=True)
class SkillGapData:
    """One application's levels, evidence and open questions; the groups speak of the same entries."""

    application: Application
    run: CalibrationRun | None
    levels: ApplicationLevels
    entries: Sequence[CompetencyEntry]
    figure: FigureDict | None
    told: NextQuestions
    next: Sequence[Next]
    people: Sequence[Who]
    n_ratings: int
    #: Scorecards submitted after the decision: in nothing here.
    n_late: int
    policy: TeamPolicy

    @property
    def profile(self) -> RoleProfile:
        """The role profile version that the opening pins."""
        return self.application.opening.profile

    @property
    def loop(self) -> Loop:
        """The loop version that the opening pins."""
        return self.application.opening.loop

    @property
    def standings(self) -> list[words.Placed]:
        """Each competency's name and standing, for the sentences."""
        return [(entry.view.requirement.competency.name, entry.standing) for entry in self.entries]

    @property
    def title(self) -> str:
        """The finding."""
        return words.finding(self.standings, calibrated=self.run is not None)

    @property
    def standfirst(self) -> str:
        """The sentence under the title."""
        return words.standfirst(self.standings, calibrated=self.run is not None)

    @property
    def likely(self) -> list[CompetencyEntry]:
        """Likely below the required level."""
        return [entry for entry in self.entries if entry.standing is Standing.BELOW]

    @property
    def called(self) -> list[CompetencyEntry]:
        """Those of them that page 1 speaks of one by one."""
        return self.likely[: MOST_CALLED - 1] if len(self.likely) > MOST_CALLED else self.likely

    @property
    def too_thin(self) -> list[CompetencyEntry]:
        """Likely below, on too little for a verdict alone."""
        return [entry for entry in self.likely if not entry.view.verdict_supported]

    @property
    def meets(self) -> list[CompetencyEntry]:
        """Likely at the required level."""
        return [entry for entry in self.entries if entry.meets]

    @property
    def open(self) -> list[CompetencyEntry]:
        """Rated and calibrated, and not to be called either way."""
        return [entry for entry in self.entries if entry.is_known and not entry.standing.is_settled]

    @property
    def thin(self) -> list[CompetencyEntry]:
        """Open, because one rating or one interviewer stands behind it."""
        return [entry for entry in self.open if entry.view.display == LevelDisplay.INTERVAL]

    @property
    def beyond(self) -> list[CompetencyEntry]:
        """Open, because nothing that was asked could have shown the required level."""
        return [entry for entry in self.open if not entry.view.showable]

    @property
    def pending(self) -> list[CompetencyEntry]:
        """Rated, waiting for a calibration."""
        return [entry for entry in self.entries if entry.view.pending]

    @property
    def unknown(self) -> list[CompetencyEntry]:
        """Never rated."""
        return [entry for entry in self.entries if not entry.view.assessed]

    @property
    def must(self) -> list[CompetencyEntry]:
        return [entry for entry in self.entries if entry.view.requirement.must_have]

    @property
    def must_below(self) -> list[CompetencyEntry]:
        """Must-haves likely below the required level."""
        return [entry for entry in self.must if entry.standing is Standing.BELOW]

    @property
    def must_open(self) -> list[CompetencyEntry]:
        """Must-haves that are open or unknown."""
        return [entry for entry in self.must if not entry.standing.is_settled]
