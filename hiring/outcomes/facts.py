"""What outcome reviews tell others."""

from events.kinds import declare

REVIEWED = declare("outcome.reviewed", "How a hire does on the job was recorded.", ids=("application",))
