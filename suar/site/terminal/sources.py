"""`suar sources`: how each source is, and with `--history` what part of the time it kept its promise, and when not. The numbers of the console."""

from __future__ import annotations

import json
from typing import Any

from suar.core.freshness import Outage, Share
from suar.intake.access.console import connectors_for
from suar.intake.queries.console import Connector
from suar.site.auth import system_act
from suar.site.sentences import say_or_code
from suar.site.written import age, instant, percent

MOST_OUTAGES = 10


def sources(*, history: bool, as_json: bool) -> int:
    """Exit status 1 where a source that was ever heard is late or silent, so that a script may ask."""
    act = system_act("sources")
    found = connectors_for(act)
    if as_json:
        print(json.dumps({"at": act.at.isoformat(), "sources": [row(one) for one in found]}))
    else:
        for one in found:
            print(line(one))
            if history:
                print("\n".join(outages(one.history.outages)))
    return int(any(one.history.state in ("stale", "unreachable") for one in found))


def line(one: Connector) -> str:
    state = say_or_code(f"history_state.{one.history.state or 'not_connected'}", one.history.state, "en")
    since = f" since {instant(one.history.since, 'en')}" if one.history.since else ""
    told = "  ".join(f"{window} {kept(share)}" for window, share in one.history.shares.items())
    promise = f"every {age(one.mapping.rhythm_minutes * 60, 'en')}, late after {age(one.mapping.stale_after_minutes * 60, 'en')}"
    return f"{one.mapping.source:<12} {state:<18} {told}  ({promise}){since}"


def kept(share: Share) -> str:
    if share.permille is None:
        return "not watched"
    seen = "" if share.seen_s * 100 >= share.window_s * 99 else f" of {age(share.seen_s, 'en')} watched"
    return percent(share.permille, "en").replace("\u00a0", " ") + seen


def outages(found: list[Outage]) -> list[str]:
    """The last ones, the newest first."""
    told = []
    for one in reversed(found[-MOST_OUTAGES:]):
        until = "goes on" if one.open else instant(one.until, "en")
        length = age((one.until - one.from_at).total_seconds(), "en")
        state = say_or_code(f"history_state.{one.state}", one.state, "en")
        told.append(f"    {state}: {instant(one.from_at, 'en')} – {until} ({length})")
    return told or ["    no outage in 30 days, as far as it was watched"]


def row(one: Connector) -> dict[str, Any]:
    return {
        "source": one.mapping.source, "state": one.history.state or "not_connected",
        "since": one.history.since.isoformat() if one.history.since else None,
        "rhythm_minutes": one.mapping.rhythm_minutes, "late_after_minutes": one.mapping.stale_after_minutes,
        "kept": {
            window: {"permille": share.permille, "fresh_s": share.fresh_s, "seen_s": share.seen_s, "window_s": share.window_s}
            for window, share in one.history.shares.items()
        },
        "outages": [
            {"from": out.from_at.isoformat(), "until": None if out.open else out.until.isoformat(), "state": out.state}
            for out in one.history.outages
        ],
    }  # fmt: skip
