"""The doors of the integration console: replays with how far they have come, where each receiver stands, and the contract tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import agency_codes, desk, officer_names
from suar.core.act import Act
from suar.exchange.access.overview import HUB, whose
from suar.exchange.access.webhooks import row_of
from suar.exchange.queries.console import Contract, Replay, newest_contracts, replays
from suar.exchange.queries.feed import Place, read_for
from suar.exchange.queries.given import newest_receipts
from suar.exchange.queries.webhooks import Wording, holding, lines, wordings

MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Up to where a receiver says that it has taken everything over; `waiting` counts to 1,000."""

    agency: str
    at: datetime
    waiting: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replays:
    """`endpoints` that hold and can be read again, replays under way and done, and receivers who replay for themselves."""

    endpoints: Sequence[Mapping[str, Any]]
    replays: Sequence[tuple[Replay, Wording | None, str, int | None]]
    stands: Sequence[Stands]
    zone: str


@transaction.atomic
def replays_for(act: Act) -> Replays:
    """Refuses: DoorShut."""
    enter(act, "integration.see")
    known = wordings("true")
    held, found = holding(known), lines(act.at)
    rows = [
        row_of(one.endpoint, one, one, found.get(one.endpoint, {}), act.at)
        for one in held.values()
        if one.in_force(act.at)
    ]
    told = replays()
    names = officer_names([one.by for one in told])
    seat = desk(act.desk)
    return Replays(
        endpoints=sorted(rows, key=lambda row: (row["agency"], row["host"])),
        replays=[(one, held.get(one.endpoint), names.get(one.by, ""), left_s(one, act.at)) for one in told],
        stands=stands(act.at),
        zone=seat.office.zone if seat else "Asia/Jakarta",
    )


def left_s(one: Replay, at: datetime) -> int | None:
    """Seconds until a replay is through, at the rate at which it has come so far; None where that cannot be said, 0 where it is."""
    if one.left is None or one.done is None:
        return None
    if not one.left:
        return 0
    passed = (at - one.at).total_seconds()
    return int(passed * one.left / one.done) if one.done and passed > 0 else None


def stands(at: datetime) -> list[Stands]:
    found = []
    for agency, receipt in sorted(newest_receipts(agency_codes()).items()):
        behind = read_for(agency, Place(receipt.xid, receipt.event), at, types=None, limit=MOST_COUNTED)
        found.append(Stands(agency=agency, at=receipt.at, waiting=len(behind.rows), more=behind.more))
    return found


@transaction.atomic
def contracts_for(act: Act) -> list[tuple[str, list[Contract]]]:
    """Each agency with its newest reports, one a kind; one's own, or everybody's for the hub's engineer. Refuses: DoorShut."""
    enter(act, "integration.see")
    _, may_choose = whose(act, "")
    agencies = [one for one in may_choose if one != HUB]
    found = newest_contracts(agencies)
    return [(agency, [one for one in found if one.agency == agency]) for agency in agencies]
