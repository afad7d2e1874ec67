"""The skill-gap report: one candidate against the role profile. It informs a decision and makes none."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from accounts.models import TeamPolicy
from figures import levels as level_figures
from figures.layout import PAPER, Style
from figures.types import Band, ShownLevel
from hiring.calibration.models import CalibrationRun, LevelDisplay
from hiring.calibration.moved import level_moves
from hiring.calibration.moved_words import Reader, sentence
from hiring.calibration.next_questions import next_questions
from hiring.calibration.readers import LevelView, levels_for, raw_level
from hiring.decisions.provenance import marks_of
from hiring.pipeline.models import Application
from hiring.scoring.late import late_count
from reports.kinds import Arranged, Provenance
from reports.pdf.document import Document
from reports.skill_gap import notes as noted
from reports.skill_gap import words
from reports.skill_gap.ask_next import ask_next
from reports.skill_gap.data import CompetencyEntry, SkillGapData
from reports.skill_gap.standing import Standing, standing

#: As wide as the column beside an article's text, in points.
STRIP = Style(width=167, font=6.6)
_BANDS = {Standing.BELOW: Band.BELOW, Standing.MEETS: Band.MEETS, Standing.OPEN: Band.OPEN}


def arrange(application: Application, *, letter: bool) -> Arranged:
    """Gather one application's levels, evidence and open questions, and set them as a document."""
    application = _loaded(application)
    data = gather(application, policy=TeamPolicy.objects.current_for(application.team_id))
    run = data.run
    document = Document(
        kind="Skill gap report",
        subject=f"{application.candidate} · {data.profile.name}",
        title=data.title,
        description=f"Levels of {application.candidate} against {data.profile.name}.",
        made_at=timezone.now(),
        provenance=(
            f"Role profile {data.profile.label}",
            f"Loop {data.loop.label}",
            f"Calibration {run.created_at:%d %b %Y}, data {run.data_hash[:8]}"
            if run
            else "No calibration yet",
            str(data.policy).capitalize(),
        ),
        synthetic=application.team.is_synthetic,
        letter=letter,
    )
    return Arranged("skill_gap/report.html", document, data, _provenance(application, run, data.policy))


def gather(application: Application, *, policy: TeamPolicy) -> SkillGapData:
    """The report's data, from the run that was frozen when the debrief opened."""
    debrief = getattr(application, "debrief", None)
    run = debrief.run if debrief is not None else None
    found = levels_for(application, run=run, policy=policy)
    ratings = noted.submitted_ratings(application)
    who = noted.people(application, ratings)
    marks = marks_of(ratings, named=False)
    notes = noted.notes_by_competency(ratings, who, marks)
    counted = {pk: mark.counted for pk, mark in marks.items()}
    raw = {
        key: raw_level((row for row in ratings if row.criterion.competency.key == key), counted)
        for key in notes
    }
    bands = (policy.band_unlikely, policy.band_likely)
    told = next_questions(application, run)
    # Anybody may come to read a report: of the people who rated it says only what gives nobody away.
    moves = level_moves(run, found.levels, ratings, counted)
    entries = [
        _entry(view, raw, notes, bands, sentence(moves.get(view.requirement.competency.key), Reader()))
        for view in by_consequence(found.levels)
    ]
    return SkillGapData(
        application=application,
        run=run,
        levels=found,
        entries=entries,
        figure=level_figures.level_strip([entry.mark for entry in entries], style=PAPER, bands=bands)
        if entries
        else None,
        told=told,
        next=ask_next(
            application,
            {view.requirement.competency.key: view for view in found.levels},
            told=told,
            policy=policy,
        ),
        people=list(who.values()),
        n_late=late_count(application),
        n_ratings=sum(point is not None for point in counted.values()),
        policy=policy,
    )


def _loaded(application: Application) -> Application:
    found: Application = Application.objects.select_related(
        "candidate", "team", "opening__profile", "opening__loop", "debrief__run__scale", "debrief__opened_by"
    ).get(pk=application.pk)
    return found


def _entry(
    view: LevelView,
    raw: Mapping[str, float | None],
    notes: Mapping[str, Sequence[noted.Note]],
    bands: tuple[float, float],
    why: str,
) -> CompetencyEntry:
    key = view.requirement.competency.key
    where = standing(view, bands)
    mark = _mark(view, where, raw.get(key))
    strip = level_figures.level_strip([mark], style=STRIP, bands=bands, columns=False)
    return CompetencyEntry(view, where, mark, strip, notes.get(key, []), why)


def _provenance(application: Application, run: CalibrationRun | None, policy: TeamPolicy) -> Provenance:
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


def by_consequence(views: Sequence[LevelView]) -> list[LevelView]:
    """Weighted gap first, then what is open by weight, unknown last."""

    def rank(view: LevelView) -> tuple[int, float]:
        if not view.assessed:
            return (2, -view.weight)
        if view.gap is None:
            return (1, -view.weight)
        return (0, -view.gap * view.weight)

    return sorted(views, key=rank)


def _mark(view: LevelView, where: Standing, raw: float | None) -> ShownLevel:
    notes = {
        LevelDisplay.NOT_ASSESSED.value: "not assessed",
        LevelDisplay.SUPPRESSED.value: "withheld: targets do not explain difficulty",
    }
    return ShownLevel(
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
        band=_BANDS.get(where, Band.UNKNOWN),
        word=words.short(where),
    )
