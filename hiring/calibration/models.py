"""Calibration runs and what they estimated. Rows are written once and never changed."""

from typing import ClassVar, Self, TypedDict

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet
from hiring.calibration.flags import CRITERIA, INTERVIEWERS, Searched, ShownFlag, searched, shown
from hiring.pipeline.models import Application
from jobs.models import Job
from roles.models import Competency
from rubrics.models import Criterion, RatingScale

_WRITE_ONCE: list[pgtrigger.Trigger] = [
    pgtrigger.Protect(name="write_once", operation=pgtrigger.Update | pgtrigger.Delete)
]


class Anchoring(TypedDict):
    """What stands in ``CalibrationRun.anchoring``, in levels; ``se`` and ``reach`` are None where nothing anchors.

    ``reach`` is half the interval of where the team stands, ``more`` how many ratings are still needed.
    """

    vignettes: int
    ratings: int
    raters: int
    se: float | None
    reach: float | None
    wanted_se: float
    more: int


class CalibrationRunQuerySet(TeamQuerySet["CalibrationRun"]):
    def latest_for(self, team_id: int) -> "CalibrationRun | None":
        """The newest run of a team, or None before the first."""
        return self.filter(team_id=team_id).order_by("-created_at").first()


class CalibrationRun(TeamOwned):
    """One fit over all submitted scorecards of one team and rating scale.

    Born with its estimates when the job that was asked for it has fitted; never changed and never deleted, so that
    a debrief can be read beside the run it was made under. Pages show the newest.
    ``data_hash`` covers ratings, weights and targets; with ``model_version`` and
    ``settings_used`` it says exactly what was computed from what.
    """

    scale = models.ForeignKey(RatingScale, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    data_until = models.DateTimeField(help_text="Scorecards submitted up to this time are in the fit.")
    data_hash = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    settings_used = models.JSONField(help_text="Policy version and every constant the fit depended on.")
    n_ratings = models.PositiveIntegerField()
    n_applications = models.PositiveIntegerField()
    n_interviewers = models.PositiveIntegerField()
    n_criteria = models.PositiveIntegerField()
    converged = models.BooleanField()
    iterations = models.PositiveSmallIntegerField()
    seconds = models.FloatField()
    components = models.JSONField(help_text="Standard deviations in logits by source, and reliabilities.")
    thresholds = models.JSONField()
    agreement = models.JSONField(
        default=list,
        help_text="Krippendorff's alpha over doubly rated answers: the whole, then by competency.",
    )
    logits_per_level = models.FloatField(null=True)
    logits_per_level_se = models.FloatField(null=True)
    anchored = models.BooleanField(
        help_text="Reference ratings anchor the levels; else they are relative to this team."
    )
    anchoring = models.JSONField(
        null=True,
        help_text="Vignettes that anchor: {vignettes, ratings, raters, se, reach, wanted_se, more}; errors in levels, "
        "more ratings until levels are on a common scale; null in runs before there were vignettes.",
    )
    levels_shown = models.BooleanField(help_text="False where targets do not explain difficulty well enough.")
    subsets = models.JSONField(help_text="Connected subsets: never compared with one another.")
    warnings = models.JSONField(help_text="List of {code, text}.")
    looked_for = models.JSONField(
        null=True,
        help_text="Tests of interviewers: {test, tested, untold}, how many took it and of how many it cannot tell "
        "yet. Empty where there were too few interviews; null in runs before there were flags.",
    )

    question_tests = models.JSONField(
        default=list,
        help_text="Whether each question became easier or harder: {key, title, effect, lower, upper, unit, flagged, "
        "n_ratings}, sizes in levels or logits, + is easier.",
    )
    links = models.JSONField(
        default=dict,
        help_text="How well openings' panels can be compared: pairs with shared interviewers, standard error of the "
        "difference in severity, and the loan that would lower it most; interviewers without whom panels fall apart.",
    )
    assumptions = models.JSONField(
        default=list, help_text="What in the ratings speaks against the model: {name, text}."
    )

    objects: ClassVar = CalibrationRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["team", "-created_at"], name="run_recent")]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="write_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["job"]),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Calibration of {self.created_at:%d %b %Y, %H:%M}"

    @property
    def searched(self) -> list[Searched]:
        """What was looked for in interviewers' ratings; nothing where there were too few."""
        return searched(self.looked_for or [])

    @property
    def flag_level(self) -> float | None:
        """Coverage of the intervals of flags; None in a run that looked for none."""
        level: float | None = self.settings_used.get("flags", {}).get("level")
        return level


class InterviewerEstimate(models.Model):
    """An interviewer's severity in one run, in logits and in levels: higher is harsher, 0 the average.

    Born with its run for everybody who rated in it, and never changed. Pages read the newest run's.
    """

    run = models.ForeignKey(CalibrationRun, on_delete=models.CASCADE, related_name="interviewers")
    interviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    severity = models.FloatField()
    se = models.FloatField()
    lower = models.FloatField()
    upper = models.FloatField()
    severity_levels = models.FloatField(null=True)
    lower_levels = models.FloatField(null=True)
    upper_levels = models.FloatField(null=True)
    infit = models.FloatField(null=True)
    n_ratings = models.PositiveIntegerField()
    n_scorecards = models.PositiveIntegerField()
    subset = models.PositiveSmallIntegerField(default=0)
    flags = models.JSONField(
        default=list, help_text="What stands out: {code, effect, lower, upper, unit, words}."
    )
    tests = models.JSONField(
        default=list, help_text="Every test that was taken: {test, effect, lower, upper, unit, verdict}."
    )
    months = models.JSONField(
        default=list,
        help_text="Severity by month: {month, severity, se, n_ratings} in levels, or in logits where those are "
        "withheld; severity is null in months with too few interviews.",
    )

    class Meta:
        ordering: ClassVar = ["run", "interviewer"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "interviewer"], name="interviewer_once_in_run")
        ]
        triggers: ClassVar = _WRITE_ONCE

    def __str__(self) -> str:
        return f"{self.interviewer}: {self.severity:+.2f}"

    @property
    def stand_outs(self) -> list[ShownFlag]:
        """The flags with their sentences."""
        return shown(self.flags, INTERVIEWERS)


class CriterionEstimateQuerySet(models.QuerySet["CriterionEstimate"]):
    def standing_out(self) -> Self:
        """Criteria with a flag that has a size."""
        flagged = models.Q()
        for code in CRITERIA:
            flagged |= models.Q(flags__contains=[{"code": code}])
        return self.filter(flagged)


class CriterionEstimate(models.Model):
    """What a criterion's target level does not explain about its difficulty in one run, in logits.

    Born with its run for every criterion rated in it, and never changed.
    """

    run = models.ForeignKey(CalibrationRun, on_delete=models.CASCADE, related_name="criteria")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    difficulty = models.FloatField()
    se = models.FloatField()
    n_ratings = models.PositiveIntegerField()
    n_interviewers = models.PositiveIntegerField()
    flags = models.JSONField(
        default=list,
        help_text="one_interviewer, and what stands out: {code, effect, lower, upper, unit, words}.",
    )

    objects: ClassVar = CriterionEstimateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["run", "criterion"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "criterion"], name="criterion_once_in_run")
        ]
        triggers: ClassVar = _WRITE_ONCE

    def __str__(self) -> str:
        return f"{self.criterion}: {self.difficulty:+.2f}"

    @property
    def stand_outs(self) -> list[ShownFlag]:
        """The flags that have a size, with their sentences."""
        return shown(self.flags, CRITERIA)


class LevelDisplay(models.TextChoices):
    """What may be shown of a level, by the ratings behind it."""

    NOT_ASSESSED = "not_assessed", "Not assessed"
    INTERVAL = "interval", "Interval only"
    POINT = "point", "Level and interval"
    SUPPRESSED = "suppressed", "Targets do not explain difficulty"


class LevelEstimate(models.Model):
    """One application's level on one competency in one run, with all that is needed to show it or not.

    Born with its run and never changed; a debrief keeps its own run's. A competency without a rating has no
    row, so that no page can show a value that is borrowed altogether.
    """

    run = models.ForeignKey(CalibrationRun, on_delete=models.CASCADE, related_name="levels")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="levels")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    display = models.CharField(max_length=12, choices=LevelDisplay.choices)
    level = models.FloatField(null=True)
    se = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    contrast_se = models.FloatField(null=True, help_text="For comparing applications of one opening.")
    own_level = models.FloatField(
        null=True, help_text="From this application's ratings alone, for challenge."
    )
    own_se = models.FloatField(null=True)
    raw_mean = models.FloatField(null=True)
    borrowed = models.FloatField(
        null=True, help_text="Share of the estimate that others' data supply, 0 to 1."
    )
    floor = models.FloatField(null=True, help_text="Lowest level the rated criteria can show.")
    ceiling = models.FloatField(null=True, help_text="Highest level the rated criteria can show.")
    n_ratings = models.PositiveSmallIntegerField(default=0)
    n_interviewers = models.PositiveSmallIntegerField(default=0)
    n_sessions = models.PositiveSmallIntegerField(default=0)
    reliability = models.FloatField(null=True)
    subset = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["run", "application", "competency"]
        indexes: ClassVar = [models.Index(fields=["application", "run"], name="level_by_application")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "application", "competency"], name="level_once_in_run"),
        ]
        triggers: ClassVar = _WRITE_ONCE

    def __str__(self) -> str:
        return f"{self.application}, {self.competency}"


class PooledEstimate(models.Model):
    """An application's levels in one run taken together: their joint covariance, and what one more rating would tell.

    With the covariance a pooled gap is not made too certain. Born with its run, one for each application in it, and
    never changed.
    """

    run = models.ForeignKey(CalibrationRun, on_delete=models.CASCADE, related_name="pooled")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="pooled")
    competencies = models.JSONField(help_text="Competency ids in the order of the covariance.")
    covariance = models.JSONField(help_text="Square matrix in squared levels.")
    one_more = models.JSONField(
        null=True,
        help_text="What one more rating would tell of the weighted level, while nothing is decided: share of the "
        "weight covered, standard error and chance of a wrong verdict, now and by question.",
    )

    class Meta:
        ordering: ClassVar = ["run", "application"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "application"], name="pooled_once_in_run")
        ]
        triggers: ClassVar = _WRITE_ONCE

    def __str__(self) -> str:
        return f"{self.application}: joint covariance"
