"""Errors of actions, with text a person can act on."""


class ActionError(Exception):
    """Something cannot be done now; the text says what is wrong and how to mend it.

    ``problems`` lists single faults (field or item, text) where there are several.
    Forms show them, the API answers 409 (or 422 for bad input), commands exit 2.
    """

    status = 409

    def __init__(self, message: str, *, problems: list[tuple[str, str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems or []


class InvalidInput(ActionError):
    """The input itself is wrong, whatever the state."""

    status = 422


class Frozen(ActionError):
    """The thing is published, submitted or decided and cannot change."""


class Conflict(ActionError):
    """Somebody else changed it meanwhile."""
