"""Reports that were made: the only table of this app; everything else it shows is read elsewhere."""

from functools import reduce
from operator import or_
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.text import slugify

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import team_ids_with
from jobs.models import Job
from reports import kinds


class ReportQuerySet(TeamQuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Reports the user has every right of their kind to read, and that no rule withholds."""
        if not user.is_authenticated:
            return self.none()
        readable = models.Q(pk__in=[])
        for kind in kinds.all_kinds():
            teams = [set(team_ids_with(user, permission)) for permission in kind.permissions]
            readable |= models.Q(kind=kind.key, team_id__in=set.intersection(*teams))
        return self.released_to(user).filter(readable)

    def released_to(self, user: User) -> Self:
        """Reports of known kinds that no rule withholds from the user, whatever the rights.

        Blindness counts here as everywhere: a file tells no less than the page it was made from.
        """
        released = (models.Q(kind=kind.key) & ~models.Q(kind.withheld(user)) for kind in kinds.all_kinds())
        return self.filter(reduce(or_, released, models.Q(pk__in=[])))


@pghistory.track()
class Report(TeamOwned):
    """One PDF that somebody asked for about one subject.

    Born with the request and its job; the worker adds the file, its hash, pages and provenance once, and
    nothing changes after that. It stays when its subject goes: what was printed and forwarded is on record.
    ``subject_id`` is the id of a row of the table that the kind reports on, so a kind needs no column.
    """

    kind = models.CharField(max_length=40, choices=kinds.choices)
    subject_id = models.BigIntegerField(
        help_text="Id of the row the report is about; its kind says of which table."
    )
    title = models.CharField(max_length=200)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    paper = models.CharField(max_length=8, default="a4", choices=[("a4", "A4"), ("letter", "US Letter")])
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to="reports/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    provenance = models.JSONField(
        default=dict, help_text="Versions, hashes, run and policy the numbers came from."
    )

    objects: ClassVar = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["team", "kind", "subject_id"], name="report_by_subject")]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        return f"{slugify(self.title)}.pdf"
