"""Is our way to the hub right? The clock, the token, the feed's format, order, repetition and signatures, and how fresh our own records are."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from .hub import Hub
from .report import Report
from .signing import verified

MOST_SKEW_S = 60.0
NEEDED = frozenset({"specversion", "id", "source", "type", "time", "data", "keyid", "signature"})


def check_feed(hub: Hub) -> Report:
    """Every check that reading alone can make; nothing is acknowledged and no place is moved."""
    report, pages = Report(), [dict[str, Any]()]
    report.check("our clock is the hub's", lambda: clock(hub))
    report.check("our key gets a token", lambda: (bool(hub.token()), "given"))

    def read() -> tuple[bool, str]:
        pages[0] = hub.events(limit=100)
        return True, f"{len(pages[0]['events'])} events, more: {pages[0]['more']}"

    report.check("the feed can be read", read)
    first = pages[0].get("events", [])
    report.check("each event is a CloudEvent", lambda: formed(first))
    report.check(
        "each event is the hub's own", lambda: (all(verified(one, hub.keys) for one in first), f"{len(first)} verified")
    )
    report.check(
        "no event stands twice", lambda: (len({one["id"] for one in first}) == len(first), f"{len(first)} ids")
    )
    report.check("asked again, the same events come in the same order", lambda: again(hub, first))
    report.check("asked by the cursor, none of them comes again", lambda: onward(hub, pages[0]))
    report.check("our own records are fresh at the hub", lambda: fresh(hub))
    return report


def clock(hub: Hub) -> tuple[bool, str]:
    answer = hub.http.get("/api/v1/keys")
    away = time.time() - parsedate_to_datetime(answer.headers["Date"]).timestamp()
    return abs(away) <= MOST_SKEW_S, f"{away:+.0f} s"


def formed(events: list[Mapping[str, Any]]) -> tuple[bool, str]:
    wrong = [str(one.get("id")) for one in events if NEEDED - set(one) or one["specversion"] != "1.0"]
    return not wrong, f"wrong: {wrong[:3]}" if wrong else f"{len(events)} of {len(events)}"


def again(hub: Hub, first: list[Mapping[str, Any]]) -> tuple[bool, str]:
    told = hub.events(limit=100)["events"][: len(first)]
    return [one["id"] for one in told] == [one["id"] for one in first], f"{len(told)} events"


def onward(hub: Hub, page: Mapping[str, Any]) -> tuple[bool, str]:
    told = {one["id"] for one in hub.events(after=page["next"], limit=100)["events"]}
    twice = told & {one["id"] for one in page["events"]}
    return not twice, f"{len(twice)} twice"


def fresh(hub: Hub) -> tuple[bool, str]:
    states = {one["source"]: one["state"] for one in hub.get("/api/v1/sources")["sources"]}
    late = sorted(source for source, state in states.items() if state != "fresh")
    return not late, f"not fresh: {', '.join(late)}" if late else f"{len(states)} sources fresh"
