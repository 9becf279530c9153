"""Crossings beside screenings, set-based: what was missed, lane by lane, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.service.unscreened import Opened, Reconciliation, read
from suar.journeys.queries import EXITS
from suar.policies.queries import in_force
from suar.vault.queries import DEFAULT, first_id

MOST_ROWS = 200
#: Screenings near a crossing that an outage is said to explain: whoever looks sees whether the desks of that office worked.
NEAR = timedelta(minutes=30)


def reconciliation(at: datetime) -> Reconciliation:
    """By which rules crossings are compared, as in force."""
    tables = in_force(at).tables
    return read(tables["unscreened"], tables.get("openings"))


def reasons_listed(at: datetime) -> dict[str, dict[str, str]]:
    """The reasons that may be given, by code and in their order, in both languages."""
    return {row["code"]: {"id": row["id"], "en": row["en"]} for row in in_force(at).tables["unscreened"]["reasons"]}


# The exits of the time through lanes that are open, and the screenings that could be theirs: by the passport's token, or by
# a record of whom the screening was certain. Screenings are read by id, which begins with their time, so that only the partitions of these
# days are touched.
OPENED = """
    SELECT * FROM unnest(%(places)s::text[], %(open_lanes)s::text[], %(offices)s::text[], %(from)s::timestamptz[])
        AS p (place, lane, office, from_at)
"""
COMPARED = f"""
WITH rule AS (
    SELECT * FROM unnest(%(lanes)s::text[], %(purposes)s::text[], %(before)s::interval[], %(after)s::interval[], %(same)s::boolean[])
        AS r (lane, purpose, before, after, same_office)
), answers AS (
    {OPENED}
), left_by AS (
    SELECT e.id, e.subject, e.passport, e.agency, e.place, e.lane, e.at, answers.office
    FROM ({EXITS}) e JOIN answers ON answers.place = e.place AND answers.lane = e.lane AND e.at >= answers.from_at
), asked AS (
    SELECT s.passport, s.subjects, s.at, s.office, r.lane, r.before, r.after, r.same_office
    FROM screening_screening s JOIN rule r ON r.purpose = s.purpose
    WHERE s.id >= %(first)s AND s.id < %(last)s
), unseen AS (
    SELECT l.* FROM left_by l WHERE NOT EXISTS (
        SELECT FROM asked a WHERE a.passport = l.passport AND a.lane = l.lane AND l.at BETWEEN a.at - a.after AND a.at + a.before
            AND (NOT a.same_office OR a.office = l.office))
    AND NOT EXISTS (
        SELECT FROM (SELECT a.*, unnest(a.subjects) AS subject FROM asked a) a WHERE a.subject = l.subject AND a.lane = l.lane
            AND l.at BETWEEN a.at - a.after AND a.at + a.before AND (NOT a.same_office OR a.office = l.office))
)
"""
#: One statement: the cycle with its counts, and a row for each crossing that no earlier cycle had missed.
MISSED = f"""
{COMPARED}, cycle AS (
    INSERT INTO screening_cycle (id, at, since_at, until_at, crossings, missed, feed)
    SELECT %(cycle)s, %(at)s, %(since)s, %(until)s, (SELECT count(*) FROM left_by), (SELECT count(*) FROM unseen), %(feed)s RETURNING id
)
INSERT INTO screening_miss (crossing, agency, office, place, lane, crossed_at, found_at, cycle)
SELECT u.id, u.agency, u.office, u.place, u.lane, u.at, %(at)s, (SELECT id FROM cycle) FROM unseen u ORDER BY u.at, u.id
ON CONFLICT DO NOTHING RETURNING crossing
"""


def told(rules: Reconciliation, since: datetime, until: datetime) -> dict[str, Any]:
    """The parameters of COMPARED."""
    pairs = [(rule, purpose) for rule in rules.lanes for purpose in rule.screened_as]
    return {
        "lanes": [rule.lane for rule, _ in pairs], "purposes": [purpose for _, purpose in pairs], "before": [rule.before for rule, _ in pairs],
        "after": [rule.after for rule, _ in pairs], "same": [rule.same_office for rule, _ in pairs],
        **opened(rules), "since": since, "until": until,
        "first": first_id(since - max(rule.before for rule in rules.lanes)),
        "last": first_id(until + max(rule.after for rule in rules.lanes) + timedelta(seconds=1)),
    }  # fmt: skip


def opened(rules: Reconciliation) -> dict[str, Any]:
    """The parameters of OPENED."""
    return {
        "places": [one.place for one in rules.opened], "open_lanes": [one.lane for one in rules.opened],
        "offices": [one.office for one in rules.opened], "from": [one.from_at for one in rules.opened],
    }  # fmt: skip


def counts_of(cycle: UUID) -> tuple[int, int]:
    """How many crossings a cycle compared, and how many of them had no screening."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT crossings, missed FROM screening_cycle WHERE id = %s", [cycle])
        crossings, missed = cursor.fetchone()
    return crossings, missed


def compared_until() -> datetime | None:
    """Up to when crossings were compared; None where they never were."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT max(until_at) FROM screening_cycle")
        found: datetime | None = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One lane of one checkpoint over some days: what crossed, what of it nobody had screened, and what was said of that."""

    place: str
    lane: str
    office: str
    crossings: int
    missed: int
    open: int
    unexplained: int
    newest: datetime | None
    opened_at: datetime | None = None  # since when its exits are compared; None for a lane that is not

    @property
    def explained(self) -> int:
        return self.missed - self.open - self.unexplained


# What crossed comes from the crossings as they stand, what was missed from the rows of the comparison: a crossing that its source took back
# was missed all the same, and so was one of before a lane's opening was declared later. What left before its lane was opened is in no number.
LANES = f"""
WITH answers AS (
    {OPENED}
), crossed AS (
    SELECT e.place, e.lane, count(*) AS crossings, max(e.at) AS newest FROM ({EXITS}) e
    LEFT JOIN answers ON answers.place = e.place AND answers.lane = e.lane WHERE answers.place IS NULL OR e.at >= answers.from_at
    GROUP BY e.place, e.lane
), missed AS (
    SELECT m.place, m.lane, count(*) AS missed, count(*) FILTER (WHERE r.code IS NULL) AS open, count(*) FILTER (WHERE r.code = 'unexplained')
        AS unexplained
    FROM screening_miss m LEFT JOIN LATERAL (SELECT code FROM screening_miss_reason r WHERE r.crossing = m.crossing ORDER BY r.id DESC LIMIT 1) r
        ON true
    WHERE m.crossed_at > %(since)s AND m.crossed_at <= %(until)s GROUP BY m.place, m.lane
)
SELECT coalesce(crossed.place, missed.place), coalesce(crossed.lane, missed.lane), coalesce(crossings, 0), coalesce(missed, 0),
    coalesce(open, 0), coalesce(unexplained, 0), newest
FROM crossed FULL JOIN missed ON missed.place = crossed.place AND missed.lane = crossed.lane ORDER BY 4 DESC, 1, 2
"""


def lanes(since: datetime, until: datetime, rules: Reconciliation) -> list[Lane]:
    """Every lane through which somebody left, and every open lane even where nothing came in. Runs as the hub."""
    open_lanes = {(one.place, one.lane): one for one in rules.opened}
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(LANES, {"since": since, "until": until, **opened(rules)})
        found = [lane_of(row, open_lanes.get((row[0], row[1]))) for row in cursor.fetchall()]
    heard = {(one.place, one.lane) for one in found}
    silent = [lane_of((*key, 0, 0, 0, 0, None), one) for key, one in open_lanes.items() if key not in heard]
    return found + silent


def lane_of(row: Sequence[Any], one: Opened | None) -> Lane:
    place, lane, crossings, missed, open_, unexplained, newest = row
    return Lane(
        place=place, lane=lane, office=one.office if one else "", crossings=crossings, missed=missed, open=open_, unexplained=unexplained,
        newest=newest, opened_at=one.from_at if one else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One crossing that nobody had screened. `near` counts the screenings of that office within half an hour of it."""

    crossing: UUID
    office: str
    place: str
    lane: str
    crossed_at: datetime
    found_at: datetime
    reason: str
    said_at: datetime | None
    near: int


def least_id(instant: str) -> str:
    """`first_id` of an instant in SQL, so that the screenings of an hour are found by their ids."""
    return f"(lpad(to_hex(floor(extract(epoch FROM {instant}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid"


MISSES = f"""
SELECT m.crossing, m.office, m.place, m.lane, m.crossed_at, m.found_at, coalesce(r.code, ''), r.at,
    (SELECT count(*) FROM screening_screening s WHERE s.office = m.office AND s.purpose = 'departure'
        AND s.id BETWEEN {least_id("m.crossed_at - %(near)s")} AND {least_id("m.crossed_at + %(near)s")})
FROM screening_miss m LEFT JOIN LATERAL (
    SELECT code, at FROM screening_miss_reason r WHERE r.crossing = m.crossing ORDER BY r.id DESC LIMIT 1) r ON true
WHERE m.crossed_at > %(since)s AND (%(office)s = '' OR m.office = %(office)s) AND (%(place)s = '' OR m.place = %(place)s AND m.lane = %(lane)s)
    AND (%(which)s = 'all' OR %(which)s = 'open' AND r.code IS NULL OR %(which)s = 'unexplained' AND r.code = 'unexplained'
        OR %(which)s = 'explained' AND r.code <> 'unexplained')
ORDER BY r.code IS NOT NULL, m.crossed_at DESC, m.crossing LIMIT %(most)s
"""


def misses(
    since: datetime, *, which: str = "all", office: str = "", place: str = "", lane: str = "", most: int = MOST_ROWS
) -> list[Miss]:
    """The misses behind a number, those that wait for a reason first, then the newest. Runs inside a door."""
    params: dict[str, Any] = {
        "since": since, "which": which, "office": office, "place": place, "lane": lane, "most": most, "near": NEAR,
    }  # fmt: skip
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(MISSES, params)
        names = ("crossing", "office", "place", "lane", "crossed_at", "found_at", "reason", "said_at", "near")
        return [Miss(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def agencies_of(crossings: Sequence[UUID], office: str) -> dict[UUID, str]:
    """Of these misses those of this office, with the agency whose crossing it was. Runs inside a door."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT crossing, agency FROM screening_miss WHERE crossing = ANY(%s) AND office = %s",
            [list(crossings), office],
        )
        return dict(cursor.fetchall())
