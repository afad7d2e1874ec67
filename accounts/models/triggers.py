"""Database triggers shared by the apps."""

import pgtrigger
from django.db import models


class Both(pgtrigger.Condition):
    """True where every condition is; the library's own do not combine with one another."""

    def __init__(self, *conditions: pgtrigger.Condition) -> None:
        self.conditions = conditions

    def resolve(self, model: type[models.Model]) -> str:
        """Return the conditions' SQL, joined by AND."""
        parts = " AND ".join(
            f"({condition.resolve(model)})"  # type: ignore[no-untyped-call]
            for condition in self.conditions
        )
        return f"({parts})"


class FrozenWithParent(pgtrigger.Trigger):
    """Keeps the rows of a published parent as they are: no insert, update or delete.

    ``parent`` is the parent's table, ``fk`` the column that points to it. Deleting a
    whole draft is possible, since its status is read from the parent.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("parent_status", "TEXT")]

    def __init__(self, *, name: str, parent: str, fk: str, via: tuple[str, str] | None = None) -> None:
        """``via`` = (table, its column to the parent) where the row hangs one level deeper."""
        if via is None:
            lookup = f'SELECT status INTO parent_status FROM "{parent}" WHERE id = {{row}}.{fk};'
        else:
            table, column = via
            lookup = (
                f'SELECT p.status INTO parent_status FROM "{table}" v '
                f'JOIN "{parent}" p ON p.id = v.{column} WHERE v.id = {{row}}.{fk};'
            )
        refuse = (
            "IF parent_status IN ('published', 'retired') THEN "
            f"RAISE EXCEPTION 'pgtrigger: rows of a published {parent} cannot change'; END IF;"
        )
        body = (
            "IF TG_OP <> 'INSERT' THEN " + lookup.format(row="OLD") + refuse + " END IF; "
            "IF TG_OP <> 'DELETE' THEN " + lookup.format(row="NEW") + refuse + " RETURN NEW; END IF; "
            "RETURN OLD;"
        )
        super().__init__(name=name, func=body)
