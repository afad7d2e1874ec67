"""What the question bank tells others."""

from events.kinds import declare

LEAKED = declare("question.leaked", "The leak discount of a question was set.", ids=("exposure",))
