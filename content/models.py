"""Things that are published as immutable, content-hashed versions.

Identity is (team, kind, key, version). A draft may change; a published version
never does: triggers in the database refuse it, whoever writes. An edit makes a
new draft with the next version number.
"""

from collections.abc import Sequence
from typing import Self, TypeVar

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.models.teams import TeamOwned, TeamQuerySet, key_validator
from accounts.models.triggers import Both


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


V = TypeVar("V", bound="Versioned")


class VersionedQuerySet(TeamQuerySet[V]):
    includes_library = True

    def published(self) -> Self:
        """Versions that may be used."""
        return self.filter(status=Status.PUBLISHED)

    def drafts(self) -> Self:
        """Versions that may still change."""
        return self.filter(status=Status.DRAFT)

    def newest(self) -> Self:
        """The highest version of each key in each team, whatever its status."""
        newer = self.model._default_manager.filter(  # noqa: SLF001 -- Django's documented default manager
            team_id=models.OuterRef("team_id"),
            key=models.OuterRef("key"),
            version__gt=models.OuterRef("version"),
        )
        return self.filter(~models.Exists(newer))

    def latest_published(self) -> Self:
        """The highest published version of each key in each team."""
        newer = self.model._default_manager.filter(  # noqa: SLF001 -- Django's documented default manager
            team_id=models.OuterRef("team_id"),
            key=models.OuterRef("key"),
            status=Status.PUBLISHED,
            version__gt=models.OuterRef("version"),
        )
        return self.published().filter(~models.Exists(newer))


class Versioned(TeamOwned):
    """One version of a competency, role profile, rating scale, question or loop.

    A row is born as a draft: by hand, as the next version of what stands, as a copy, or by an import, which
    publishes it in the same transaction. A draft changes freely and may be deleted. A published row never
    changes, but for its status and for what its table's triggers leave free, and is never deleted; retired, it
    is no longer offered and goes on serving whatever uses it.
    """

    key = models.SlugField(max_length=80, validators=[key_validator])
    version = models.PositiveIntegerField(default=1, editable=False)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False, db_index=True
    )
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Where a copy came from, so that later updates of the source can be offered as a merge.
    source_team_key = models.CharField(max_length=60, blank=True, editable=False)
    source_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Provenance in the words of the content pack: which article, how close to it.
    source = models.JSONField(default=list, blank=True, help_text="Keys of the sources this was drawn from.")
    basis = models.CharField(max_length=200, blank=True)
    # Whatever a pack says that no column holds; exported again unchanged.
    extra = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.status == Status.DRAFT

    @property
    def is_frozen(self) -> bool:
        """Published and retired versions never change again."""
        return not self.is_draft

    @property
    def from_pack(self) -> bool:
        """Whether it, or what it was copied or drawn from, came with a content pack."""
        return bool(self.source or self.basis or self.source_team_key)

    @property
    def label(self) -> str:
        """Key and version as printed on reports, for example ``production_ai_loop v2``."""
        return f"{self.key} v{self.version}"


def version_constraints(name: str) -> list[models.BaseConstraint]:
    """Constraints every versioned table carries; ``name`` prefixes their names."""
    return [
        models.UniqueConstraint(fields=["team", "key", "version"], name=f"{name}_one_row_per_version"),
        models.UniqueConstraint(
            fields=["team", "key"],
            condition=models.Q(status=Status.DRAFT),
            name=f"{name}_one_draft_per_key",
        ),
        models.CheckConstraint(
            condition=models.Q(status=Status.DRAFT) | ~models.Q(content_hash=""),
            name=f"{name}_published_has_hash",
        ),
    ]


LIFECYCLE_FIELDS: list[str] = ["status", "retired_at"]


def frozen_triggers(*, free: Sequence[str] = ()) -> list[pgtrigger.Trigger]:
    """Triggers that keep a published version's own columns as they are; ``free`` ones may still change."""
    frozen = pgtrigger.Q(old__status__in=[Status.PUBLISHED, Status.RETIRED])
    return [
        pgtrigger.Protect(
            name="frozen_update",
            operation=pgtrigger.Update,
            condition=Both(frozen, pgtrigger.AnyChange(exclude=[*LIFECYCLE_FIELDS, *free])),
        ),
        pgtrigger.Protect(name="frozen_delete", operation=pgtrigger.Delete, condition=frozen),
        pgtrigger.Protect(
            name="no_return_to_draft",
            operation=pgtrigger.Update,
            condition=frozen & pgtrigger.Q(new__status=Status.DRAFT),
        ),
    ]
