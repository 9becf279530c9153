"""Adopted versions of policy tables: facts, never changed."""

from __future__ import annotations

from django.db import models


class Version(models.Model):
    """One adopted table: its name (`advice/expected`), its hash, its parsed content, by whom and from when."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    sha256 = models.TextField()
    content = models.JSONField()
    in_force_from = models.DateTimeField()
    adopted_by = models.UUIDField()
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "policies_version"
