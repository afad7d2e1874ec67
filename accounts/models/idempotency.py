"""Answers already given, so that a repeated request has one effect."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """One client-chosen key of one person's write through the API.

    Born with the first request that names it, in the transaction of the write itself. A replay gets the
    answer kept here; another body under the same key is refused. Never changed; old ones may be deleted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=500)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_one_row_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
