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
from suar.vault.queries import first_id
from suar.vault.queries.prepared import prepared


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
    return [Wording(*row) for row in prepared(f"{WORDINGS} WHERE {where} ORDER BY w.id", told)]


def wordings_of(endpoint: UUID) -> list[Wording]:
    """All wordings of an endpoint, the oldest first."""
    return wordings("w.endpoint = %b", [endpoint])


def wording(id_: UUID) -> Wording | None:
    return next(iter(wordings("w.id = %b", [id_])), None)


def holding(found: Sequence[Wording]) -> dict[UUID, Wording]:
    """Of each endpoint the wording that holds: the one confirmed last."""
    confirmed = [one for one in found if one.ruled_at and one.ruling == "confirmed"]
    return {one.endpoint: one for one in sorted(confirmed, key=lambda one: (one.ruled_at, one.id))}


def endpoints_in_force(at: datetime) -> list[Wording]:
    held = holding(wordings("r.ruling = 'confirmed'"))
    return [one for one in held.values() if one.in_force(at)]


PAUSED = "SELECT endpoint FROM exchange_line WHERE paused_until > %b"


def paused(at: datetime) -> set[UUID]:
    """Endpoints that are left in peace for now."""
    return {endpoint for (endpoint,) in prepared(PAUSED, [at])}


def parked(endpoint: UUID) -> int:
    """How many deliveries were read from the outbox for this endpoint and wait."""
    [(found,)] = prepared("SELECT count(*) FROM exchange_delivery WHERE endpoint = %b AND dead_at IS NULL", [endpoint])
    return int(found)


def reader_of(endpoint: UUID) -> str:
    """The name under which an endpoint keeps its place in the outbox."""
    return f"webhook:{endpoint}"


LINES = """
SELECT d.endpoint, count(*) FILTER (WHERE d.dead_at IS NULL), count(*) FILTER (WHERE d.dead_at IS NOT NULL),
       min(o.at) FILTER (WHERE d.dead_at IS NULL)
FROM exchange_delivery d JOIN exchange_outbox o ON o.id = d.event GROUP BY d.endpoint
"""
LAST = """
SELECT DISTINCT ON (endpoint) endpoint, at FROM exchange_attempt WHERE outcome = 'acknowledged' AND id >= %s ORDER BY endpoint, id DESC
"""
LATELY = timedelta(days=7)


def lines(at: datetime) -> dict[UUID, dict[str, Any]]:
    """Of each endpoint: how many wait, since when the oldest of them happened, how many are dead, until when it rests, its last receipt."""
    found: dict[UUID, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LINES)
        for endpoint, waits, dead, oldest in cursor.fetchall():
            found[endpoint] = {"parked": waits, "dead": dead, "oldest": oldest}
        cursor.execute("SELECT endpoint, paused_until FROM exchange_line")
        for endpoint, until in cursor.fetchall():
            found.setdefault(endpoint, {})["paused_until"] = until
        cursor.execute(LAST, [first_id(at - LATELY)])
        for endpoint, last in cursor.fetchall():
            found.setdefault(endpoint, {})["last_at"] = last
    return found


ATTEMPTS = """
SELECT a.id, a.endpoint, a.event, a.at, a.number, a.outcome, a.status, a.took_ms, o.type
FROM exchange_attempt a JOIN exchange_outbox o ON o.id = a.event
WHERE (%(endpoint)s::uuid IS NULL OR a.endpoint = %(endpoint)s) ORDER BY a.id DESC LIMIT %(most)s
"""


def attempts(endpoint: UUID | None, most: int) -> list[dict[str, Any]]:
    """The last attempts, the newest first; of all endpoints where none is named."""
    with connection.cursor() as cursor:
        cursor.execute(ATTEMPTS, {"endpoint": endpoint, "most": most})
        names = ("id", "endpoint", "event", "at", "number", "outcome", "status", "took_ms", "type")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


DEAD = """
SELECT d.endpoint, d.event, d.dead_at, d.reason, d.attempts, d.first_at, o.at, o.type, o.giver,
    (SELECT a.status FROM exchange_attempt a WHERE a.event = d.event AND a.endpoint = d.endpoint ORDER BY a.id DESC LIMIT 1)
FROM exchange_delivery d JOIN exchange_outbox o ON o.id = d.event WHERE d.dead_at IS NOT NULL ORDER BY d.dead_at DESC, d.event
"""


def dead_letters() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(DEAD)
        names = ("endpoint", "event", "dead_at", "reason", "attempts", "first_at", "at", "type", "giver", "status")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
