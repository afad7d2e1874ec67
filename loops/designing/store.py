"""Designs that were asked for: kept by a hash of what they rest on, computed by a worker or at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.core.cache import cache
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from accounts import audit
from accounts.errors import InvalidInput
from accounts.models import Team, TeamPolicy, User
from content.canonical import content_hash
from jobs.actions import enqueue
from jobs.models import Job
from loops import remembered
from loops.designing.answers import Answer
from loops.designing.ground import Ground, Stock
from loops.designing.prices import prices_of
from loops.designing.several import FEWEST_ROLES, MOST_ROLES, SeveralAnswer, Sharing, several
from loops.designing.solving import answer, frontier_of
from loops.designing.wishes import Wishes
from loops.models import LoopDesign
from loops.plans import PlannedQuestion
from psychometrics.design.designer.run import Progress
from roles.models import RoleProfile
from rubrics.models import Question, QuestionExposure

KIND, SEVERAL = "loops.design", "loops.several"
# Seconds that a worker looks for something better; stopping keeps what is best by then.
SECONDS = 30.0
# Seconds that a first answer, which depends on the clock, is kept.
FIRST_KEPT = 3600
# Seconds for loops for several roles, all numbers of shared sessions together.
SEVERAL_SECONDS = 90.0
# Seconds for the best loops of other lengths, and for the price of each rule.
FRONTIER_SECONDS, PRICE_SECONDS = 15.0, 20.0


def ground_of(team: Team, profile: RoleProfile) -> Ground:
    """Read what a design for ``profile`` would rest on, in five queries; load its requirements before."""
    return Ground(team, profile, TeamPolicy.objects.current_for(team.pk), bank_of(team))


def stock_of(team: Team, leaks: Mapping[str, float]) -> Stock:
    """What an answer is known by of the questions that ``bank_of`` would load, in one query."""
    lacking = ~Q(interviewer_materials="") & Q(material_place="")
    rows = Question.objects.latest_published().filter(team_id=team.pk)
    return tuple(
        (pk, leaks.get(key, 0.0), bool(lacks))
        for pk, key, lacks in rows.annotate(lacks=ExpressionWrapper(lacking, BooleanField())).values_list(
            "pk", "key", "lacks"
        )
    )


def bank_of(team: Team) -> tuple[PlannedQuestion, ...]:
    """The published questions of a team, newest versions, in two to five queries."""
    leaks = QuestionExposure.objects.leaks_in(team.pk)
    rows = Question.objects.latest_published().filter(team_id=team.pk).order_by("pk")
    return tuple(remembered.questions(rows, leaks=leaks))


def first_answer(ground: Ground, wishes: Wishes) -> Answer:
    """A good loop at once; for a while the same whenever it is asked for: what is shown is what can be kept."""
    key = f"first-design-{ground.inputs(wishes)}"
    kept = cache.get(key)
    if kept is not None:
        return Answer.read(kept)
    found = answer(ground, wishes, exact=False)
    cache.set(key, found.stored(), FIRST_KEPT)
    return found


def refuse_unknown(ground: Ground, wishes: Wishes) -> None:
    """Raise InvalidInput for questions and competencies that the bank does not offer."""
    there = {row.key for row in ground.bank}
    apart = tuple(dict.fromkeys(key for group in wishes.apart for key in group))
    problems = [
        (name, f"{key} is no published question of {ground.team}.")
        for name, keys in (("pinned", wishes.pinned), ("banned", wishes.banned), ("apart", apart))
        for key in keys
        if key not in there
    ]
    rated = {each.competency for row in ground.bank for each in row.criteria}
    problems += [
        ("raters", f"No question of {ground.team} rates {key}.") for key in wishes.raters if key not in rated
    ]
    if problems:
        raise InvalidInput("Some questions are not on offer.", problems=problems)


def known(ground: Ground, wishes: Wishes) -> LoopDesign | None:
    """The stored design, finished or not; None where nobody has asked."""
    found: LoopDesign | None = LoopDesign.objects.filter(
        team=ground.team, inputs=ground.inputs(wishes)
    ).first()
    return found


def ask(
    ground: Ground, wishes: Wishes, *, by: User | None, at_once: bool = False, whole: bool = True
) -> tuple[LoopDesign, Job | None]:
    """Have a worker look for the best loop; an answer that is known already, or on its way, is not sought again.

    ``at_once`` stores a first answer for those who look on meanwhile. ``whole`` asks for other lengths and the price of
    each rule besides, of a best that is known already too.

    Raises:
        InvalidInput: a question to ask or leave out is not on offer.
    """
    refuse_unknown(ground, wishes)
    with audit.recording("design.ask", by=by, team=ground.team):
        design, made = entered(ground, wishes, by=by)
        there = answer_of(design)
        if there is not None and (there.whole or not there.shape or design.stop_asked or not whole):
            return design, None
        if not made and design.stop_asked:
            LoopDesign.objects.filter(pk=design.pk).update(stop_asked=False)
        if at_once and not design.found:
            design.found = answer(ground, wishes, exact=False).stored()
            design.save(update_fields=["found"])
        job = enqueue(
            KIND,
            team=ground.team,
            payload={"design": design.pk, "whole": whole},
            unique_key=f"design:{design.pk}",
            by=by,
        )
    return design, job


def entered(ground: Ground, wishes: Wishes, *, by: User | None) -> tuple[LoopDesign, bool]:
    """The row for these inputs, and whether it is new."""
    return LoopDesign.objects.get_or_create(
        team=ground.team,
        inputs=ground.inputs(wishes),
        defaults={
            "profile": ground.profile,
            "wishes": wishes.as_dict(),
            "policy_version": ground.policy.version,
            "asked_by": by,
        },
    )


def ask_several(
    grounds: Sequence[Ground], wishes: Wishes, *, by: User | None
) -> tuple[LoopDesign, Job | None]:
    """Have a worker look for loops for several roles of a team that share sessions; known ones are not sought again.

    Raises:
        InvalidInput: too few or too many roles, or a question that is not on offer.
    """
    check_roles(grounds)
    refuse_unknown(grounds[0], wishes)
    first, *others = grounds
    with audit.recording("design.ask", by=by, team=first.team):
        design, _ = LoopDesign.objects.get_or_create(
            team=first.team,
            inputs=inputs_of_several(grounds, wishes),
            defaults={
                "profile": first.profile,
                "others": [ground.profile.pk for ground in others],
                "wishes": wishes.as_dict(),
                "policy_version": first.policy.version,
                "asked_by": by,
            },
        )
        if design.finished_at is not None:
            return design, None
        job = enqueue(
            SEVERAL, team=first.team, payload={"design": design.pk}, unique_key=f"design:{design.pk}", by=by
        )
    return design, job


def check_roles(grounds: Sequence[Ground]) -> None:
    """Raise InvalidInput for one role alone, a role twice, or more than can be told apart."""
    different = len({ground.profile.pk for ground in grounds})
    if different < len(grounds) or not FEWEST_ROLES <= different <= MOST_ROLES:
        raise InvalidInput(
            "Sessions are shared among a few roles.",
            problems=[("roles", f"Name {FEWEST_ROLES} to {MOST_ROLES} different roles.")],
        )


def inputs_of_several(grounds: Sequence[Ground], wishes: Wishes) -> str:
    """Hash of everything that loops for several roles depend on."""
    return content_hash({"together": [ground.inputs(wishes) for ground in grounds]})


def known_several(grounds: Sequence[Ground], wishes: Wishes) -> LoopDesign | None:
    """The stored design for several roles, finished or not; None where nobody has asked."""
    rows = LoopDesign.objects.filter(team=grounds[0].team, inputs=inputs_of_several(grounds, wishes))
    found: LoopDesign | None = rows.first()
    return found


def work_out_several(
    design: LoopDesign, grounds: Sequence[Ground], *, on_step: Callable[[Sharing], bool]
) -> SeveralAnswer:
    """Look for the best loops for several roles, and store them."""
    found = several(grounds, Wishes.from_dict(design.wishes), seconds=SEVERAL_SECONDS, on_step=on_step)
    design.found, design.finished_at = found.stored(), timezone.now()
    design.save(update_fields=["found", "finished_at"])
    return found


def grounds_of(team: Team, profiles: Sequence[RoleProfile]) -> list[Ground]:
    """What designs for several roles of a team rest on: the bank and the policy are read once."""
    first, *others = profiles
    ground = ground_of(team, first)
    return [ground, *(replace(ground, profile=each) for each in others)]


def stop(design: LoopDesign, *, by: User | None) -> None:
    """Keep the best so far."""
    with audit.recording("design.stop", by=by, team=design.team):
        LoopDesign.objects.filter(pk=design.pk).update(stop_asked=True)


def work_out(
    design: LoopDesign,
    ground: Ground,
    *,
    seconds: float = SECONDS,
    on_progress: Callable[[Progress], bool | None] | None = None,
    whole: bool = False,
    go_on: Callable[[], bool] = lambda: True,
) -> Answer:
    """Look for the best loop, and store it; ``whole`` with the best for other lengths and the price of each rule.

    What has been found before stays, and only what it lacks is worked out; ``go_on`` is asked between the steps.
    """
    wishes = Wishes.from_dict(design.wishes)
    found = answer_of(design)
    if found is None:
        found = answer(ground, wishes, seconds=seconds, on_progress=on_progress)
    if found.shape and whole and go_on():
        lengths = frontier_of(ground, wishes, seconds=FRONTIER_SECONDS, go_on=go_on)
        prices = prices_of(ground, wishes, found, seconds=PRICE_SECONDS, go_on=go_on)
        found = replace(found, frontier=lengths, prices=prices, whole=True)
    design.found, design.finished_at = found.stored(), timezone.now()
    design.save(update_fields=["found", "finished_at"])
    return found


def answer_of(design: LoopDesign | None) -> Answer | None:
    """What a finished design found; None where there is none yet."""
    return None if design is None or design.finished_at is None else so_far(design)


def so_far(design: LoopDesign | None) -> Answer | None:
    """What a design holds by now, a first answer perhaps; None where there is nothing."""
    return Answer.read(design.found) if design is not None and design.found else None
