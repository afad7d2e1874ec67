"""Facts about members. Accounts stand below events and announce them by a signal of their own."""

from events.kinds import declare

MEMBER_LEFT = declare(
    "member.left", "A membership was ended; the person reaches nothing of the team.", ids=("user",)
)
