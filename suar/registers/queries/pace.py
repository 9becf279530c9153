"""How many steps on the registers an officer and his office ask for, what was above the usual, and what waits until somebody has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.registers.acts import Hand
from suar.core.registers.pace import Counted, PaceFile, read_pace
from suar.policies.queries import in_force

DAY = timedelta(days=1)
MOST_ROWS = 100
TODAY = """
SELECT count(*) FILTER (WHERE by = %(by)s) + 1, count(*) + 1 FROM registers_request
WHERE office = %(office)s AND at > %(since)s AND at <= %(at)s
"""
EARLIER = """
SELECT count(*) FILTER (WHERE by = %(by)s), count(*) FROM registers_request
WHERE office = %(office)s AND at > %(first)s AND at <= %(since)s
GROUP BY floor(extract(epoch FROM (%(since)s - at)) / 86400)
"""


def pace_told(at: datetime) -> PaceFile:
    return read_pace(in_force(at).tables["nominations"])


def counted(hand: Hand, told: PaceFile, at: datetime) -> tuple[Counted, Counted]:
    """Of the officer and of his office, the request that is being made among them. Runs as the hub, one request of an office at a time."""
    params: dict[str, Any] = {
        "by": hand.officer,
        "office": hand.office,
        "at": at,
        "since": at - DAY,
        "first": at - DAY - told.usual.days * DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7306009))", [hand.office])
        cursor.execute(TODAY, params)
        own, all_ = cursor.fetchone()
        cursor.execute(EARLIER, params)
        days = cursor.fetchall()
    return (
        Counted(whose="officer", today=own, days=[one for one, _ in days if one]),
        Counted(whose="office", today=all_, days=[one for _, one in days]),
    )


@dataclass(frozen=True, slots=True)
class Alarm:
    """One officer's day, or one office's, above its usual."""

    agency: str
    office: str
    by: UUID
    whose: str
    newest: datetime
    today: int
    usual: int
    asked: int  # of the requests that were above
    held: int
    let_go: int


ALARMS = """
SELECT p.agency, p.office, p.by, p.whose, max(p.at), max(p.counted), max(p.usual), count(*), count(*) FILTER (WHERE p.held), count(g.request)
FROM registers_pace p LEFT JOIN registers_let_go g ON g.request = p.request WHERE p.at > %s AND p.at <= %s
GROUP BY p.agency, p.office, p.by, p.whose, floor(extract(epoch FROM (%s - p.at)) / 86400) ORDER BY max(p.at) DESC LIMIT %s
"""


def alarms(since: datetime, at: datetime) -> list[Alarm]:
    """What was above its usual, the newest first. Runs as the hub."""
    with connection.cursor() as cursor:
        cursor.execute(ALARMS, [since, at, at, MOST_ROWS])
        return [Alarm(*row) for row in cursor.fetchall()]
