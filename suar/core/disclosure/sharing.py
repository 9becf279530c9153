"""One data-sharing agreement, and how Cedar sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Classes = Mapping[str, Mapping[str, Any]]
ANY = "*"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """One agreement as it is asked for: who gives which fields of which classes to whom, told by which events, for which purposes."""

    giver: str
    receiver: str
    purposes: frozenset[str]
    classes: tuple[str, ...]
    fields: Mapping[str, Sequence[str]]
    events: frozenset[str]
    basis: str
    from_at: datetime
    until_at: datetime


def entities(agreements: Sequence[Sharing], classes: Classes) -> list[dict[str, Any]]:
    """The agreements as Cedar's entities, numbered by their place, and the agencies that they name."""
    agencies = sorted({agency for one in agreements for agency in (one.giver, one.receiver)})
    return [
        *({"uid": {"type": "Agency", "id": code}, "attrs": {}, "parents": []} for code in agencies),
        *(entity(number, one, classes) for number, one in enumerate(agreements)),
    ]


def entity(number: int, one: Sharing, classes: Classes) -> dict[str, Any]:
    attributes = {
        "giver": agency(one.giver), "receiver": agency(one.receiver), "purposes": sorted(one.purposes), "events": sorted(one.events),
        "from": microseconds(one.from_at), "until": microseconds(one.until_at),
    }  # fmt: skip
    return {
        "uid": {"type": "Agreement", "id": str(number)},
        "attrs": attributes,
        "tags": {kind: sorted(names) for kind, names in clauses(one, classes).items()},
        "parents": [],
    }


def clauses(one: Sharing, classes: Classes) -> dict[str, set[str]]:
    """Kind to the fields listed for it: what the classes of an agreement speak of, by the table of classes in force."""
    found: dict[str, set[str]] = {}
    for name, kind in spoken_of(one, classes):
        found.setdefault(kind, set()).update(one.fields.get(name, ()))
    return found


def spoken_of(one: Sharing, classes: Classes) -> Iterator[tuple[str, str]]:
    """Each class with each kind of which it speaks; one that the table does not know speaks of itself."""
    return ((name, kind) for name in one.classes for kind in classes.get(name, {}).get("of", [name]))


def kind_of(name: str, classes: Classes) -> dict[str, Any]:
    """A kind as policies see it. Where several closed classes speak of one kind, it goes only where each of them lets it."""
    closed = [row for row in classes.values() if "to" in row and name in row["of"]]
    to = set.intersection(*(set(row["to"]) for row in closed)) if closed else set[str]()
    purposes = set.intersection(*(set(row["for"]) for row in closed)) if closed else set[str]()
    return {
        "name": name,
        "closed": bool(closed),
        "to": [agency(code) for code in sorted(to)],
        "purposes": sorted(purposes),
    }


def agency(code: str) -> dict[str, Any]:
    return {"__entity": {"type": "Agency", "id": code}}


def microseconds(at: datetime) -> int:
    """Since 1970, as exact as PostgreSQL keeps an instant; Cedar's own datetime stops at the millisecond."""
    return (at - EPOCH) // MICROSECOND
