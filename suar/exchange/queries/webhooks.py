"""Reads of endpoints, of what waits for them, and of what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.values import value
from suar.policies.queries import Bundle, in_force, once_a_version


@value(kw_only=True)
class Manner:
    """How deliveries are made (`policy/sharing/webhooks.yaml`)."""

    waits_s: tuple[int, ...]
    jitter_permille: int
    dead_after: timedelta
    retry_after_most_s: int
    in_flight: int
    parked: int
    whole_ms: int
    answer_bytes: int
    pauses_s: tuple[int, ...]


def manner(at: datetime) -> Manner:
    return manner_of(in_force(at))


@once_a_version
def manner_of(bundle: Bundle) -> Manner:
    told: Mapping[str, Any] = bundle.tables["sharing/webhooks"]
    return Manner(
        waits_s=tuple(told["waits_s"]), jitter_permille=told["jitter_permille"], dead_after=timedelta(seconds=told["dead_after_s"]),
        retry_after_most_s=told["retry_after_most_s"], in_flight=told["in_flight"], parked=told["parked"], whole_ms=told["whole_ms"],
        answer_bytes=told["answer_bytes"], pauses_s=tuple(told["pauses_s"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of an endpoint, what was ruled on it, and whether it has ended."""

    id: UUID
    endpoint: UUID
    agency: str
    url: str
    events: list[str]
    networks: list[str]
    from_at: datetime
    until_at: datetime
    at: datetime
    by: UUID
    ruling: str
    ruled_at: datetime | None
    ruled_by: UUID | None
    ended_at: datetime | None
    ended_why: str

    def in_force(self, at: datetime) -> bool:
        return self.ruling == "confirmed" and self.ended_at is None and self.from_at <= at < self.until_at


WORDINGS = """
SELECT w.id, w.endpoint, w.agency, w.url, w.events, w.networks::text[], w.from_at, w.until_at, w.at, w.by,
       COALESCE(r.ruling, ''), r.at, r.by, e.at, COALESCE(e.why, '')
FROM exchange_endpoint w LEFT JOIN exchange_endpoint_ruling r ON r.wording = w.id LEFT JOIN exchange_endpoint_end e ON e.wording = w.id
"""


def wordings(where: str, told: Sequence[Any] = ()) -> list[Wording]:
    with connection.cursor() as cursor:
        cursor.execute(f"{WORDINGS} WHERE {where} ORDER BY w.id", list(told))
        return [Wording(*row) for row in cursor.fetchall()]


def wordings_of(endpoint: UUID) -> list[Wording]:
    """All wordings of an endpoint, the oldest first."""
    return wordings("w.endpoint = %s", [endpoint])


def wording(id_: UUID) -> Wording | None:
    return next(iter(wordings("w.id = %s", [id_])), None)


def holding(found: Sequence[Wording]) -> dict[UUID, Wording]:
    """Of each endpoint the wording that holds: the one confirmed last."""
    confirmed = [one for one in found if one.ruled_at and one.ruling == "confirmed"]
    return {one.endpoint: one for one in sorted(confirmed, key=lambda one: (one.ruled_at, one.id))}


def endpoints_in_force(at: datetime) -> list[Wording]:
    held = holding(wordings("r.ruling = 'confirmed'"))
    return [one for one in held.values() if one.in_force(at)]


PAUSED = "SELECT endpoint FROM exchange_line WHERE paused_until > %s"


def paused(at: datetime) -> set[UUID]:
    """Endpoints that are left in peace for now."""
    with connection.cursor() as cursor:
        cursor.execute(PAUSED, [at])
        return {row[0] for row in cursor.fetchall()}


def parked(endpoint: UUID) -> int:
    """How many deliveries were read from the outbox for this endpoint and wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_delivery WHERE endpoint = %s AND dead_at IS NULL", [endpoint])
        return int(cursor.fetchone()[0])


def reader_of(endpoint: UUID) -> str:
    """The name under which an endpoint keeps its place in the outbox."""
    return f"webhook:{endpoint}"
