"""The room's one table: DDL in the migration."""

from __future__ import annotations

from django.db import models


class Report(models.Model):
    """A tip, the answer to a question, or an education session. What was said is sealed."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    at = models.DateTimeField()
    region = models.TextField()
    agency = models.TextField()
    by = models.UUIDField()
    sealed = models.BinaryField()
    source_grade = models.TextField()
    content_grade = models.TextField()
    expires_at = models.DateTimeField()
    answers = models.UUIDField(null=True)
    key = models.TextField()

    class Meta:
        managed = False
        db_table = "tips_report"

    @property
    def graded(self) -> bool:
        return bool(self.source_grade and self.content_grade)

    @property
    def state(self) -> str:
        """The code under which the sender sees how far his report has come."""
        if self.answers:
            return "answered"
        return "graded" if self.graded else "received"
