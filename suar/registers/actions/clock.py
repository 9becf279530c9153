"""What the clock does by itself: requests that nobody answered lapse, and so do entries whose term is over; an overdue review suspends; an overdue
objection is told to the oversight.

No desk waits for this: an entry is acted on only within its term and its review, to the second (`core.registers.acts.Standing.acted_on`).
It is written down so that its owner, its subscribers and the person's file learn of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.registers.acts import Wanted, overdue
from suar.registers.access.hands import no_officer
from suar.registers.actions.objection import escalate
from suar.registers.actions.rule import lapse_requests
from suar.registers.actions.write import next_step, write_act
from suar.registers.queries.native import Done, acts_of, standing_of

AT_ONCE = 500  # acts in one transaction

# The newest act of an entry says whether it runs; what came due long ago was written down then, and is not looked through again.
DUE = """
SELECT a.entry FROM registers_act a
WHERE ((a.state <> 'ended' AND a.ends <= %(at)s AND a.ends > %(since)s)
    OR (a.state = 'in_force' AND a.review_due <= %(at)s AND a.review_due > %(since)s))
AND NOT EXISTS (SELECT 1 FROM registers_act later WHERE later.entry = a.entry AND later.seq > a.seq)
ORDER BY a.ends, a.entry LIMIT %(most)s
"""
EVER = datetime(1, 1, 2, tzinfo=UTC)
LATELY = timedelta(days=2)  # a request lapses within one


def keep_time(*, act: Act, since: datetime = EVER) -> int:
    """Write down all that has come due by `act.at`, and after `since`. Returns how many acts and lapsed requests.

    Doing it twice changes nothing. Every few seconds a look at the last days is enough; once a day everything is looked at.
    """
    written = lapse_requests(since, act=act)
    while more := lapse_entries(since, act=act):
        written += more
    return written + escalate(act=act)


@transaction.atomic(durable=True)
def lapse_entries(since: datetime, *, act: Act) -> int:
    as_hub()
    found = acts_of(due(act.at, since))
    for done in found.values():
        clock_step(done, act)
    return len(found)


def due(at: datetime, since: datetime) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"at": at, "since": since, "most": AT_ONCE})
        return [entry for (entry,) in cursor.fetchall()]


def clock_step(done: list[Done], act: Act) -> None:
    before = standing_of(done)
    assert before is not None
    due_now = overdue(before, act.at)
    assert due_now is not None
    wanted = Wanted(act=due_now, asked_at=act.at)
    write_act(
        next_step(done, wanted, no_officer(act), reason=due_now.value, said={}), second=None, request=None, act=act
    )
