"""What a command says when it cannot go on: one line for what an operator can put right, a traceback for the rest."""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error


def one_line(error: BaseException) -> str | None:
    """The line, or None where the fault is the program's."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if not isinstance(error, Error):
        return None
    from config.database_away import is_away  # needs settings, which are there once a database was asked

    # The driver's first line names what is wrong; the others guess at causes.
    said = (str(error).strip().splitlines() or ["no reason given"])[0]
    state = getattr(error.__cause__, "sqlstate", None)
    if is_away(error):
        return f"the database does not answer: {said}"
    if state == "42501":
        return f"the database refuses this to the role that asked: {said}"
    if state == "42P01":
        return f"the database lacks a table ({said}): run `manage.py migrate` first."
    return None
