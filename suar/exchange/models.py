"""The outbox and its readers' places. DDL in the migration."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Outgoing(models.Model):
    """One event in the outbox, written in the transaction of what it tells."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    type = models.TextField()
    giver = models.TextField()
    thing = models.UUIDField()
    subject = models.UUIDField(null=True)
    classes = ArrayField(models.TextField())
    effect = models.TextField()

    class Meta:
        managed = False
        db_table = "exchange_outbox"
