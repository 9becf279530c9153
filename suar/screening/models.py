"""One screening: what was asked, advised and decided. DDL, constraints and the trigger stand in the migration."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Screening(models.Model):
    """`sealed` holds question and answer; the advice, who sat there and what he decided are columns."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    agency = models.TextField()
    office = models.TextField()
    desk = models.TextField()
    lane = models.TextField()
    officer = models.UUIDField()
    purpose = models.TextField()
    reference = models.BinaryField()
    person = models.UUIDField(null=True)
    subjects = ArrayField(models.UUIDField())
    advice = models.TextField()
    policy = models.TextField()
    sealed = models.BinaryField()
    took_ms = models.IntegerField()
    superseded_by = models.UUIDField(null=True)
    decision = models.TextField(null=True)
    reason = models.TextField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    supervisor = models.UUIDField(null=True)
    ground = models.TextField(default="")
    coded = models.TextField(default="")
    signature = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "screening_screening"
