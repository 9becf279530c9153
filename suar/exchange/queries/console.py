"""Reads for the integration console: how far replays have come, where the receivers stand, and what their conformance runs found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

MOST_REPLAYS = 20

REPLAYS = """
SELECT r.id, r.endpoint, r.at, r.by, r.since, r.rows,
    CASE WHEN newest.id = r.id THEN
        (SELECT count(*) FROM exchange_outbox o, exchange_place p WHERE p.reader = 'webhook:' || r.endpoint
            AND (o.xid, o.id) > (p.xid, p.id) AND (o.xid, o.id) <= (r.end_xid, r.end_event)) END,
    CASE WHEN newest.id = r.id THEN
        (SELECT count(*) FROM exchange_delivery d WHERE d.endpoint = r.endpoint AND d.dead_at IS NULL
            AND (d.xid, d.event) <= (r.end_xid, r.end_event)) END,
    (SELECT max(a.at) FROM exchange_attempt a WHERE a.endpoint = r.endpoint AND a.outcome = 'acknowledged' AND a.id >= r.id)
FROM exchange_replay r,
LATERAL (SELECT id FROM exchange_replay n WHERE n.endpoint = r.endpoint ORDER BY n.id DESC LIMIT 1) AS newest
ORDER BY r.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One replay. `unread` rows of the outbox are not looked at yet, `waiting` deliveries are not acknowledged; both None for one that a later
    replay of the same endpoint has overtaken.
    """

    id: UUID
    endpoint: UUID
    at: datetime
    by: UUID
    since: datetime
    rows: int
    unread: int | None
    waiting: int | None
    last_at: datetime | None

    @property
    def left(self) -> int | None:
        return None if self.unread is None or self.waiting is None else min(self.rows, self.unread + self.waiting)

    @property
    def done(self) -> int | None:
        return None if self.left is None else self.rows - self.left


def replays() -> list[Replay]:
    """The newest first."""
    names = ("id", "endpoint", "at", "by", "since", "rows", "unread", "waiting", "last_at")
    with connection.cursor() as cursor:
        cursor.execute(REPLAYS, [MOST_REPLAYS])
        return [Replay(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the newest conformance run of one kind found at one agency."""

    agency: str
    kind: str
    at: datetime
    kit: str
    checks: Sequence[Mapping[str, Any]]

    @property
    def failed(self) -> list[str]:
        return [str(one["check"]) for one in self.checks if not one["holds"]]


CONTRACTS = """
SELECT DISTINCT ON (agency, kind) agency, kind, at, kit, checks::text FROM exchange_contract
WHERE agency = ANY(%s) ORDER BY agency, kind, id DESC
"""


def newest_contracts(agencies: Sequence[str]) -> list[Contract]:
    with connection.cursor() as cursor:
        cursor.execute(CONTRACTS, [list(agencies)])
        return [
            Contract(agency=agency, kind=kind, at=at, kit=kit, checks=json.loads(checks))
            for agency, kind, at, kit, checks in cursor.fetchall()
        ]
