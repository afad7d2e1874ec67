"""What people could read of an application before they wrote about it: blindness as a history.

A card that is written now may have been preceded by hours in which its author read everybody else's. So the first time
somebody could see others' cards of an application is kept for good, and a card submitted after it says so.
"""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.history import held_since
from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import members_with
from accounts.permissions import Permission
from hiring.pipeline.models import Application, Assignment
from hiring.scoring.models import Scorecard, ScorecardQuerySet
from hiring.scoring.states import SeenBefore
from hiring.scoring.visibility import owes_on, visible_scorecards


@pghistory.track()
class FirstSight(TeamOwned):
    """When a person could first see others' scorecards of an application, and when first after the reveal.

    Born the first time it was so and never deleted; ``revealed_at`` is filled in once, when the debrief was open.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sights")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["application", "first_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "user"], name="one_first_sight"),
        ]

    def __str__(self) -> str:
        return f"{self.user} could see {self.application}"


def others_cards(application_id: int, user: User, *, as_if_nothing_owed: bool = False) -> ScorecardQuerySet:
    """Colleagues' cards of one application that ``user`` sees; or would see, if they owed none."""
    cards: ScorecardQuerySet = Scorecard.objects.filter(interview__application=application_id)
    return visible_scorecards(cards.exclude(interviewer=user), user, as_if_nothing_owed=as_if_nothing_owed)


def remember(user: User, application: Application) -> None:
    """Keep that ``user`` sees others' cards of ``application`` now, if they do. Two queries where it is known."""
    known = FirstSight.objects.filter(application=application, user=user).first()
    if known is not None and (known.revealed_at is not None or application.debriefed_at is None):
        return
    if others_cards(application.pk, user).exists():
        _keep(application, [user.pk])


def remember_before(assignment: Assignment) -> None:
    """Keep what the holder of a new assignment could see before it made them owe a card."""
    application, user = assignment.interview.application, assignment.interviewer
    if owes_on(application.pk, user, besides=assignment):
        return
    if others_cards(application.pk, user, as_if_nothing_owed=True).exists() or _was_a_reader(
        user, application
    ):
        _keep(application, [user.pk])


def _was_a_reader(user: User, application: Application) -> bool:
    """Whether a role held for a while since the reveal let ``user`` read, though their present one does not."""
    revealed = application.debriefed_at
    return revealed is not None and held_since(user, application.team_id, Permission.VIEW_DEBRIEF, revealed)


def remember_reveal(application: Application) -> None:
    """Keep who can see the cards of ``application`` now that its debrief is open: readers and its interviewers."""
    panel = Assignment.objects.filter(interview__application=application, released_at=None)
    readers = User.objects.filter(pk__in=members_with(application.team_id, Permission.VIEW_DEBRIEF))
    wrote = User.objects.filter(pk__in=panel.filter(submitted_at__isnull=False).values("interviewer"))
    owing = Assignment.objects.owing().filter(interview__application=application).values("interviewer")
    people = (readers | wrote).exclude(pk__in=owing).distinct()
    _keep(application, list(people.values_list("pk", flat=True)))


def _keep(application: Application, people: list[int]) -> None:
    now = timezone.now()
    revealed = now if application.debriefed_at is not None else None
    FirstSight.objects.bulk_create(
        (
            FirstSight(
                team_id=application.team_id,
                application=application,
                user_id=pk,
                first_at=now,
                revealed_at=revealed,
            )
            for pk in people
        ),
        ignore_conflicts=True,
    )
    if revealed is not None:
        FirstSight.objects.filter(application=application, user__in=people, revealed_at=None).update(
            revealed_at=revealed
        )


def seen_before(card: Scorecard) -> SeenBefore:
    """What the author of a draft could have read until now.

    Nothing of it is read from the card: a draft may lie for weeks in which its author was let off, read everything and
    was taken back.
    """
    application_id, author = card.interview.application_id, card.interviewer
    seen = others_cards(application_id, author)
    if card.written_by is not None and others_cards(application_id, card.written_by).exists():
        return SeenBefore.OTHERS  # whoever writes down for somebody may have read, and chooses the words
    if card.version > 1:
        # Whoever amends has submitted, and sees what the team's blind mode lets them see.
        return SeenBefore.OTHERS if seen.exists() else SeenBefore.NOTHING
    # Somebody who owes a card sees others' only where the team says that nothing is blind.
    same, revealed = Q(interview=card.interview_id), Q(interview__application__debriefed_at__isnull=False)
    if seen.filter(same | revealed).exists():
        return SeenBefore.OTHERS
    sight = FirstSight.objects.filter(application=application_id, user=author).first()
    if sight is None:
        return SeenBefore.EARLIER if seen.exists() else SeenBefore.NOTHING
    taken = Assignment.objects.get(interview=card.interview_id, interviewer=author).assigned_at
    beside = Scorecard.objects.submitted().filter(interview=card.interview_id, submitted_at__lt=taken)
    if sight.revealed_at is not None or beside.exclude(interviewer=author).exists():
        return SeenBefore.OTHERS
    return SeenBefore.EARLIER
