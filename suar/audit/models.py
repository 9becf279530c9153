"""The log's one table. The DDL stands in the migration: partitioned by month, append-only."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """One entry. `body` is what was hashed; nothing in it is personal except what is sealed."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    what = models.TextField()
    agency = models.TextField()
    actor = models.UUIDField()
    shown = models.BooleanField()  # true when it says that somebody was shown something
    about = ArrayField(models.UUIDField())
    body = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_entry"
