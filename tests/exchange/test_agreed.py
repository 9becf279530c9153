"""What is asked once for each kind of event in a turn is the same as asked event by event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from suar.agencies.queries import Sharing
from suar.exchange.queries import Row
from suar.exchange.queries.sharing import Agreed

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def sharing(classes: tuple[str, ...], from_at: datetime, until_at: datetime, events: frozenset[str]) -> Sharing:
    return Sharing(
        giver="imigrasi", receiver="polri", purposes=frozenset({"investigation"}), classes=classes, fields={}, events=events, basis="",
        from_at=from_at, until_at=until_at,
    )  # fmt: skip


TOLD = frozenset({"record.accepted"})
#: One that has ended, one that began an hour ago, and one of another type.
AGREED = [
    sharing(("passport", "crossing"), NOON - 9 * HOUR, NOON - 2 * HOUR, TOLD),
    sharing(("passport",), NOON - HOUR, NOON + HOUR, TOLD),
    sharing(("crossing",), NOON - 9 * HOUR, NOON + HOUR, frozenset({"register.acted"})),
]


def row(at: datetime, kind: str, *classes: str) -> Row:
    return Row("7", uuid4(), at, kind, "imigrasi", UUID(int=1), None, list(classes), "")


#: Of each the classes that go out; None: it does not.
GIVEN = [
    (row(NOON - 3 * HOUR, "record.accepted", "passport", "crossing"), ["passport"]),
    (row(NOON - 1.5 * HOUR, "record.accepted", "passport"), None),  # when it happened nothing was agreed
    (row(NOON - HOUR, "record.accepted", "passport"), ["passport"]),
    (row(NOON - HOUR, "record.accepted", "crossing"), None),
    (row(NOON - HOUR, "register.acted", "crossing"), ["crossing"]),
    (row(NOON - HOUR, "record.returned", "passport"), None),
]


def test_in_whichever_order_they_come_each_event_is_given_as_its_own_agreements_say() -> None:
    for order in permutations(GIVEN):
        party = Agreed("polri", AGREED, NOON, {})
        for one, classes in order:
            assert party.given(one) == (None if classes is None else replace(one, classes=classes))


def test_the_twin_that_forgets_when_an_event_happened_gives_or_withholds_by_another_ones_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted bug: what was found for one event holds for all of its type and classes."""
    real = Agreed.given

    def careless(party: Agreed, one: Row) -> Row | None:
        alike = next((key for key in party.asked if key[0] == one.type and key[2:] == tuple(one.classes)), None)
        if alike is None:
            return real(party, one)
        classes = party.asked[alike]
        return None if classes is None else replace(one, classes=classes)

    monkeypatch.setattr(Agreed, "given", careless)
    with pytest.raises(AssertionError):
        test_in_whichever_order_they_come_each_event_is_given_as_its_own_agreements_say()
