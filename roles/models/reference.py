"""Reference tables that come with content: contrast table, causes, numbers with their cautions."""

from typing import ClassVar

import pghistory
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet


class ReferenceTableQuerySet(TeamQuerySet["ReferenceTable"]):
    includes_library = True


@pghistory.track()
class ReferenceTable(TeamOwned):
    """One named part of a content pack's reference or meta file, kept as it was written.

    Imports make it and change it in place; nobody edits it by hand. A table that a later pack no longer holds
    stays, since an import deletes nothing.
    """

    section = models.CharField(max_length=20, help_text="reference or meta")
    key = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField()

    objects: ClassVar = ReferenceTableQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "section", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "section", "key"], name="reference_key_in_section"),
        ]

    def __str__(self) -> str:
        return self.key
