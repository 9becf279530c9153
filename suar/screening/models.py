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


class Interview(models.Model):
    """One interview under one adopted questionnaire; `sealed` holds who interprets, who accompanies, and where."""

    id = models.UUIDField(primary_key=True)
    screening = models.UUIDField()
    at = models.DateTimeField()
    agency = models.TextField()
    office = models.TextField()
    desk = models.TextField()
    officer = models.UUIDField()
    purpose = models.TextField()
    questionnaire = models.TextField()
    version = models.IntegerField()
    sha256 = models.TextField()
    language = models.TextField()
    rights_read_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        managed = False
        db_table = "screening_interview"


class Answer(models.Model):
    """One answer as it was given; the newest of a question stands. `code` for a choice, `sealed` for words."""

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField()  # given by the table: the order in which answers were kept
    interview = models.UUIDField()
    at = models.DateTimeField()
    agency = models.TextField()
    officer = models.UUIDField()
    question = models.TextField()
    code = models.TextField()
    sealed = models.BinaryField(null=True)
    token = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "screening_answer"


class InterviewEnd(models.Model):
    """How an interview ended: what the answers sum to, and which newer screening weighs them."""

    interview = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    agency = models.TextField()
    officer = models.UUIDField()
    newer = models.UUIDField()
    sum = models.IntegerField(null=True)
    differences = models.IntegerField()
    protects = models.BooleanField()
    sealed = models.BinaryField()

    class Meta:
        managed = False
        db_table = "screening_interview_end"


class Call(models.Model):
    """Somebody at this desk needs the protection desk now: he asked for it, or the officer gave the silent sign."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    agency = models.TextField()
    office = models.TextField()
    desk = models.TextField()
    officer = models.UUIDField()
    interview = models.UUIDField()
    kind = models.TextField()

    class Meta:
        managed = False
        db_table = "screening_call"


class CallAttended(models.Model):
    """What came of a call: somebody went there, or it was a mistake."""

    call = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    agency = models.TextField()
    officer = models.UUIDField()
    what = models.TextField()

    class Meta:
        managed = False
        db_table = "screening_call_attended"


class RatingDue(models.Model):
    """Who was drawn to rate an interview's answers without having held it; nobody named: whoever fits may."""

    pk = models.CompositePrimaryKey("interview", "turn")
    interview = models.UUIDField()
    turn = models.SmallIntegerField()
    at = models.DateTimeField()
    agency = models.TextField()
    office = models.TextField()
    officer = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "screening_rating_due"


class Rating(models.Model):
    """What one officer says the answers are a sign of: the whole, and question by question."""

    pk = models.CompositePrimaryKey("interview", "turn")
    interview = models.UUIDField()
    turn = models.SmallIntegerField()
    at = models.DateTimeField()
    agency = models.TextField()
    office = models.TextField()
    officer = models.UUIDField()
    overall = models.TextField()
    sure = models.SmallIntegerField()
    marks = models.JSONField()

    class Meta:
        managed = False
        db_table = "screening_rating"
