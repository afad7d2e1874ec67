"""The skill-gap report: one candidate against the role profile. It informs a decision and makes none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import TeamPolicy
from figures import levels as level_figures
from figures.parts import PAPER, Style
from figures.types import FigureDict, LevelMark
from hiring.calibration.models import CalibrationRun, LevelDisplay
from hiring.calibration.readers import VERDICT_RELIABILITY, LevelView, levels_for, raw_level
from hiring.pipeline.models import Application
from reports import notes as noted
from reports.ask_next import ask_next
from reports.making import Arranged
from reports.models import Report
from reports.pdf.document import Document
from reports.skill_words import BELOW, MEETS, explained, finding, standfirst, word

#: As wide as the column beside an article's text, in points.
STRIP = Style(width=167, font=6.6)
#: Competencies likely below that page 1 speaks of one by one; where there are more, one line makes room.
MOST_CALLED = 3


@dataclass(frozen=True)
class Entry:
    """One competency of the report."""

    view: LevelView
    band: str
    mark: LevelMark
    strip: FigureDict
    notes: list[noted.Note]

    @property
    def state(self) -> str:
        """Where it stands, for a reader without the key of page 1."""
        return explained(self.view, self.band)

    @property
    def quotes(self) -> list[noted.Note]:
        """What is quoted."""
        return noted.quotes(self.notes)


def arrange(report: Report) -> Arranged:
    """Gather one application's levels, evidence and open questions."""
    assert report.application_id is not None  # noqa: S101 -- held by a database constraint
    application = _application(report.application_id)
    policy = TeamPolicy.objects.current_for(application.team_id)
    debrief = getattr(application, "debrief", None)
    run = debrief.run if debrief is not None else None
    found = levels_for(application, run=run, policy=policy)
    ratings = noted.submitted_ratings(application)
    who = noted.people(application, ratings)
    notes = noted.notes_by_competency(ratings, who)
    raw = {
        key: raw_level(rating for rating in ratings if rating.criterion.competency.key == key)
        for key in notes
    }
    bands = (policy.band_unlikely, policy.band_likely)
    entries = [_entry(view, raw, notes, bands) for view in _ordered(found.levels)]
    words = [(entry.view, entry.band) for entry in entries]
    context = {
        "application": application,
        "profile": application.opening.profile,
        "loop": application.opening.loop,
        "run": run,
        "levels": found,
        "entries": entries,
        **_groups(entries),
        "figure": level_figures.level_strip([entry.mark for entry in entries], style=PAPER, bands=bands)
        if entries
        else None,
        "next": ask_next(
            application, {view.requirement.competency.key: view for view in found.levels}, policy=policy
        ),
        "people": list(who.values()),
        "n_ratings": sum(rating.point is not None for rating in ratings),
        "policy": policy,
        "verdict_reliability": VERDICT_RELIABILITY,
        "standfirst": standfirst(words, calibrated=run is not None),
    }
    document = Document(
        kind="Skill gap report",
        subject=f"{application.candidate} · {application.opening.profile.name}",
        title=finding(words, calibrated=run is not None),
        description=f"Levels of {application.candidate} against {application.opening.profile.name}.",
        made_at=timezone.now(),
        provenance=(
            f"Role profile {application.opening.profile.label}",
            f"Loop {application.opening.loop.label}",
            f"Calibration {run.created_at:%d %b %Y}, data {run.data_hash[:8]}"
            if run
            else "No calibration yet",
            str(policy).capitalize(),
        ),
        synthetic=application.team.is_synthetic,
        letter=report.paper == "letter",
    )
    return Arranged("reports/pdf/skill_gap.html", document, context, _provenance(application, run, policy))


def _application(pk: int) -> Application:
    found: Application = Application.objects.select_related(
        "candidate", "team", "opening__profile", "opening__loop", "debrief__run__scale", "debrief__opened_by"
    ).get(pk=pk)
    return found


def _entry(
    view: LevelView,
    raw: dict[str, float | None],
    notes: dict[str, list[noted.Note]],
    bands: tuple[float, float],
) -> Entry:
    key = view.requirement.competency.key
    said = word(view, bands)
    mark = _mark(view, said, raw.get(key))
    strip = level_figures.level_strip([mark], style=STRIP, bands=bands, columns=False)
    return Entry(view, said, mark, strip, notes.get(key, []))


def _groups(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """What is known, what is not, and why."""
    known = [entry for entry in entries if entry.view.assessed and not entry.view.pending]
    open_ = [entry for entry in known if entry.band not in (BELOW, MEETS)]
    unknown = [entry for entry in entries if not entry.view.assessed]
    below = [entry for entry in known if entry.band == BELOW]
    must = [entry for entry in entries if entry.view.requirement.must_have]
    return {
        "likely": below,
        "called": below[: MOST_CALLED - 1] if len(below) > MOST_CALLED else below,
        "too_thin": [entry for entry in below if not entry.view.verdict_supported],
        "meets": [entry for entry in known if entry.band == MEETS],
        "open": open_,
        "thin": [entry for entry in open_ if entry.view.display == LevelDisplay.INTERVAL],
        "beyond": [entry for entry in open_ if not entry.view.showable],
        "pending": [entry for entry in entries if entry.view.pending],
        "unknown": unknown,
        "must": must,
        "must_below": [entry for entry in must if entry in below],
        "must_open": [entry for entry in must if entry.band not in (BELOW, MEETS)],
    }


def _provenance(application: Application, run: CalibrationRun | None, policy: TeamPolicy) -> dict[str, Any]:
    return {
        "profile": application.opening.profile.label,
        "profile_hash": application.opening.profile.content_hash,
        "loop": application.opening.loop.label,
        "loop_hash": application.opening.loop.content_hash,
        "run": run.pk if run else None,
        "data_hash": run.data_hash if run else None,
        "model": run.model_version if run else None,
        "policy": policy.version,
    }


def _ordered(views: list[LevelView]) -> list[LevelView]:
    """By consequence: weighted gap first, then what is open by weight, unknown last."""

    def rank(view: LevelView) -> tuple[int, float]:
        if not view.assessed:
            return (2, -view.weight)
        if view.gap is None:
            return (1, -view.weight)
        return (0, -view.gap * view.weight)

    return sorted(views, key=rank)


def _mark(view: LevelView, said: str, raw: float | None) -> LevelMark:
    notes = {
        LevelDisplay.NOT_ASSESSED.value: "not assessed",
        LevelDisplay.SUPPRESSED.value: "withheld: targets do not explain difficulty",
    }
    return LevelMark(
        name=view.requirement.competency.name,
        required=view.required,
        level=view.level,
        lower=view.lower,
        upper=view.upper,
        raw=raw,
        chance_below=view.p_gap,
        weight=view.weight,
        must_have=view.requirement.must_have,
        note=notes.get(view.display, "calibration under way"),
        word=said,
    )
