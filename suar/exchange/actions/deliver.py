"""The rows of deliveries: read from the outbox, claimed for an attempt, and written down with what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.webhook import wait_ms
from suar.exchange.queries import Row, after_place, move_place, rows_of
from suar.exchange.queries.sharing import telling
from suar.exchange.queries.webhooks import Manner, Wording, parked, reader_of
from suar.vault.queries import new_id
from suar.vault.queries.prepared import prepared, written

READ_AT_ONCE = 500
#: A claim outlives its attempt by this, so that only a delivery whose worker died is taken up by another.
GRACE = timedelta(seconds=5)

ACKNOWLEDGED, WITHHELD, GONE = "acknowledged", "withheld", "gone"
#: Outcomes that say nothing of this one event: nobody was reached at all.
REACHED_NOBODY = frozenset({"unreachable", "unnamed", "blocked", "insecure", "untrusted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """One attempt on its way. It is over at `over_at`, when its agreement or its endpoint ends, whatever the receiver does."""

    wording: Wording
    row: Row
    number: int
    first_at: datetime
    claim: UUID
    over_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of an attempt. `retry_after_s` is what the receiver asked for."""

    going: Going
    at: datetime
    outcome: str
    status: int | None = None
    took_ms: int = 0
    retry_after_s: int | None = None


def park(wording: Wording, how: Manner, *, act: Act) -> int:
    """Read on in the outbox for one endpoint, no further than it may have unacknowledged. Returns how many rows were passed.

    The rows to deliver and the place behind them are one commit, so neither a delivery nor a place is ever without the other.
    """
    assert connection.in_atomic_block, "what is parked commits with its place"
    # Two workers never read for the same endpoint at once, or the place could go back.
    prepared("SELECT pg_advisory_xact_lock(hashtextextended(%b::text, 0))::text", [reader_of(wording.endpoint)])
    room = min(READ_AT_ONCE, how.parked - parked(wording.endpoint))
    rows = after_place(reader_of(wording.endpoint), room) if room > 0 else []
    if rows:
        park_rows(wording, meant(rows, wording, act.at), act.at)
        move_place(reader_of(wording.endpoint), rows[-1])
    return len(rows)


def meant(rows: Sequence[Row], wording: Wording, at: datetime) -> list[Row]:
    """Which of these events go to this endpoint: of its types, of its time, and agreed upon."""
    asked = [row for row in rows if (not wording.events or row.type in wording.events) and row.at >= wording.from_at]
    agreed = agreed_upon(asked, wording.agency, at)
    return [row for row in asked if row.id in agreed]


def agreed_upon(rows: Sequence[Row], agency: str, at: datetime) -> dict[UUID, tuple[Row, datetime]]:
    """Each event that this agency may be told of now, as far as it may, and when the last agreement on it ends."""
    return {row.id: (row, until) for row, _, until in telling(rows, at, receiver=agency)}


PARK = """
INSERT INTO exchange_delivery (endpoint, event, xid, thing, subject, queued_at, due_at)
SELECT %(endpoint)b, event, xid::xid8, thing, subject, %(at)b, %(at)b
FROM unnest(%(events)b::uuid[], %(xids)b::text[], %(things)b::uuid[], %(subjects)b::uuid[]) AS t (event, xid, thing, subject)
ON CONFLICT (endpoint, event) DO NOTHING
"""


def park_rows(wording: Wording, rows: Sequence[Row], at: datetime) -> None:
    told = {
        "endpoint": wording.endpoint, "at": at, "events": [row.id for row in rows], "xids": [row.xid for row in rows],
        "things": [row.thing for row in rows], "subjects": [row.subject for row in rows],
    }  # fmt: skip
    if rows:
        written(PARK, told)


# What is earlier about the same thing or human goes first; a dead one holds nothing back. Asked as "is it the first of them", which the index
# on (endpoint, thing, xid, event) answers in one step; as "is there none before it" a planner without figures reads all that is parked, each time.
# They are chosen once, as a table of their own: a plan may ask a condition again for every row, and would then take more than `most` in all.
CLAIM = """
WITH first AS MATERIALIZED (
    SELECT c.event FROM exchange_delivery c
    WHERE c.endpoint = %(endpoint)b AND c.dead_at IS NULL AND c.due_at <= %(at)b
      AND (c.claimed_until IS NULL OR c.claimed_until <= %(at)b)
      AND c.event = (
        SELECT e.event FROM exchange_delivery e WHERE e.endpoint = c.endpoint AND e.dead_at IS NULL AND e.thing = c.thing
        ORDER BY e.xid, e.event LIMIT 1)
      AND (c.subject IS NULL OR c.event = (
        SELECT e.event FROM exchange_delivery e WHERE e.endpoint = c.endpoint AND e.dead_at IS NULL AND e.subject = c.subject
        ORDER BY e.xid, e.event LIMIT 1))
    ORDER BY c.xid, c.event LIMIT %(most)b FOR UPDATE SKIP LOCKED
)
UPDATE exchange_delivery d SET claim = %(claim)b, claimed_until = %(until)b, attempts = attempts + 1, first_at = COALESCE(first_at, %(at)b)
FROM first WHERE d.endpoint = %(endpoint)b AND d.event = first.event
RETURNING d.event, d.attempts, d.first_at
"""


def claim(wording: Wording, most: int, how: Manner, *, act: Act) -> list[Going]:
    """Take up to `most` deliveries that are due. Each is asked for its agreement now: what is no longer agreed is withheld, and that is logged."""
    assert connection.in_atomic_block, "what is withheld is written down with it"
    mark = new_id(act.at)
    until = act.at + timedelta(milliseconds=how.whole_ms) + GRACE
    taken = prepared(CLAIM, {"claim": mark, "until": until, "at": act.at, "endpoint": wording.endpoint, "most": most})
    rows = rows_of([event for event, _, _ in taken]) if taken else {}
    going: list[Going] = []
    withheld: list[Going] = []
    agreed = agreed_upon(list(rows.values()), wording.agency, act.at)
    for event, number, first_at in sorted(taken, key=lambda one: (int(rows[one[0]].xid), one[0])):
        row, ends = agreed.get(event, (rows[event], act.at))
        one = Going(
            wording=wording, row=row, number=number, first_at=first_at, claim=mark, over_at=min(ends, wording.until_at)
        )  # fmt: skip
        (going if event in agreed else withheld).append(one)
    if withheld:
        withhold(withheld, act=act)
    return going


def withhold(found: Sequence[Going], *, act: Act) -> None:
    write_down([Came(going=one, at=act.at, outcome=WITHHELD) for one in found])
    away(found)
    wording = found[0].wording
    append("webhook.withheld", act, about=[wording.endpoint, *(one.row.id for one in found)], agency=wording.agency)


@transaction.atomic
def settle(results: Sequence[Came], how: Manner, draw: Callable[[], int], *, act: Act) -> None:
    """Write down what came of attempts: a receipt, another try, or a dead letter."""
    write_down(results)
    away([one.going for one in results if one.outcome == ACKNOWLEDGED])
    for one in results:
        if one.outcome == GONE:
            end_gone(one, act=act)
        elif one.outcome != ACKNOWLEDGED:
            put_off(one, how, draw, act=act)
    for endpoint in {one.going.wording.endpoint for one in results}:
        rest([one for one in results if one.going.wording.endpoint == endpoint], endpoint, how)


ATTEMPT = """
INSERT INTO exchange_attempt (id, endpoint, wording, event, at, number, outcome, status, took_ms)
SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::int[], %b::text[], %b::int[], %b::int[])
"""


def write_down(results: Sequence[Came]) -> None:
    found = [
        (new_id(one.at), one.going.wording.endpoint, one.going.wording.id, one.going.row.id, one.at, one.going.number, one.outcome, one.status, one.took_ms)
        for one in results
    ]  # fmt: skip
    written(ATTEMPT, [list(column) for column in zip(*found, strict=True)])


AWAY = """
DELETE FROM exchange_delivery WHERE (endpoint, event) IN (SELECT * FROM unnest(%b::uuid[], %b::uuid[]))
"""


def away(found: Sequence[Going]) -> None:
    """What is acknowledged leaves, also where its claim has run out meanwhile."""
    if found:
        written(AWAY, [[one.wording.endpoint for one in found], [one.row.id for one in found]])


PUT_OFF = """
UPDATE exchange_delivery SET claim = NULL, claimed_until = NULL, due_at = %s, dead_at = %s, reason = %s
WHERE endpoint = %s AND event = %s AND claim = %s
"""


def put_off(one: Came, how: Manner, draw: Callable[[], int], *, act: Act) -> None:
    """Try it again later; or, where its days are over, lay it with the dead letters."""
    going, last = one.going, one.going.first_at + how.dead_after
    asked = min(one.retry_after_s or 0, how.retry_after_most_s)
    wait = max(
        timedelta(milliseconds=wait_ms(going.number, how.waits_s, how.jitter_permille, draw())),
        timedelta(seconds=asked),
    )
    dead = one.at >= last
    told = [min(one.at + wait, last), one.at if dead else None, one.outcome if dead else ""]
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF, [*told, going.wording.endpoint, going.row.id, going.claim])
        hit = cursor.rowcount
    if dead and hit:
        append(
            "webhook.dead", act, about=[going.wording.endpoint, going.row.id], reason=one.outcome, attempts=going.number
        )


def end_gone(one: Came, *, act: Act) -> None:
    """410: the receiver has closed the endpoint. What still waits for it is dead until somebody mends it."""
    wording = one.going.wording
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_endpoint_end (wording, at, why) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [wording.id, one.at, GONE],
        )
        fresh = cursor.rowcount
    if fresh:
        append("endpoint.ended", act, about=[wording.endpoint, wording.id], agency=wording.agency, why=GONE)
    bury(wording.endpoint, GONE, act=act)


BURY = """
UPDATE exchange_delivery SET claim = NULL, claimed_until = NULL, dead_at = %s, reason = %s
WHERE endpoint = %s AND dead_at IS NULL RETURNING event
"""


def bury(endpoint: UUID, reason: str, *, act: Act) -> int:
    """Everything that waits for this endpoint becomes a dead letter."""
    with connection.cursor() as cursor:
        cursor.execute(BURY, [act.at, reason, endpoint])
        events = [row[0] for row in cursor.fetchall()]
    if events:
        append("webhook.dead", act, about=[endpoint, *events], reason=reason)
    return len(events)


# Asked endpoint by endpoint: a look at each delivery that waits would cost as much as all the rest of a turn.
ENDED = """
SELECT w.id FROM exchange_endpoint w WHERE w.id = w.endpoint AND NOT w.id = ANY(%b::uuid[])
AND EXISTS (SELECT FROM exchange_delivery d WHERE d.endpoint = w.id AND d.dead_at IS NULL)
"""


def bury_ended(held: Mapping[UUID, Wording], *, act: Act) -> int:
    """What waits for endpoints that hold no longer is dead, and seen, instead of waiting for nobody."""
    assert connection.in_atomic_block, "what is buried is written down with it"
    return sum(bury(endpoint, "ended", act=act) for (endpoint,) in prepared(ENDED, [list(held)]))


FAILURES = "SELECT failures FROM exchange_line WHERE endpoint = %b"
REST = """
INSERT INTO exchange_line (endpoint, failures, paused_until) VALUES (%b, %b, %b)
ON CONFLICT (endpoint) DO UPDATE SET failures = excluded.failures, paused_until = excluded.paused_until
"""


def rest(results: Sequence[Came], endpoint: UUID, how: Manner) -> None:
    """Leave an endpoint in peace that was not reached, or that asks for it; one that answers is asked on."""
    newest = max(results, key=lambda one: one.at)
    asked = max((one.retry_after_s or 0 for one in results if one.status in (429, 503)), default=0)
    failures = next((told for (told,) in prepared(FAILURES, [endpoint])), 0)
    lost = all(one.outcome in REACHED_NOBODY for one in results)
    if not lost and not asked and not failures:
        return
    failures = failures + 1 if lost else 0
    pause = how.pauses_s[min(failures, len(how.pauses_s)) - 1] if lost else min(asked, how.retry_after_most_s)
    written(REST, [endpoint, failures, newest.at + timedelta(seconds=pause)])
