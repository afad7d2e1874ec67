"""What loops tell others."""

from events.kinds import declare

PUBLISHED = declare("loop.published", "A version of a loop was published.", ids=("profile",))
