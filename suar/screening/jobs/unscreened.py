"""Every quarter of an hour what left is laid beside what was screened: SECURITY T01."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.exchange.actions import publish_many
from suar.intake.queries.health import states
from suar.screening.events import crossing_unscreened
from suar.screening.queries.unscreened import MISSED, compared_until, counts_of, reconciliation, told
from suar.vault.queries import DEFAULT, new_id

#: Fortnights of crossings and screenings are laid side by side by hashes, though the worker reads all else by index: by index alone, or by a
#: planner without fresh counts, each crossing would be compared with each screening.
HASHED = "SELECT set_config('enable_nestloop', 'off', true), set_config('enable_hashjoin', 'on', true), set_config('enable_seqscan', 'on', true)"
COMPARING = 7_306_201  # advisory lock: two workers never compare at once


def compare_due(*, act: Act) -> int:
    """Compare where a cycle is due; returns how many misses are new. Idempotent, and safe beside another worker."""
    rules = reconciliation(act.at)
    done = compared_until()
    if done is not None and act.at - rules.settles < done + rules.every:
        return 0
    return len(compare(act=act))


@transaction.atomic
def compare(*, act: Act) -> list[UUID]:
    """One cycle: all exits of the last days that are old enough, so also what came in late. Returns the crossings newly missed."""
    rules = reconciliation(act.at)
    until = act.at - rules.settles
    since = until - rules.looked_back
    as_hub()
    cycle = new_id(act.at)
    asked = told(rules, since, until) | {"at": act.at, "cycle": cycle, "feed": feed_state(rules.feed, act.at)}
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COMPARING])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(HASHED)
        cursor.execute(MISSED, asked)
        found = [crossing for (crossing,) in cursor.fetchall()]
    crossings, missed = counts_of(cycle)
    append("crossing.compared", act, about=found, crossings=crossings, missed=missed, found=len(found))
    publish_many([crossing_unscreened(crossing) for crossing in found], act)
    return found


def feed_state(source: str, at: datetime) -> str:
    """How the feed of crossings was heard when they were compared."""
    return next((state.state.value for state in states(at) if state.source == source), "unreachable")
