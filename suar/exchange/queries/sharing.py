"""Who may know what of which event: answered by the agreements in force at this very moment, and by nothing else (SECURITY 3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from suar.agencies.queries.agreements import disclosure
from suar.exchange.queries import Row


def entitled(rows: Sequence[Row], at: datetime, *, receiver: str = "") -> list[tuple[Row, str]]:
    """Each row with each agency that may be told of it now, in the rows' order; a row names only the classes that this receiver may know.

    An agreement must be in force now, and one when it happened: what comes late is not given to whom it is no longer agreed, and a new
    agreement does not open what was before it.
    """
    return [(row, whom) for row, whom, _ in telling(rows, at, receiver=receiver)]


def telling(rows: Sequence[Row], at: datetime, *, receiver: str = "") -> Iterator[tuple[Row, str, datetime]]:
    """The same, and for each when the last agreement that says so ends."""
    decided = disclosure(at) if rows else None
    for row in rows:
        kinds = tuple(row.classes)
        for one in decided.told(row.giver, row.type, kinds, at, row.at) if decided else ():
            if receiver in ("", one.receiver):
                yield row if one.kinds == kinds else replace(row, classes=list(one.kinds)), one.receiver, one.until


def fields_given(row: Row, receiver: str, purpose: str, at: datetime) -> dict[str, frozenset[str]]:
    """Kind to the fields of it that this receiver may read for this purpose now; only kinds of which the event may be told. Empty where nothing
    is agreed.
    """
    kinds = [kind for given, _ in entitled([row], at, receiver=receiver) for kind in given.classes]
    decided = disclosure(at)
    found = {kind: decided.fields(receiver, row.giver, kind, purpose, at, event=row.type) for kind in kinds}
    return {kind: names for kind, names in found.items() if names}


def would_be_given(type_: str, kind: str, *, giver: str, receiver: str, purpose: str, at: datetime) -> frozenset[str]:
    """Which fields of a kind this receiver could read of an event that happened now. Empty where nothing is agreed."""
    decided = disclosure(at)
    told = any(one.receiver == receiver and one.kinds for one in decided.told(giver, type_, (kind,), at, at))
    return decided.fields(receiver, giver, kind, purpose, at, event=type_) if told else frozenset()


def forbidding(row: Row, receiver: str, purpose: str, at: datetime) -> list[str]:
    """Which policies, by their `@id`, forbade this receiver what an agreement lists; none where no agreement lists it at all."""
    return disclosure(at).forbidding(receiver, row.giver, row.type, row.classes, purpose, at)
