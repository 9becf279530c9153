"""Adopted versions of policy tables, and how they come about: proposals, rulings, trials and shadow runs. Facts, never changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Version(models.Model):
    """One adopted table: its name (`advice/expected`), its hash, its parsed content and its text, by whom and from when."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    sha256 = models.TextField()
    content = models.JSONField()
    in_force_from = models.DateTimeField()
    adopted_by = models.UUIDField()
    reason = models.TextField()
    written = models.TextField(default="")
    proposal = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "policies_version"


class Signed(models.Model):
    """Who did it, from which seat: agency and office are written by the database, from the posting."""

    at = models.DateTimeField()
    by = models.UUIDField()
    role = models.TextField()
    agency = models.TextField(default="")
    office = models.TextField(default="")
    desk = models.TextField()

    class Meta:
        abstract = True


class Proposal(Signed):
    """A whole changed table beside the adopted one."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    written = models.TextField()
    content = models.JSONField()
    sha256 = models.TextField()
    of = models.UUIDField()
    again = models.UUIDField(null=True)
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "policies_proposal"


class Ruling(Signed):
    """Adopted, declined or withdrawn, once."""

    proposal = models.UUIDField(primary_key=True)
    ruling = models.TextField()
    in_force_from = models.DateTimeField(null=True)
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "policies_ruling"


class Trial(Signed):
    """A proposal weighed over past screenings: how far it is, and what it counted."""

    id = models.UUIDField(primary_key=True)
    proposal = models.UUIDField()
    last = models.IntegerField()
    place = models.UUIDField(null=True)
    done = models.IntegerField(default=0)
    of = models.IntegerField(null=True)
    counts = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "policies_trial"


class Run(Signed):
    """A proposal weighed beside the live version, on what is asked between two instants."""

    id = models.UUIDField(primary_key=True)
    proposal = models.UUIDField()
    name = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "policies_run"


class RunEnd(Signed):
    """A shadow run that was ended before its time."""

    run = models.UUIDField(primary_key=True)

    class Meta:
        managed = False
        db_table = "policies_run_end"


class Compared(models.Model):
    """What one screening was advised live and in shadow, and the group it counts in. Read by the comparison alone."""

    pk = models.CompositePrimaryKey("run", "screening")
    run = models.UUIDField()
    screening = models.UUIDField()
    at = models.DateTimeField()
    office = models.TextField()
    province = models.TextField()
    sex = models.TextField()
    age_band = models.TextField()
    live = models.TextField()
    shadow = models.TextField()
    gained = ArrayField(models.TextField())
    lost = ArrayField(models.TextField())

    class Meta:
        managed = False
        db_table = "policies_compared"
