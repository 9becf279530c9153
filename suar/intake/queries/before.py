"""What a source stated before an instant: its word as it stood then, as if nothing had come since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.canonical import packed, unpacked
from suar.intake.queries.batches import Stated
from suar.vault.queries import DEFAULT, token, unseal

# By the source's own version, as acceptance decides it; a row that vanished, or that a new list took back, is a statement too.
BEFORE = """
SELECT DISTINCT ON (r.kind, r.ident) r.id, r.batch, r.source, r.agency, r.kind, r.subject, r.version, r.stated_at, r.content, r.sealed, b.media
FROM intake_record r JOIN intake_batch b ON b.id = r.batch
WHERE r.source = %s AND r.subject = ANY(%b) AND b.received_at < %s
ORDER BY r.kind, r.ident, r.version DESC, r.content DESC
"""


def stated_before(subjects: Sequence[UUID], source: str, before: datetime, *, wall: str = DEFAULT) -> list[Stated]:
    """The records of these subjects that were current before that instant and not withdrawn."""
    with connections[wall].cursor() as cursor:
        cursor.execute(BEFORE, [source, list(subjects), before])
        return sorted(opened(cursor.fetchall(), wall), key=lambda one: one.id)


def opened(rows: Sequence[tuple[Any, ...]], wall: str) -> Iterator[Stated]:
    for id_, batch, source, agency, kind, subject, version, stated_at, content, sealed, media in rows:
        body = unpacked(unseal(sealed, about=id_.bytes, wall=wall))
        at = stated_at.isoformat() if stated_at else ""
        taken_back = token("content", packed([body["values"], at, True, body["subject_id"]]).decode(), wall=wall)
        if media == "vanished" or bytes(content) == taken_back:
            continue
        own = "" if body["stamped"] else version
        yield Stated(
            id_, batch, source, agency, kind, subject, own, stated_at, body["record_id"], body["values"], False
        )
