"""What an agency may see and why, and what it gave to whom: agreements and counts, nobody's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from suar.agencies.access import DoorShut, enter
from suar.agencies.queries import agency_codes
from suar.agencies.queries.agreements import agreements_with
from suar.core.act import Act
from suar.core.disclosure.sharing import Sharing
from suar.exchange.queries.given import Given, given_by_and_to, newest_receipts
from suar.policies.queries import Bundle, in_force

#: So long before its end an agreement is said to end soon: two agencies need about a month to sign the next.
SOON = timedelta(days=30)
HUB = "suar"
Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its name in both languages; without one where only the catalogue knows it."""

    code: str
    said: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """One agreement as its receiver reads it."""

    giver: str
    purposes: Sequence[Named]
    classes: Sequence[tuple[Named, Sequence[Named]]]
    events: Sequence[Named]
    basis: str
    from_at: datetime
    until_at: datetime
    state: str  # in_force, ends_soon, not_yet, over


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """How many events of one type an agency gave to another, and when that one last said that it has them."""

    giver: str
    receiver: str
    type: Named
    events: int
    last_at: datetime
    taken_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`agencies`: whose overview this act may choose; one alone where it is its own agency's."""

    agency: str
    agencies: Sequence[str]
    allowed: Sequence[Allowed]
    gave: Sequence[Passed]
    got: Sequence[Passed]


@transaction.atomic
def overview_for(act: Act, agency: str) -> Overview:
    """One's own agency's; any agency's for whoever watches over all of them, and for the hub's engineer. Refuses: DoorShut."""
    enter(act, "sharing.see")
    mine, may_choose = whose(act, agency)
    bundle = in_force(act.at)
    agreed = sorted(agreements_with(mine, act.at), key=lambda one: (not holds(one, act.at), one.giver, one.until_at))
    passed = given_by_and_to(mine)
    return Overview(
        agency=mine,
        agencies=may_choose,
        allowed=[allowed(one, bundle, act.at) for one in agreed],
        gave=passed_on([one for one in passed if one.giver == mine], bundle),
        got=passed_on([one for one in passed if one.receiver == mine], bundle),
    )


def whose(act: Act, asked: str) -> tuple[str, list[str]]:
    """Whose part of the exchange is looked at, and whose may be: one's own, any for oversight and at the hub. Refuses: DoorShut."""
    may_choose = agency_codes() if act.purpose == "oversight" or act.agency == HUB else [act.agency]
    if (mine := asked or act.agency) not in may_choose:
        raise DoorShut(door="sharing.see")
    return mine, may_choose


def allowed(one: Sharing, bundle: Bundle, at: datetime) -> Allowed:
    purposes, classes = bundle.tables["sharing/purposes"]["purposes"], bundle.tables["sharing/classes"]["classes"]
    return Allowed(
        giver=one.giver,
        purposes=[named(code, purposes) for code in sorted(one.purposes)],
        classes=[(class_named(code, bundle), fields(one, code, classes, bundle)) for code in one.classes],
        events=[named(code, bundle.tables["sharing/events"]["told"]) for code in sorted(one.events)],
        basis=one.basis,
        from_at=one.from_at,
        until_at=one.until_at,
        state=state_of(one, at),
    )


def state_of(one: Sharing, at: datetime) -> str:
    if at < one.from_at:
        return "not_yet"
    if not holds(one, at):
        return "over"
    return "ends_soon" if one.until_at - at < SOON else "in_force"


def holds(one: Sharing, at: datetime) -> bool:
    """How its dates read on a page; nothing is given by this."""
    return one.from_at <= at < one.until_at


def fields(one: Sharing, name: str, classes: Mapping[str, Any], bundle: Bundle) -> list[Named]:
    """The fields of a class by the names that the standard gives them."""
    kinds = [bundle.tables.get(f"standard/{kind}", {}) for kind in classes.get(name, {}).get("of", [name])]
    kinds.append(bundle.tables.get("standard/person_claims", {}))
    known = {field: row["meaning"] for kind in reversed(kinds) for field, row in kind.get("fields", {}).items()}
    return [Named(field, known.get(field)) for field in one.fields.get(name, ())]


def named(code: str, table: Mapping[str, Any]) -> Named:
    return Named(code, table.get(code))


def class_named(code: str, bundle: Bundle) -> Named:
    """By the table of classes; a class that is a kind of the standard by the name that it has there."""
    return Named(
        code,
        bundle.tables["sharing/classes"]["classes"].get(code) or bundle.tables.get(f"standard/{code}", {}).get("name"),
    )


def passed_on(rows: Sequence[Given], bundle: Bundle) -> list[Passed]:
    receipts = newest_receipts(sorted({one.receiver for one in rows}))
    told = bundle.tables["sharing/events"]["told"]
    return [
        Passed(
            giver=one.giver, receiver=one.receiver, type=named(one.type, told), events=one.events, last_at=one.last_at,
            taken_at=receipts[one.receiver].at if one.receiver in receipts else None,
        )
        for one in rows
    ]  # fmt: skip
