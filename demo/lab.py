"""What the invented interviewers did in the lab: answers rated, interviews watched and led, certificates, anchors.

Drawn from a generator of its own, so that the rest of the world stays as it is.
"""

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np

from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Role
from demo.cast import SEED
from demo.truth import LOGITS_PER_LEVEL, MEETS, Habits, probabilities
from hiring.lab.linking import known_level
from hiring.lab.models import (
    Certificate,
    PathStep,
    StepKind,
    Vignette,
    VignetteAnchor,
    VignettePair,
    VignetteRating,
    VignetteSitting,
)
from hiring.lab.standing import standings

#: Share of the answers that an interviewer has rated, by how keen they are.
KEEN = (0.0, 0.15, 0.3, 0.6)
ANCHORS = 3


class _Lab:
    def __init__(self, team: Team, people: int, now: datetime) -> None:
        self.team, self.now = team, now
        self.rng = np.random.default_rng([SEED, people, 7])
        self.answers = list(
            Vignette.objects.in_team(team).latest_published().with_anchors().order_by("question__key", "key")
        )
        self.sittings: list[VignetteSitting] = []
        self.ratings: list[VignetteRating] = []
        self.drawn: dict[tuple[int, str], VignetteSitting] = {}

    def rate(
        self,
        vignette: Vignette,
        person: User,
        habits: Habits,
        days_ago: float,
        before: VignetteSitting | None = None,
    ) -> None:
        """One blind sitting, drawn from the reference and the person's habits."""
        sitting = VignetteSitting(
            team=self.team,
            vignette=vignette,
            rater=person,
            drift_of=before,
            submitted_at=self.now - timedelta(days=days_ago),
        )
        self.sittings.append(sitting)
        self.drawn[person.pk, vignette.key] = sitting
        right = {row.competency: row.point for row in vignette.references.all()}
        halo = float(self.rng.normal(0, habits.halo_sd))
        for criterion in vignette.question.criteria.all():
            point = right[criterion.competency.key]
            self.ratings.append(
                VignetteRating(
                    sitting=sitting,
                    criterion=criterion,
                    point=self._draw(point, criterion.target_level, habits.severity - halo),
                )
            )

    def _draw(self, right: int | None, target: int, severity: float) -> int | None:
        if right is None:
            return None if self.rng.random() < 0.7 else 3
        level = known_level(right, target=target, meets=3)
        eta = MEETS + LOGITS_PER_LEVEL * (level - target) - severity
        return int(self.rng.choice(4, p=probabilities(eta))) + 1

    def write(self) -> None:
        """First the sittings without an earlier one: those of the checks refer to them."""
        for checks in (False, True):
            VignetteSitting.objects.bulk_create(
                each for each in self.sittings if (each.drift_of is not None) is checks
            )
        for rating in self.ratings:
            rating.sitting_id = rating.sitting.pk
        VignetteRating.objects.bulk_create(self.ratings, batch_size=2000)


def stage_lab(team: Team, panel: dict[User, tuple[str, Habits]], *, now: datetime) -> None:
    """Write the lab of one team; a team without answers has none."""
    lab = _Lab(team, len(panel), now)
    if not lab.answers:
        return
    calibrator = User.objects.filter(memberships__team=team, memberships__is_calibrator=True).first()
    named = {"interviewer@": 0.4, "calibrator@": 1.0}
    for position, (person, (_, habits)) in enumerate(panel.items()):
        share = next((part for start, part in named.items() if person.email.startswith(start)), None)
        _practise(lab, person, habits, KEEN[position % len(KEEN)] if share is None else share)
    _check(lab, panel)
    lab.write()
    recorder = User.objects.filter(memberships__team=team, memberships__role=Role.RECRUITER).first()
    if recorder is not None:
        _walk(lab, panel, recorder)
    _certify(team, panel, now)
    if calibrator is not None:
        plain = [each for each in lab.answers if not each.trap]
        VignetteAnchor.objects.bulk_create(
            VignetteAnchor(team=team, vignette=each, used=True, set_by=calibrator) for each in plain[:ANCHORS]
        )


def _practise(lab: _Lab, person: User, habits: Habits, share: float) -> None:
    """Whole questions at a time, some months to some weeks ago."""
    questions = sorted({each.question.key for each in lab.answers})
    chosen = set(questions if share == 1 else lab.rng.permutation(questions)[: round(share * len(questions))])
    for each in lab.answers:
        if each.question.key in chosen:
            lab.rate(each, person, habits, float(lab.rng.uniform(35, 150)))


def _check(lab: _Lab, panel: dict[User, tuple[str, Habits]]) -> None:
    """Every other of those who can has had a drift check."""
    by_key = {each.key: each for each in lab.answers}
    pairs = list(VignettePair.objects.in_team(lab.team).drift())
    for person, (_, habits) in list(panel.items())[::2]:
        done = 0
        for pair in pairs:
            before = lab.drawn.get((person.pk, pair.first))
            if (
                before is None
                or before.drift_of is not None
                or (person.pk, pair.second) in lab.drawn
                or done == 4
            ):
                continue
            latest = (lab.now - before.submitted_at).days - 30
            if latest > 0:
                lab.rate(by_key[pair.second], person, habits, min(latest, (40, 9, 69, 38)[done]), before)
                done += 1


def _walk(lab: _Lab, panel: dict[User, tuple[str, Habits]], recorder: User) -> None:
    """Who has rated a family has mostly watched and led interviews in it before."""
    families: dict[int, set[str]] = defaultdict(set)
    for sitting in lab.sittings:
        families[sitting.rater_id].add(sitting.vignette.question.format)
    people = list(panel)
    steps = []
    for position, person in enumerate(people):
        for number, family in enumerate(sorted(families[person.pk])):
            count = 4 if number % 3 < 2 else int(lab.rng.integers(0, 4))
            steps += [
                PathStep(
                    team=lab.team,
                    person=person,
                    family=family,
                    kind=StepKind.SHADOW if step < 2 else StepKind.REVERSE_SHADOW,
                    beside=people[(position + step + 1) % len(people)],
                    held_on=(lab.now - timedelta(days=200 - 12 * step)).date(),
                    recorded_by=recorder,
                )
                for step in range(count)
            ]
    PathStep.objects.bulk_create(steps)


def _certify(team: Team, panel: dict[User, tuple[str, Habits]], now: datetime) -> None:
    policy = TeamPolicy.objects.current_for(team.pk)
    people = {person.pk: person for person in panel}
    Certificate.objects.bulk_create(
        Certificate(
            team=team,
            person=people[pk],
            family=each.family,
            certified_at=now - timedelta(days=30),
            policy_version=policy.version,
            n_vignettes=each.tally.vignettes,
            n_ratings=each.tally.ratings,
            mean_deviation=round(found.mean, 4),
            agreement=round(found.correlation or 0.0, 4),
        )
        for pk, standing in standings(team, policy, people).items()
        for each in standing.families
        if each.met and (found := each.tally.agreement) is not None
    )
