"""A team's measuring policy: every constant that a number on a page depends on."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models.teams import TeamOwned, TeamQuerySet


class BlindMode(models.TextChoices):
    """When an interviewer sees other people's submitted scorecards."""

    NEVER_BLIND = "never_blind", "At once: nothing is blind"
    AFTER_OWN = "after_own", "After submitting one's own"
    AT_DEBRIEF = "at_debrief", "At the debrief"


class ReminderSchedule(models.TextChoices):
    """How often somebody is reminded of a scorecard that is late."""

    NONE = "none", "Never"
    ONCE = "once", "Once"
    DAILY = "daily", "Every day"
    SIX_HOURLY = "six_hourly", "Every six hours"


class DigestDay(models.IntegerChoices):
    """The day on which the weekly mail goes out, in its receiver's own zone."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"
    NEVER = 7, "Never"


class AmendedCounts(models.TextChoices):
    """Which value of a rating amended after its author could see the others' enters the calibration."""

    FIRST = "first", "The last one given before they could see"
    NEWEST = "newest", "The newest"


class Sufficiency(models.TextChoices):
    """What of a competency's evidence counts as enough."""

    RELIABILITY = "reliability", "Share of the needed reliability"
    EVIDENCE = "evidence", "Share of the needed evidence"


# Which edition of the defaults this release ships; printed wherever no team's own policy counts.
SHIPPED_EDITION = 2


def _share(default: float, text: str) -> "models.FloatField[float, float]":
    return models.FloatField(
        default=default, validators=[MinValueValidator(0), MaxValueValidator(1)], help_text=text
    )


def _count(default: int, text: str) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(default=default, help_text=text)


class TeamPolicyQuerySet(TeamQuerySet["TeamPolicy"]):
    """Finds policies."""

    def current_for(self, team_id: int) -> "TeamPolicy":
        """Return the newest policy of a team, or the shipped defaults as version 0 (unsaved)."""
        return self.filter(team_id=team_id).order_by("-version").first() or TeamPolicy(
            team_id=team_id, version=0
        )


@pghistory.track()
class TeamPolicy(TeamOwned):
    """One adopted version of the policy; rows are never changed, the newest counts.

    Version 0 is the shipped default and has no row. Calibration may propose new
    values; a named person adopts them, and only then do gaps change.
    """

    version = models.PositiveIntegerField()
    target_reliability = _share(0.70, "Reliability a competency's score must reach to count as covered.")
    sufficiency = models.CharField(
        max_length=12,
        choices=Sufficiency.choices,
        default=Sufficiency.RELIABILITY,
        help_text="How far evidence short of that counts. By needed evidence the first rating is worth as much "
        "as the last; by needed reliability the first is worth most.",
    )
    transfer = _share(0.5, "Share of what is shown at one realism that carries to the next.")
    single_rating_reliability = _share(0.44, "Reliability of one rating by one interviewer.")
    share_performance = _share(0.25, "Share of a rating's noise common to all who watched the session.")
    share_interviewer = _share(0.25, "Share of a rating's noise common to one interviewer's ratings (halo).")
    share_rating = _share(0.50, "Share of a rating's noise that is its own.")
    between_competencies = _share(
        0.3, "Correlation of two competencies among candidates, for the decision value of a loop."
    )
    least_stage_time = _share(0.6, "Share of its questions' minutes below which a stage cannot be published.")
    setup_minutes = _count(5, "Minutes a session needs for hello, set-up and the candidate's questions.")
    trusts_pack_material = models.BooleanField(
        default=True,
        help_text="Material that a question from a content pack names counts as at hand. Without it such a "
        "question counts as constrained at most, until somebody says where its material is.",
    )
    weight_controlled = _share(0.5, "Weight of a rating from a controlled question in a level.")
    weight_constrained = _share(0.8, "Weight of a rating from a constrained question in a level.")
    weight_production = _share(1.0, "Weight of a rating from a production question in a level.")
    kappa = models.FloatField(
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(2)],
        help_text="Levels by which a required level may be missed and still count as reached.",
    )
    band_likely = _share(0.80, "Probability from which something is called likely.")
    band_unlikely = _share(0.20, "Probability up to which something is called unlikely.")
    interval_level = _share(0.90, "Coverage of the intervals shown.")
    point_ratings = _count(2, "Ratings from which a level is shown as a point; with fewer an interval alone.")
    point_interviewers = _count(2, "Interviewers from which a level is shown as a point.")
    verdict_interviewers = _count(
        2, "Interviewers behind a verdict on a must-have; with fewer, more evidence."
    )
    verdict_sessions = _count(2, "Sessions behind a verdict on a must-have.")
    verdict_reliability = _share(0.70, "Reliability behind a verdict on a must-have.")
    discuss_from = _count(2, "Points apart from which two ratings of one competency are worth talking about.")
    suppress_under = _count(10, "Counts of people below this are hidden, and a second cell with them.")
    estimates_from = _count(10, "Scorecards from which an interviewer's estimates are shown.")
    own_counts_from = _count(5, "Scorecards from which interviewers see how their own scoring looks.")
    agreement_from = _count(20, "Answers rated by two or more people from which an agreement is shown.")
    certify_vignettes = _count(3, "Answers of one question family rated before the lab certifies.")
    certify_standards = _count(3, "Different reference points among them: low, middle and high.")
    certify_deviation = models.FloatField(
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(3)],
        help_text="Points that the mean rating may lie off the reference, either way, for a certificate.",
    )
    certify_agreement = _share(0.70, "Least correlation with the reference for a certificate.")
    certify_shadows = _count(2, "Interviews watched in a question family before a certificate.")
    certify_reverse_shadows = _count(2, "Interviews led beside a watching colleague before a certificate.")
    drift_check_days = _count(30, "Days from one drift check of the lab to the next.")
    anchor_raters = _count(3, "Interviewers who must have rated an answer before it can anchor levels.")
    split_raters = _count(
        5, "Raters of an answer from which an anchor that splits them is shown to its author."
    )
    must_have_raters = _count(2, "Interviewers who must rate a must-have; with fewer it hangs on one person.")
    barely_covered = _share(0.10, "Share of its demand below which a competency is called barely covered.")
    production_role = _share(0.40, "Share of a role's demand that makes it a production role.")
    theory_share = _share(
        0.35, "Share of the questions' time above which theory crowds out what a production role asks for."
    )
    max_competencies_per_session = _count(
        3, "Competencies that one session can rate before one impression colours all."
    )
    take_home_extra = _count(
        1, "Competencies that a take-home may rate beyond that, since it is scored from what was made."
    )
    max_loop_minutes = _count(360, "Minutes of a candidate's time above which a loop is called too long.")
    max_session_minutes = _count(90, "Minutes above which a live session is called too long.")
    max_take_home_minutes = _count(240, "Minutes above which work at home is called too long.")
    max_interviewer_minutes = _count(
        720, "Minutes of all interviewers together, for one candidate, above which a loop is called dear."
    )
    rules_off = models.JSONField(
        default=list, blank=True, help_text="Codes of advice on loops that the team does not want to see."
    )
    hints_off = models.JSONField(
        default=list,
        blank=True,
        help_text="Kinds of hints on the wording of evidence that the team does not want to see.",
    )
    candidate_minute_weight = models.FloatField(
        default=2.0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Interviewer minutes that a minute of a candidate's time is worth where changes are proposed.",
    )
    change_minutes = _count(
        30, "Minutes that any proposed change is taken to cost besides the time it asks for."
    )
    blind_mode = models.CharField(
        max_length=12,
        choices=BlindMode.choices,
        default=BlindMode.AFTER_OWN,
        help_text="When interviewers see their colleagues’ submitted cards. Where nothing is blind, ratings are not "
        "independent, and calibrations take them as if they were.",
    )
    amended_counts = models.CharField(
        max_length=8,
        choices=AmendedCounts.choices,
        default=AmendedCounts.FIRST,
        help_text="Which value of a rating enters the calibration that was amended after its author could see the "
        "others’. Both stay visible. Holds for what is submitted from then on.",
    )
    evidence_first = models.BooleanField(
        default=False,
        help_text="The form asks for what was seen before it shows the points: observe, note, then rate.",
    )
    earlier_readers_count = models.BooleanField(
        default=True,
        help_text="Whether ratings enter the calibration whose author had read cards of earlier stages. The card says "
        "so either way.",
    )
    reminder_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Hours after an interview before a reminder."
    )
    reminder_schedule = models.CharField(
        max_length=12,
        choices=ReminderSchedule.choices,
        default=ReminderSchedule.DAILY,
        help_text="How often somebody is reminded by mail of a scorecard that is late.",
    )
    escalate_hours = _count(
        72, "Hours after a scorecard was due until the recruiters are told that it is missing; 0 is never."
    )
    quiet_from = _count(19, "Hour of the day from which no reminder is mailed, in the receiver's own zone.")
    quiet_until = _count(8, "Hour of the day until which no reminder is mailed, in the receiver's own zone.")
    digest_day = models.PositiveSmallIntegerField(
        choices=DigestDay.choices,
        default=DigestDay.MONDAY,
        help_text="Day on which each person is mailed what waits for them and what comes.",
    )
    validity_from = _count(
        20, "People reviewed on the job from which it is said how far scores foresaw how they do."
    )
    retention_days = models.PositiveIntegerField(default=1460, help_text="Days a closed application is kept.")
    adopted_at = models.DateTimeField(auto_now_add=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(help_text="Why these values, and where they come from.")

    objects: ClassVar = TeamPolicyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "-version"]
        verbose_name_plural = "team policies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "version"], name="policy_one_row_per_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="policy_version_from_one"),
            models.CheckConstraint(
                condition=models.Q(band_unlikely__lt=models.F("band_likely")), name="policy_bands_in_order"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        """As every gap and report prints it; the older measure of sufficiency is named with it."""
        name = f"shipped policy {SHIPPED_EDITION}" if self.version == 0 else f"policy v{self.version}"
        return f"{name} (by needed evidence)" if self.sufficiency == Sufficiency.EVIDENCE else name

    @property
    def realism_weights(self) -> dict[str, float]:
        """Likelihood weight of a rating by its question's realism."""
        return {
            "controlled": self.weight_controlled,
            "constrained": self.weight_constrained,
            "production": self.weight_production,
        }
