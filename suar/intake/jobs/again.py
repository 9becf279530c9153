"""What good keys said under messages of a key that is believed no longer, and was returned to them then: taken now, as it would have been
had the other never come (docs/decisions/0043). Their bytes are kept; they are read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connections

from suar.audit.actions import append
from suar.core.act import Act
from suar.exchange.actions import publish_many
from suar.intake.actions.accept import accepted_events
from suar.intake.actions.repeated import BELIEVED
from suar.intake.actions.rows import Row, correction_of, row_of
from suar.intake.actions.write import insert_records
from suar.intake.jobs.reading import reading_of
from suar.intake.queries.batches import Batch, batch
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import Left
from suar.vault.queries import DEFAULT, first_id

# Returned since then, by whoever is believed, for no more than that the message was known with other content; not taken yet.
RETURNED = f"""
SELECT t.batch, array_agg(t.position ORDER BY t.id), array_agg(t.kind ORDER BY t.id), array_agg(t.id ORDER BY t.id)
FROM intake_returned t JOIN intake_batch b ON b.id = t.batch
WHERE t.source = %(source)s AND t.quarantined AND t.id >= %(first)s AND b.size > 0 AND coalesce(b.doubt, '') = ''
AND {BELIEVED.format(at="b.received_at", key="b.key")} AND NOT EXISTS (SELECT 1 FROM intake_record r WHERE r.id = t.id)
GROUP BY t.batch ORDER BY min(t.id::text)
"""


def take_again(changed: Iterable[Left], left: Sequence[Left], *, act: Act, wall: str = DEFAULT) -> None:
    """Take what stood behind a message of somebody who is `left`. In the caller's transaction, as the hub. The second time nothing is
    left to take.
    """
    assert connections[wall].in_atomic_block
    for source in sorted({one.source for one in changed}):
        mine = [one for one in left if one.source == source]
        taken: dict[bytes, frozenset[str]] = {}
        if any(one.key for one in mine):  # of a source by whatever way, everybody else's word is left out as well
            for id_, places in returned_since(source, mine, wall).items():
                kept = batch(id_, wall=wall)
                assert kept
                keep(kept, once(rows_again(kept, places, mine, act, wall), taken), act, wall)


def once(rows: Sequence[Row], taken: dict[bytes, frozenset[str]]) -> list[Row]:
    """Of one message the first, and one correction of it, as acceptance takes them. `taken`: which fields a further one may still give."""
    found = []
    for row in rows:
        first = row.message not in taken
        if first or row.left_out < taken[row.message]:
            taken[row.message] = row.left_out if first and not row.corrects else frozenset()
            found.append(row)
    return found


def returned_since(source: str, left: Sequence[Left], wall: str) -> dict[UUID, dict[tuple[int, str], UUID]]:
    """Batch to the places and kinds of its rows that may be taken now, and the id under which each was returned."""
    told: dict[str, Any] = {"source": source, "first": first_id(min(one.since for one in left))}
    told |= {"keys": [one.key for one in left], "sinces": [one.since for one in left]}
    with connections[wall].cursor() as cursor:
        cursor.execute(RETURNED, told)
        return {
            id_: {(place, kind): row for place, kind, row in zip(*columns, strict=True)}
            for id_, *columns in cursor.fetchall()
        }


# By which record each message is known now, whether its sender is believed, and which fields could not be read in it.
KNOWN = f"""
SELECT i.message, r.id, r.batch, r.position, {BELIEVED.format(at="b.received_at", key="b.key")},
    ARRAY(SELECT remark->>'field' FROM jsonb_array_elements(r.remarks) remark WHERE remark ? 'left_out')
FROM intake_inbox i JOIN intake_record r ON r.id = i.record JOIN intake_batch b ON b.id = r.batch
WHERE i.source = %(source)s AND i.message = ANY(%(messages)s::bytea[])
"""


def rows_again(
    kept: Batch, places: dict[tuple[int, str], UUID], left: Sequence[Left], act: Act, wall: str
) -> list[Row]:
    """A record has the id under which its row was returned: so it stands where it was read. Taken is what was not said otherwise before it by
    somebody who is believed; which of several stands is decided from all of them.
    """
    known = sources(act.at)
    reading = reading_of(kept, known[kept.source], known.standard, wall)
    rows = []
    for place, record, stamped in (one for side in reading.sides() for one in side.taken):
        if id_ := places.get((place, record.kind)):
            row = row_of(place, record, stamped, act, wall)
            row.id, row.state = id_, "remarked" if record.remarks else "accepted"
            rows.append(row)
    return unsaid_before(rows, kept, left, wall)


def unsaid_before(rows: Sequence[Row], kept: Batch, left: Sequence[Left], wall: str) -> list[Row]:
    """Those of these rows before which nobody who is believed said otherwise, nor corrected what they correct."""
    corrections = {row.message: correction_of(row.message, wall=wall) for row in rows}
    told: dict[str, Any] = {"source": kept.source, "messages": [*corrections, *corrections.values()]}
    told |= {"keys": [one.key for one in left], "sinces": [one.since for one in left]}
    with connections[wall].cursor() as cursor:
        cursor.execute(KNOWN, told)
        known = {
            bytes(message): ((id_.int >> 80, batch_id, place), frozenset(unread))
            for message, id_, batch_id, place, believed, unread in cursor.fetchall()
            if believed
        }
    found = []
    for row in rows:
        when = (row.id.int >> 80, kept.id, row.place)
        first, correction = (known.get(message) for message in (row.message, corrections[row.message]))
        if first is None or first[0] >= when:
            found.append(row)
        elif row.left_out < first[1] and not (correction and correction[0] < when):
            row.corrects = True
            found.append(row)
    return found


def keep(kept: Batch, rows: Sequence[Row], act: Act, wall: str) -> None:
    """What was returned is told as accepted: to the same agencies as at any other time."""
    if not rows:
        return
    insert_records(rows, kept, wall)
    append(
        "batch.read_again", act, about=[kept.id, *(r.id for r in rows)], wall=wall, source=kept.source, rows=len(rows)
    )
    if wall == DEFAULT:
        publish_many(accepted_events(rows, kept), act)
