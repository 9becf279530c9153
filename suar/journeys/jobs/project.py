"""Journeys make their steps of placed records. Derived, idempotent, set-based; no personal value is kept in a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from suar.intake.queries.batches import Stated, still_stated
from suar.journeys.jobs import permits, things
from suar.journeys.jobs.step import instant, step_id
from suar.vault.queries import DEFAULT, token


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which fields of a record kind make its step. `at` is the first of several that is there; `facts` are codes only."""

    at: tuple[str, ...]
    until: str = ""
    state: str = "status"
    country: str = ""
    region: str = ""
    place: str = ""
    reference: str = ""
    facts: tuple[str, ...] = ()


#: Record kinds that are steps of a journey (DOMAIN D2), and what of them may stand in the clear: codes, days, countries.
SHAPES: Mapping[str, Shape] = {
    "passport_application": Shape(
        at=("submitted_at", "interviewed_at", "decided_at"), country="destination", region="office_region", reference="letter_no",
        facts=("purpose", "reason", "request"),
    ),
    "passport": Shape(at=("issued_on", "status_on"), until="expires_on", reference="passport_no", facts=("passport_type", "status_on")),
    "crossing": Shape(
        at=("crossed_at",), state="direction", country="next_country", place="tpi", reference="passport_no", facts=("purpose", "result", "lane")
    ),
    "departure_deferral": Shape(at=("deferred_at",), state="reason", country="destination", place="tpi", facts=("purpose",)),
    "exit_ban": Shape(at=("valid_from",), until="valid_to", facts=("requester",)),
    "worker_registration": Shape(
        at=("registered_at", "agreement_on"), country="destination", region="office_region", reference="job_order_no",
        facts=("scheme", "job", "system", "agreement_on"),
    ),
    "placement": Shape(
        at=("departed_on", "oriented_on", "contract_from", "contract_verified_on"), until="contract_to", country="country",
        reference="job_order_no", facts=("scheme", "job", "employer_kind", "visa_kind"),
    ),
    "e_pmi": Shape(at=("issued_on",), until="expires_on", country="country", facts=("e_pmi_kind",)),
    "recommendation_letter": Shape(
        at=("issued_on",), country="destination", region="issuer_region", reference="letter_no", facts=("job", "on_paper", "issuer")
    ),
    "prevention_record": Shape(at=("prevented_at",), state="how", country="destination", region="place_region", facts=("promised_job",)),
    "worker_return": Shape(at=("returned_at",), state="cause", country="country", place="tpi"),
    "self_report": Shape(at=("arrived_on", "reported_at"), until="permit_until", country="country", facts=("purpose", "visa_kind")),
    "complaint": Shape(at=("filed_at",), country="country", facts=("subject", "case_class")),
    "panic_call": Shape(at=("called_at",), country="country"),
    "repatriation": Shape(at=("arrived_on", "departed_on", "planned_on"), country="country", place="tpi", facts=("cause",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    record: Stated
    at: datetime
    until_at: datetime | None
    state: str
    country: str
    region: str
    place: str
    token: bytes | None
    facts: str


def row_of(record: Stated) -> Row | None:
    shape, values = SHAPES[record.kind], record.values
    at = next((moment for name in shape.at if (moment := instant(str(values.get(name, ""))))), None) or record.stated_at
    if at is None:
        return None
    reference = str(values.get(shape.reference, "")) if shape.reference else ""
    return Row(
        step_id(record),
        record,
        at,
        instant(str(values.get(shape.until, ""))) if shape.until else None,
        str(values.get(shape.state, "")),
        str(values.get(shape.country, "")) if shape.country else "",
        str(values.get(shape.region) or values.get("region_code", ""))[:4]
        if shape.region
        else str(values.get("region_code", ""))[:4],
        str(values.get(shape.place, "")) if shape.place else "",
        token(shape.reference, reference) if reference else None,
        json.dumps({name: values[name] for name in shape.facts if name in values}, sort_keys=True),
    )


WRITE = """
INSERT INTO {table} (id, subject, record, source, agency, kind, at, until_at, state, country, region, place, token, facts)
SELECT id, subject, record, source, agency, kind, at, until_at, state, country, region, place, nullif(token, ''::bytea), facts::jsonb
FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[],
            %b::text[], %b::text[], %b::text[], %b::bytea[], %b::text[])
  AS row (id, subject, record, source, agency, kind, at, until_at, state, country, region, place, token, facts)
ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, record = excluded.record, at = excluded.at, until_at = excluded.until_at,
    state = excluded.state, country = excluded.country, region = excluded.region, place = excluded.place, token = excluded.token,
    facts = excluded.facts
"""


def project(stated: Sequence[Stated]) -> int:
    """Make or change the steps that current records state, and what they name; a withdrawn record's step goes. In the caller's transaction."""
    assert connections[DEFAULT].in_atomic_block
    permits.project(stated)
    records = [record for record in stated if record.kind in SHAPES and record.subject]
    rows = [row for record in records if not record.withdrawn and (row := row_of(record))]
    write("journeys_step", [row for row in rows if row.record.kind != "crossing"])
    write("journeys_crossing", [row for row in rows if row.record.kind == "crossing"])
    things.write(
        [row.id for row in rows], [named for row in rows for named in things.rows_of(row.record, row.id, row.at)]
    )
    take_away([record for record in records if record.withdrawn])
    return len(rows)


def take_away(gone: list[Stated]) -> None:
    """The steps of withdrawn records go. A row that vanished from a list says no more than whose it was: of his, those nobody states."""
    if not gone:
        return
    named = [step_id(record) for record in gone if record.record_id]
    nameless = [record for record in gone if not record.record_id]
    for table in ("journeys_step", "journeys_crossing"):
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%b)", [named])
            things.forget("journeys_thing", named)
            if not nameless:
                continue
            cursor.execute(
                f"SELECT DISTINCT t.id, t.record FROM {table} t"
                " JOIN unnest(%b::uuid[], %b::text[]) AS row (subject, source) ON t.subject = row.subject AND t.source = row.source",
                [[record.subject for record in nameless], [record.source for record in nameless]],
            )
            steps = dict(cursor.fetchall())
            live = still_stated(list(steps.values()))
            gone_too = [step for step, record in steps.items() if record not in live]
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%b)", [gone_too])
            things.forget("journeys_thing", gone_too)


def write(table: str, rows: list[Row]) -> None:
    if not rows:
        return
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            WRITE.format(table=table),
            [
                [row.id for row in rows],
                [row.record.subject for row in rows],
                [row.record.id for row in rows],
                [row.record.source for row in rows],
                [row.record.agency for row in rows],
                [row.record.kind for row in rows],
                [row.at for row in rows],
                [row.until_at for row in rows],
                [row.state for row in rows],
                [row.country for row in rows],
                [row.region for row in rows],
                [row.place for row in rows],
                [row.token or b"" for row in rows],
                [row.facts for row in rows],
            ],
        )
