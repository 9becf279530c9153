"""How much a source usually says in a day, and what is far above it: first a finding, then held until a person has looked (SECURITY T06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db import connections

from suar.core.standard.mapping import Guard
from suar.core.standard.survey import Finding
from suar.intake.actions.accept import ReadBatch
from suar.intake.actions.rows import message_of
from suar.intake.queries.batches import Batch
from suar.vault.queries import DEFAULT

DAY = timedelta(days=1)
DAYS = 28  # that tell what is usual: four weeks, so that each day of the week is among them four times
ENOUGH = 7  # days on which it said anything new; with fewer nobody can say what is usual
FAST, HELD = "guard.volume", "guard.velocity"

# New statements a day: what came again word for word says nothing of a rhythm.
USUAL = """
SELECT sum(accepted + remarked)::bigint FROM intake_batch
WHERE source = %s AND received_at > %s AND received_at <= %s AND accepted + remarked > 0
GROUP BY floor(extract(epoch FROM (%s - received_at)) / 86400)
"""
TODAY = "SELECT coalesce(sum(accepted + remarked), 0) FROM intake_batch WHERE source = %s AND received_at > %s AND received_at <= %s"
SEEN = "SELECT count(*) FROM intake_inbox WHERE source = %s AND message = ANY(%b)"


@dataclass(frozen=True, slots=True)
class Pace:
    """New statements within a day, this batch among them, beside those of a usual day."""

    today: int
    usual: int

    def above(self, permille: int, least: int) -> bool:
        return self.today > max(least, self.usual * permille // 1000)


def pace_of(kept: Batch, read: ReadBatch, *, wall: str) -> Pace | None:
    """None where it is not known what is usual. A usual day is the middle one of those on which the source said anything new: one great
    delivery, such as the first, moves it nowhere.
    """
    begun = kept.received_at - DAY
    with connections[wall].cursor() as cursor:
        cursor.execute(USUAL, [kept.source, begun - DAYS * DAY, begun, begun])
        days = [int(count) for (count,) in cursor.fetchall()]
        if len(days) < ENOUGH:
            return None
        cursor.execute(TODAY, [kept.source, begun, kept.received_at])
        before = int(cursor.fetchone()[0])
        messages = {message_of(record, wall=wall) for _, record, _ in read.taken}
        cursor.execute(SEEN, [kept.source, sorted(messages)])
        seen = int(cursor.fetchone()[0])
    return Pace(before + len(messages) - seen, int(median(days)))


def too_fast(kept: Batch, read: ReadBatch, guard: Guard, *, wall: str = DEFAULT) -> tuple[str, Finding | None]:
    """The code for which a batch stops itself, "" where it may go on, and what is to be said of it. A person who looked lets it go on."""
    if not read.taken or kept.released:
        return "", None
    pace = pace_of(kept, read, wall=wall)
    if pace is None or not pace.above(guard.volume_high_permille, guard.from_records):
        return "", None
    held = pace.above(guard.volume_hold_permille, guard.from_records)
    code = HELD if held else FAST
    return code if held else "", Finding(code=code, native="", count=pace.today, rows=pace.usual)
