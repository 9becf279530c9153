"""Publish, in the caller's transaction; tell listeners inside the house by jobs deferred in the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from suar.core.act import Act
from suar.exchange.events import Happened
from suar.vault.queries import new_ids
from suar.vault.queries.prepared import put

#: Event type -> what to defer, filled once by `site/wiring`. A listener gets the event ids and the things they are about.
listeners: dict[str, list[Callable[[Sequence[UUID], Sequence[UUID]], None]]] = {}

#: Event type -> what to defer once the streams of all its receivers have it, filled once by `site/wiring`. A listener gets the things, the
#: receiver of each, and the instant of the acknowledgement; it runs in the transaction that moves the relay's place.
acknowledged: dict[str, Callable[[Sequence[UUID], Sequence[str], datetime], None]] = {}

INSERT = """
INSERT INTO exchange_outbox (id, at, type, giver, thing, subject, classes, effect)
SELECT id, %b, type, giver, thing, subject, string_to_array(classes, ','), effect
FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::uuid[], %b::uuid[], %b::text[], %b::text[])
  AS row (id, type, giver, thing, subject, classes, effect)
"""


KEPT = "_suar_published"
INSTANTS_KEPT = 16  # a transaction has one act, and so one instant; a job of several may have a few


def publish(event: Happened, act: Act) -> UUID:
    """Put one event into the outbox; returns its id."""
    return publish_many([event], act)[0]


def publish_many(events: Sequence[Happened], act: Act) -> list[UUID]:
    """Put events into the outbox, one row each, set-based. Asserts that it runs inside the transaction of what they tell."""
    assert connection.in_atomic_block, "an event commits with what it tells"
    if not events:
        return []
    ids = ids_in_order(act.at, len(events))
    put(
        INSERT,
        [
            act.at,
            ids,
            [event.type for event in events],
            [event.giver for event in events],
            [event.thing for event in events],
            [event.subject for event in events],
            [",".join(event.classes) for event in events],
            [event.effect for event in events],
        ],
    )
    for kind in sorted({event.type for event in events}):
        chosen = [(id_, event.thing) for id_, event in zip(ids, events, strict=True) if event.type == kind]
        for listener in listeners.get(kind, []):
            listener([id_ for id_, _ in chosen], [thing for _, thing in chosen])
    return ids


def ids_in_order(at: datetime, count: int) -> list[UUID]:
    """Ids that are greater than every one that was made for this instant on this connection before: readers go by the number of the transaction
    and then by the id, so the events of one transaction come in the order in which they were published. Kept on the connection, since a
    transaction has one; an act before it at the same instant only makes the ids begin higher.
    """
    line = connection.connection
    published: dict[int, UUID] = getattr(line, KEPT, None) or {}
    moment = int(at.timestamp() * 1_000_000) // 1_000
    ids = new_ids(at, count, after=published.pop(moment, None))
    published[moment] = ids[-1]
    if len(published) > INSTANTS_KEPT:
        published.pop(next(iter(published)))
    setattr(line, KEPT, published)
    return ids
