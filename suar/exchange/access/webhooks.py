"""What an integration engineer sees of endpoints and of what became of deliveries: no person stands behind any of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import agency_codes, desk, officer_names
from suar.agencies.queries.agreements import event_types
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.exchange.queries import waiting
from suar.exchange.queries.webhooks import (
    Wording,
    attempts,
    dead_letters,
    holding,
    lines,
    reader_of,
    wordings,
    wordings_of,
)
from suar.vault.queries.webhook import public_keys

MOST_ATTEMPTS, MOST_OF_ONE = 20, 10
MOST_LETTERS = 200


@transaction.atomic
def integration_for(act: Act) -> dict[str, Any]:
    """Every endpoint with how it stands, and the last attempts."""
    enter(act, "integration.see")
    known = wordings("true")
    held, found = holding(known), lines(act.at)
    ids = sorted({one.endpoint for one in known})
    rows = [row_of(one, held.get(one), newest(known, one), found.get(one, {}), act.at) for one in ids]
    return {
        "rows": rows,
        "attempts": attempts_shown(attempts(None, MOST_ATTEMPTS), known),
        "dead": sum(row["dead"] for row in rows),
    }


def newest(known: Sequence[Wording], endpoint: UUID) -> Wording:
    return [one for one in known if one.endpoint == endpoint][-1]


def row_of(endpoint: UUID, held: Wording | None, last: Wording, line: dict[str, Any], at: datetime) -> dict[str, Any]:
    shown = held or last
    state = state_of(held, last, at)
    return {
        "endpoint": endpoint, "agency": shown.agency, "host": urlsplit(shown.url).netloc, "url": shown.url, "state": state,
        "proposal": proposed(last), "paused": bool(line.get("paused_until") and line["paused_until"] > at and state == "in_force"),
        "waits": line.get("parked", 0) + (waiting(reader_of(endpoint)) if state == "in_force" else 0),
        "lag_s": max(0, int((at - line["oldest"]).total_seconds())) if line.get("oldest") else 0, "oldest": line.get("oldest"),
        "dead": line.get("dead", 0), "last_at": line.get("last_at"),
    }  # fmt: skip


def proposed(last: Wording) -> bool:
    return not last.ruling


def state_of(held: Wording | None, last: Wording, at: datetime) -> str:
    """proposed, declined, in_force, not_yet, gone, closed or over."""
    if held is None:
        return last.ruling or "proposed"
    if held.ended_at:
        return held.ended_why
    if held.in_force(at):
        return "in_force"
    return "not_yet" if at < held.from_at else "over"


def attempts_shown(found: Sequence[dict[str, Any]], known: Sequence[Wording]) -> list[dict[str, Any]]:
    hosts = {one.endpoint: one for one in known}
    return [
        row | {"agency": hosts[row["endpoint"]].agency, "host": urlsplit(hosts[row["endpoint"]].url).netloc}
        for row in found
    ]


@transaction.atomic
def endpoint_for(act: Act, endpoint: UUID) -> dict[str, Any]:
    """One endpoint: how it stands, its wordings with who made and confirmed them, its public keys, its last attempts. Refuses: NotFound."""
    enter(act, "integration.see")
    known = wordings_of(endpoint)
    if not known:
        raise NotFound()
    held, last = holding(known).get(endpoint), known[-1]
    names = officer_names([who for one in known for who in (one.by, one.ruled_by) if who])
    row = row_of(endpoint, held, last, lines(act.at).get(endpoint, {}), act.at)
    return row | {
        "wordings": [wording_shown(one, names, act, holds=one is held) for one in reversed(known)],
        "proposed": wording_shown(last, names, act) if proposed(last) else None,
        "current": wording_shown(held or last, names, act),
        "keys": public_keys(endpoint),
        "attempts": attempts_shown(attempts(endpoint, MOST_OF_ONE), known),
    }


def wording_shown(one: Wording, names: dict[UUID, str], act: Act, *, holds: bool = False) -> dict[str, Any]:
    return {
        "id": one.id, "url": one.url, "events": one.events, "networks": one.networks, "from_at": one.from_at, "until_at": one.until_at,
        "at": one.at, "by": names.get(one.by, ""), "mine": one.by == act.actor, "ruling": one.ruling, "ruled_at": one.ruled_at,
        "ruled_by": names.get(one.ruled_by, "") if one.ruled_by else "", "ended_at": one.ended_at, "ended_why": one.ended_why, "holds": holds,
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which dead letters are asked for; None and "" ask for all."""

    endpoint: UUID | None = None
    reason: str = ""


@transaction.atomic
def letters_for(act: Act, wanted: Wanted) -> dict[str, Any]:
    """The dead letters, the newest first, with what they can be filtered by."""
    enter(act, "integration.see")
    known = wordings("true")
    held, found = holding(known), dead_letters()
    rows = [row for row in found if wanted.endpoint in (None, row["endpoint"]) and wanted.reason in ("", row["reason"])]
    ids = sorted({row["endpoint"] for row in found})
    hosts = {one: held.get(one) or newest(known, one) for one in ids}
    return {
        "rows": [
            row | {
                "agency": hosts[row["endpoint"]].agency, "host": urlsplit(hosts[row["endpoint"]].url).netloc,
                "mended": one_holds(held.get(row["endpoint"]), act.at),
            }
            for row in rows[:MOST_LETTERS]
        ],
        "all": len(found), "shown": len(rows), "more": max(0, len(rows) - MOST_LETTERS),
        "sendable": sum(one_holds(held.get(row["endpoint"]), act.at) for row in rows),
        "endpoints": [{"endpoint": one, "agency": hosts[one].agency, "host": urlsplit(hosts[one].url).netloc} for one in ids],
        "reasons": sorted({row["reason"] for row in found}),
    }  # fmt: skip


def one_holds(held: Wording | None, at: datetime) -> bool:
    return held is not None and held.in_force(at)


@transaction.atomic
def choices_for(act: Act) -> dict[str, Any]:
    """What an endpoint can be made of: agencies, and the types of events that any agreement names."""
    enter(act, "integration.endpoint")
    seat = desk(act.desk)
    return {
        "agencies": [one for one in agency_codes() if one != act.agency],
        "events": event_types(act.at),
        "zone": seat.office.zone if seat else "Asia/Jakarta",
    }
