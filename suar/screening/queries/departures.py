"""Workers who left, as they were announced to the mission of the destination."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.journeys.queries import EXITS, LIVE_PLACEMENT, Step
from suar.policies.queries import in_force
from suar.vault.queries import DEFAULT, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One announced departure. `sealed` holds what was typed of the traveller at the desk; a recorded crossing holds nothing there."""

    id: UUID
    at: datetime
    agency: str
    how: str
    subjects: list[UUID]
    country: str
    place: str
    leaves_on: date | None
    purpose: str
    placement: UUID | None
    sealed: bytes

    @property
    def said(self) -> dict[str, str]:
        return dict(json.loads(unseal(self.sealed, about=departure_place(self.id))))


COLUMNS = "id, at, agency, how, subjects, country, place, leaves_on, purpose, placement, sealed"
ARRIVING = f"""
SELECT {COLUMNS} FROM screening_departure WHERE country = ANY(%s) AND at > %s AND (%s::uuid IS NULL OR id = %s::uuid)
ORDER BY coalesce(leaves_on, at::date) DESC, id DESC LIMIT %s
"""
#: Exits of the time that nobody announced: neither this crossing, nor whoever crossed, nor the passport that was shown, within the time of one
#: journey.
UNTOLD = f"""
SELECT e.id, e.subject FROM ({EXITS}) e
WHERE NOT EXISTS (SELECT FROM screening_departure d WHERE d.crossing = e.id)
  AND NOT EXISTS (
    SELECT FROM screening_departure d JOIN screening_screening s ON s.id = d.screening
    WHERE s.passport = e.passport AND d.at BETWEEN e.at - %(near)s AND e.at + %(near)s)
  AND NOT EXISTS (SELECT FROM screening_departure d WHERE d.subjects @> ARRAY[e.subject] AND d.at BETWEEN e.at - %(near)s AND e.at + %(near)s)
ORDER BY e.at, e.id
"""


def departure_place(departure: UUID) -> bytes:
    """What the sealed column of a departure is bound to."""
    return b"departure" + departure.bytes


def arriving(countries: Sequence[str], since: datetime, *, of: UUID | None = None, most: int = 200) -> list[Departure]:
    """Who leaves for these countries, the newest first; or just the one. Runs inside a door: by agreement or not at all."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(ARRIVING, [list(countries), since, of, of, most])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [
        Departure(
            id=row[0],
            at=row[1],
            agency=row[2],
            how=row[3],
            subjects=list(row[4]),
            country=row[5],
            place=row[6],
            leaves_on=row[7],
            purpose=row[8],
            placement=row[9],
            sealed=bytes(row[10]),
        )
        for row in rows
    ]


def untold(since: datetime, until: datetime, near: Any) -> list[tuple[UUID, UUID]]:
    """Exits of that time that were not announced, with whom each is of. As the hub."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(UNTOLD, {"since": since, "until": until, "near": near})
        return [(crossing, subject) for crossing, subject in cursor.fetchall()]


def told_until() -> datetime | None:
    """Up to when crossings were looked through; None where they never were."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT max(until_at) FROM screening_departure_cycle")
        found: datetime | None = cursor.fetchone()[0]
    return found


def placed(steps: Sequence[Step], at: datetime) -> Step | None:
    """The placement under which somebody leaves now: the newest that stands and has not run out."""
    return next(
        (
            step
            for step in steps
            if step.kind == "placement"
            and step.state in LIVE_PLACEMENT
            and (step.until_at is None or step.until_at > at)
        ),
        None,
    )


def work_purposes(at: datetime) -> frozenset[str]:
    """Declared purposes that are work."""
    return frozenset(in_force(at).tables["sharing/missions"]["work"])


def countries_of(office: str, at: datetime) -> list[str]:
    """For which countries an office abroad looks after people; none for one that nobody wrote down."""
    offices: dict[str, list[str]] = in_force(at).tables["sharing/missions"]["offices"]
    return list(offices.get(office, []))
