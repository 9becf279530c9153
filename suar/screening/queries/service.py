"""What was noted at the desks, as stops that the core measures; and the tables of policy by which it does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.service import procedure, standard
from suar.core.service.procedure import Procedure
from suar.core.service.standard import Item
from suar.core.service.stop import NOT_LET_GO, Stop
from suar.policies.queries import Bundle, in_force, once_a_version
from suar.vault.queries import DEFAULT, first_id

#: The purpose whose travellers the standard is about: those who are stopped at a crossing.
AT_CROSSINGS = "departure"


@once_a_version
def items(bundle: Bundle) -> tuple[Item, ...]:
    """What the standard in force promises at a desk."""
    return standard.read(bundle.tables["service_standard"])


@once_a_version
def procedures(bundle: Bundle) -> Mapping[str, Procedure]:
    """The procedure in force for each purpose."""
    promised = bundle.tables["service_standard"]["standard"]
    roles = frozenset(role for rule in bundle.tables["sharing/doors"]["doors"].values() for role in rule)
    found = [procedure.read(table, promised, roles) for table in bundle.under("procedures").values()]
    return {purpose: one for one in found for purpose in one.purposes}


def procedure_for(purpose: str, at: datetime) -> Procedure:
    """By which procedure a traveller was, or is, gone through; its version is part of the policy that the screening names."""
    return procedures(in_force(at))[purpose]


#: A pre-list is the gate's, and a machine's question comes from no office.
LANE = "CASE WHEN s.purpose = 'prelist' THEN 'autogate' ELSE coalesce(nullif(s.lane, ''), 'counter') END"
OFFICE = "coalesce(nullif(s.office, ''), '-')"

# What was noted about a question that was asked again belongs to its newest answer, where the officer stands; the first note of a kind counts.
STOPS = f"""
WITH RECURSIVE noted (screening, step, at) AS (
    SELECT v.screening, v.step, v.at FROM screening_service v WHERE v.at >= %(since)s
    UNION
    SELECT s.superseded_by, n.step, n.at FROM noted n JOIN screening_screening s ON s.id = n.screening WHERE s.superseded_by IS NOT NULL
), steps AS (
    SELECT screening, jsonb_object_agg(step, at) AS steps FROM (SELECT screening, step, min(at) AS at FROM noted GROUP BY screening, step) one
    GROUP BY screening
)
SELECT s.id, {OFFICE}, {LANE}, s.purpose, s.at, coalesce(s.decision, ''), s.decided_at, s.child, s.took_ms, steps.steps
FROM screening_screening s LEFT JOIN steps ON steps.screening = s.id
WHERE s.superseded_by IS NULL AND s.id >= %(first)s AND s.at <= %(until)s AND (%(office)s = '' OR {OFFICE} = %(office)s)
"""
STOPPED = (
    f"{STOPS} AND s.purpose = %(purpose)s AND (steps.steps IS NOT NULL OR s.decision = ANY(%(stopping)s)) ORDER BY s.id"
)
ONE = f"{STOPS} AND s.id = %(screening)s"


def stops(since: datetime, until: datetime, *, office: str = "", wall: str = DEFAULT) -> list[Stop]:
    """Everybody who was stopped at a crossing in this time. Runs inside a door."""
    more = {"purpose": AT_CROSSINGS, "stopping": sorted(NOT_LET_GO)}
    return read_stops(
        STOPPED, {"since": since, "first": first_id(since), "until": until, "office": office} | more, wall
    )


def stop_of(screening: UUID, at: datetime) -> Stop | None:
    """One traveller's time at the desk so far. Runs inside a door."""
    begun = datetime.fromtimestamp((screening.int >> 80) / 1_000, tz=at.tzinfo) - timedelta(days=1)
    asked = {"since": begun, "first": first_id(begun), "until": at, "office": "", "screening": screening}
    return next(iter(read_stops(ONE, asked)), None)


def read_stops(query: str, params: dict[str, Any], wall: str = DEFAULT) -> list[Stop]:
    with connections[wall].cursor() as cursor:
        cursor.execute(query, params)
        return [stop_from(row) for row in cursor.fetchall()]


def stop_from(row: Sequence[Any]) -> Stop:
    steps = json.loads(row[9]) if isinstance(row[9], str) else row[9] or {}
    return Stop(
        screening=row[0], office=row[1], lane=row[2], purpose=row[3], asked_at=row[4], decision=row[5], decided_at=row[6], child=row[7],
        took_ms=row[8], steps={step: datetime.fromisoformat(at) for step, at in steps.items()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How long the desks of a lane waited for their answers, all of them."""

    office: str
    lane: str
    purpose: str
    count: int
    half_ms: int
    worst_ms: int


ANSWERED = f"""
SELECT {OFFICE} AS office, {LANE} AS lane, s.purpose, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY s.took_ms), max(s.took_ms)
FROM screening_screening s WHERE s.id >= %(first)s AND s.at <= %(until)s AND s.purpose = ANY(%(purposes)s)
    AND (%(office)s = '' OR {OFFICE} = %(office)s) GROUP BY 1, 2, 3
"""
SLOW = f"""
SELECT s.id, {OFFICE}, {LANE}, s.purpose, s.at, '', NULL, false, s.took_ms, NULL
FROM screening_screening s JOIN unnest(%(purposes)s::text[], %(limits)s::int[]) AS l (purpose, ms) ON l.purpose = s.purpose
WHERE s.id >= %(first)s AND s.at <= %(until)s AND s.took_ms > l.ms AND (%(office)s = '' OR {OFFICE} = %(office)s) ORDER BY s.id
"""


def answers(
    since: datetime, until: datetime, asked: Sequence[Item], *, office: str = "", wall: str = DEFAULT
) -> tuple[list[Answers], list[Stop]]:
    """How answers took, lane by lane, and each that took longer than its item allows. Runs inside a door."""
    of_answers = [item for item in asked if item.of_answer]
    params: dict[str, Any] = {
        "first": first_id(since), "until": until, "office": office, "purposes": [item.owed_to for item in of_answers],
        "limits": [item.limit // timedelta(milliseconds=1) for item in of_answers],
    }  # fmt: skip
    with connections[wall].cursor() as cursor:
        cursor.execute(ANSWERED, params)
        names = ("office", "lane", "purpose", "count", "half_ms", "worst_ms")
        counted = [Answers(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    return counted, read_stops(SLOW, params, wall)
