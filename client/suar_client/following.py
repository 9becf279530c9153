"""Following the feed: every event handed on in order, and how far we came kept where a power loss leaves it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .hub import Hub
from .signing import verified

PAGE, WAIT_S = 100, 20


class Place:
    """How far we came, in a file. It is moved only once the events before it are handled: a crash repeats some, and loses none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str:
        return self.path.read_text(encoding="utf-8").strip() if self.path.exists() else ""

    def move(self, cursor: str) -> None:
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(cursor)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)


def follow(
    hub: Hub,
    place: Place,
    handle: Callable[[Mapping[str, Any]], None],
    *,
    stop: Callable[[], bool] = lambda: False,
    wait: int = WAIT_S,
    once: bool = False,
) -> int:
    """Hand every event to `handle`, in order, until `stop` says so; returns how many. `once`: until nothing more is there.

    `handle` gets an event again where we were cut off after it: let it be idempotent by the event's `id`. An exception of it ends the
    following before the place is moved. Raises BadSignature before anything of the page is handled.
    """
    count, kept = 0, place.read()
    cursor = kept
    while not stop():
        page = hub.events(after=cursor, limit=PAGE, wait=0 if once else wait)
        kept = moved(place, kept, cursor)  # the hub has just known it
        events = [verified(event, hub.keys) for event in page["events"]]
        for event in events:
            handle(event)
        count += len(events)
        cursor = str(page["next"])
        if events:
            hub.acknowledge(cursor)
            kept = moved(place, kept, cursor)
        if once and not page["more"]:
            break
    return count


def moved(place: Place, kept: str, cursor: str) -> str:
    """Keep a cursor that the hub knows again, and no other: no signature stands under it, and one that was spoilt on its way would hold us up for ever."""
    if cursor != kept:
        place.move(cursor)
    return cursor
