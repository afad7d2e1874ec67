"""Turns what accounts announce into facts: accounts are the ground on which events stand, and import nothing."""

from typing import Any

from django.dispatch import receiver

from accounts.models import Membership, User
from accounts.signals import member_left
from events.actions import record
from events.facts import MEMBER_LEFT


@receiver(member_left, dispatch_uid="events.member_left")
def _left(sender: type[Membership], *, member: Membership, by: User | None, **_: Any) -> None:
    record(MEMBER_LEFT, member, team=member.team, by=by, user=member.user_id)
