"""The feed: an agency's machine reads on from its own place, as often as it likes; nothing is forgotten because it was read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import connections, transaction

from suar.agencies.access import as_hub, enter
from suar.agencies.actions.quota import spend
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.exchange.queries.events import signed_event
from suar.exchange.queries.feed import BEGINNING, Place, cursor_of, place_of, place_since, read_for
from suar.policies.queries import once

LOOKS_EVERY_S = 0.2
#: Whoever waits holds a thread of the program meanwhile: a quarter of them may be held so, and whoever comes then is answered at once.
PLACES_TO_WAIT = threading.BoundedSemaphore(
    max(1, int(settings.DATABASES["default"].get("OPTIONS", {}).get("pool", {}).get("max_size", 8)) // 4)
)


class TwoPlaces(Refusal):
    """`after` names a place, and `since` another."""

    code = "events.two_places"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """From where on, of which types (all of its agreements unless told), and how many. `standing`: without what a later event has overtaken,
    for whoever begins and wants to know how things are before he is told how they change.
    """

    after: str = ""
    since: datetime | None = None
    types: frozenset[str] | None = None
    limit: int = 100
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Fed:
    """Events as they were signed, and the cursor behind them."""

    events: tuple[bytes, ...]
    next: str
    more: bool


@transaction.atomic
def feed_for(act: Act, asked: Asked) -> Fed:
    """What this agency may be told after its place, by the agreements in force at this moment.

    Refuses: DoorShut, BadCursor, TwoPlaces, QuotaSpent.
    """
    enter(act, "events.receive")
    place = start(act, asked)
    if asked.standing:
        as_hub()  # whether something was overtaken is seen in rows that this agency may not read
    found = read_for(act.agency, place, act.at, types=asked.types, limit=asked.limit, standing=asked.standing)
    if found.rows:
        spend(act.actor, "events_a_day", act.at, len(found.rows))
        subjects = {row.subject for row in found.rows if row.subject}
        append("events.given", act, about=subjects, events=len(found.rows))
    return Fed(
        tuple(signed_event(row, act.agency) for row in found.rows), cursor_of(found.place, act.agency), found.more
    )


def start(act: Act, asked: Asked) -> Place:
    if asked.after and asked.since:
        raise TwoPlaces()
    if asked.since:
        return place_since(asked.since)
    return place_of(asked.after, act.agency) if asked.after else BEGINNING


def feed_when_there(ask: Callable[[Asked], Fed], asked: Asked, *, wait_s: int) -> Fed:
    """Ask until there is something to tell, so long at most, each time from where the last answer ended. Each time it is asked anew who may
    know what, and no connection is held between.
    """
    fed = ask(asked)
    if fed.events or not wait_s or not PLACES_TO_WAIT.acquire(blocking=False):
        return fed
    try:
        until = time.monotonic() + wait_s
        while not fed.events and not fed.more and (left := until - time.monotonic()) > 0:
            connections.close_all()
            time.sleep(min(left, LOOKS_EVERY_S))
            with once():  # a token taken back and an agreement that ended are noticed while somebody waits
                fed = ask(replace(asked, after=fed.next, since=None))
        return fed
    finally:
        PLACES_TO_WAIT.release()
