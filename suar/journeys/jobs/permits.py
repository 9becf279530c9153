"""What licences and job orders hold, by the numbers and names under which records name them. Derived, keyed, set-based."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections

from suar.intake.queries.batches import Stated
from suar.journeys.jobs.step import JAKARTA, instant, step_id
from suar.journeys.jobs.things import LICENCE, ORDER, P3MI, Named, forget, known_as
from suar.vault.queries import DEFAULT


@dataclass(frozen=True, slots=True)
class Shape:
    """How the record of a permit is read: what names it, when it holds, and for what. Its last day holds whole."""

    names: tuple[Named, ...]
    begins: str
    ends: str
    facts: tuple[str, ...] = ()


SHAPES: Mapping[str, Shape] = {
    "p3mi": Shape((LICENCE, P3MI), "license_from", "license_to"),
    "job_order": Shape((ORDER,), "valid_from", "valid_to", ("country", "job", "employer_kind", "quota")),
}


@dataclass(frozen=True, slots=True)
class Row:
    thing: UUID
    step: UUID
    record: UUID
    kind: str
    agency: str
    state: str
    from_at: datetime | None
    until_at: datetime | None
    facts: str


def rows_of(record: Stated) -> Iterator[Row]:
    shape, values = SHAPES[record.kind], record.values
    begins, ends = instant(str(values.get(shape.begins, ""))), instant(str(values.get(shape.ends, "")))
    told = {name: values[name] for name in shape.facts if name in values}
    told |= {"stated_on": record.stated_at.astimezone(JAKARTA).date().isoformat()} if record.stated_at else {}
    facts = json.dumps(told, sort_keys=True)
    for thing in {known_as(named.kind, values, named.field) for named in shape.names} - {None}:
        assert thing
        yield Row(
            thing, step_id(record), record.id, record.kind, record.agency, str(values.get("status", "")), begins,
            ends + timedelta(days=1) if ends else None, facts,
        )  # fmt: skip


INSERT = """
INSERT INTO journeys_permit (thing, step, record, kind, agency, state, from_at, until_at, facts)
SELECT thing, step, record, kind, agency, state, from_at, until_at, facts::jsonb
FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[])
  AS row (thing, step, record, kind, agency, state, from_at, until_at, facts)
ON CONFLICT (thing, step) DO UPDATE SET record = excluded.record, agency = excluded.agency, state = excluded.state, from_at = excluded.from_at,
    until_at = excluded.until_at, facts = excluded.facts
"""


def forget_records(records: Sequence[UUID]) -> None:
    """What these records made goes, whatever they name. In the caller's transaction."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("DELETE FROM journeys_permit WHERE record = ANY(%b)", [list(records)])


def project(stated: Sequence[Stated]) -> None:
    """Licences and job orders as their records state them now; a withdrawn one goes. In the caller's transaction."""
    records = [record for record in stated if record.kind in SHAPES]
    if not records:
        return
    forget("journeys_permit", [step_id(record) for record in records])
    rows = [row for record in records if not record.withdrawn for row in rows_of(record)]
    if rows:
        columns = zip(
            *((r.thing, r.step, r.record, r.kind, r.agency, r.state, r.from_at, r.until_at, r.facts) for r in rows),
            strict=True,
        )
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute(INSERT, [list(column) for column in columns])
