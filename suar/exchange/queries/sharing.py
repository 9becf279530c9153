"""Who may know what of which event: answered by the agreements in force at this very moment, and by nothing else (SECURITY 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from suar.agencies.queries import Sharing, sharings
from suar.exchange.queries import Row
from suar.policies.queries import in_force

Classes = Mapping[str, Mapping[str, Any]]
ANY = "*"
NOBODY = UUID(int=0)


def entitled(rows: Sequence[Row], at: datetime, *, receiver: str = "") -> list[tuple[Row, str]]:
    """Each row with each agency that may be told of it now, in the rows' order; a row names only the classes that this receiver may know.

    An agreement must be in force now, and one when it happened: what comes late is not given to whom it is no longer agreed, and a new
    agreement does not open what was before it.
    """
    agreed = sharings({row.giver for row in rows}, receiver=receiver) if rows else []
    known = classes_in_force(at)
    parties: dict[str, list[Agreed]] = {}
    for (giver, whom), found in groupby(agreed, key=lambda one: (one.giver, one.receiver)):
        parties.setdefault(giver, []).append(Agreed(whom, list(found), at, known))
    asked = ((row, party) for row in rows for party in parties.get(row.giver, ()))
    return [(given, party.receiver) for row, party in asked if (given := party.given(row))]


class Agreed:
    """What one giver and one receiver agreed on, as it is now. Of many events what is given is the same: it is asked once for each kind of them."""

    def __init__(self, receiver: str, agreed: Sequence[Sharing], at: datetime, known: Classes) -> None:
        self.receiver, self.agreed, self.at, self.known = receiver, agreed, at, known
        self.asked: dict[tuple[object, ...], list[str] | None] = {}

    def given(self, row: Row) -> Row | None:
        """The row as far as the agreements go; None where they give nothing of it."""
        then = tuple(one.in_force(row.at) for one in self.agreed)
        key = (row.type, then, *row.classes)
        if key not in self.asked:
            mine = [one for one in self.agreed if row.type in one.events]
            self.asked[key] = narrowed(row, mine, self.at, self.known)
        classes = self.asked[key]
        if classes is None or classes == row.classes:
            return None if classes is None else row
        return replace(row, classes=classes)


def narrowed(row: Row, agreed: Sequence[Sharing], at: datetime, known: Classes) -> list[str] | None:
    """Which classes of the row these agreements give; None where they give nothing of it."""
    receiver = agreed[0].receiver if agreed else ""
    now, then = ([one for one in agreed if one.in_force(moment)] for moment in (at, row.at))
    if not now or not then:
        return None
    both = [
        kind
        for kind in row.classes
        if names_kind(now, kind, known) and names_kind(then, kind, known) and open_to(receiver, kind, known)
    ]
    return both if both or not row.classes else None


def fields_given(row: Row, receiver: str, purpose: str, at: datetime) -> dict[str, frozenset[str]]:
    """Kind to the fields of it that this receiver may read for this purpose now. Empty where nothing is agreed."""
    known = classes_in_force(at)
    mine = [one for one in sharings({row.giver}, receiver=receiver) if row.type in one.events]
    given = narrowed(row, mine, at, known) or []
    agreed = [one for one in mine if one.in_force(at) and purpose in one.purposes]
    kinds = [kind for kind in given if names_kind(agreed, kind, known)]
    return {
        kind: frozenset(listed(agreed, kind, known))
        for kind in kinds
        if open_to(receiver, kind, known, purpose=purpose)
    }


def would_be_given(type_: str, kind: str, *, giver: str, receiver: str, purpose: str, at: datetime) -> frozenset[str]:
    """Which fields of a kind this receiver could read of an event that happened now. Empty where nothing is agreed."""
    row = Row(xid="0", id=NOBODY, at=at, type=type_, giver=giver, thing=NOBODY, subject=None, classes=[kind], effect="")
    return fields_given(row, receiver, purpose, at).get(kind, frozenset())


def listed(agreed: Iterable[Sharing], kind: str, known: Classes) -> Iterator[str]:
    for one in agreed:
        for name in one.classes:
            if speaks_of(name, kind, known):
                yield from one.fields.get(name, ())


def names_kind(agreed: Iterable[Sharing], kind: str, known: Classes) -> bool:
    return any(speaks_of(name, kind, known) for one in agreed for name in one.classes)


def speaks_of(name: str, kind: str, known: Classes) -> bool:
    """Whether the class of an agreement speaks of this kind; one that the table does not know speaks of itself."""
    kinds = known.get(name, {}).get("of", [name])
    return kind in kinds or ANY in kinds


def fields_agreed(kind: str, *, giver: str, receiver: str, purpose: str, at: datetime) -> frozenset[str]:
    """Which fields of a kind a giver gives this receiver for this purpose now, whatever tells of it."""
    known = classes_in_force(at)
    agreed = [one for one in sharings({giver}, receiver=receiver) if one.in_force(at) and purpose in one.purposes]
    return frozenset(listed(agreed, kind, known)) if open_to(receiver, kind, known, purpose=purpose) else frozenset()


def open_to(receiver: str, kind: str, known: Classes, *, purpose: str = "") -> bool:
    """Whether this kind may go to this receiver at all, and for this purpose: a class with `to` goes to those and to nobody else, whatever
    is agreed (UU 21/2007 Ps 44).
    """
    closed = [row for row in known.values() if "to" in row and kind in row["of"]]
    return all(receiver in row["to"] and (not purpose or purpose in row["for"]) for row in closed)


def classes_in_force(at: datetime) -> Classes:
    table: Classes = in_force(at).tables.get("sharing/classes", {}).get("classes", {})
    return table
