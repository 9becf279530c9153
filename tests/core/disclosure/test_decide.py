"""What Cedar decides of a nation of agreements is what a table walked by hand says, for every agency, event, kind, purpose, field and instant."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from suar.core.disclosure.decide import Disclosure
from suar.core.disclosure.rules import TABLES, Rules
from suar.core.disclosure.sharing import Sharing
from tests.agreed import (
    EVENT,
    FIELD,
    FROM,
    GIVER,
    IN_FORCE,
    KIND,
    PURPOSE,
    PURPOSE_ALONE,
    RECEIVER,
    UNTIL,
    dropping,
    without,
    written,
)

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
START = datetime(2026, 3, 1, 5, 0, 0, 123_457, tzinfo=UTC)
AGENCIES = ("imigrasi", "kp2mi", "kemenpppa", "polri")
EVENTS = ("record.accepted", "case.handed_over")
PURPOSES = ("protection", "investigation")
KINDS = ("placement", "passport", "trafficking_case", "unheard_of")
FIELDS = ("country", "status", "full_name")
CLASSES: Mapping[str, Mapping[str, Any]] = {
    "journey": {"of": ["placement", "passport"]},
    "passport": {"of": ["passport"]},
    "trafficking_case": {"of": ["trafficking_case"], "to": ["kemenpppa"], "for": ["protection"]},
    "record": {"of": ["*"]},
}


def agreement(
    giver: str, receiver: str, fields: Mapping[str, list[str]], *, day: int, until: int, **told: Any
) -> Sharing:
    return Sharing(
        giver=giver, receiver=receiver, purposes=frozenset(told.get("purposes", PURPOSES[:1])), classes=tuple(fields), fields=fields,
        events=frozenset(told.get("events", EVENTS[:1])), basis="test", from_at=START + day * DAY, until_at=START + until * DAY,
    )  # fmt: skip


AGREED = [
    agreement("kp2mi", "imigrasi", {"journey": ["country"]}, day=0, until=2),
    agreement("kp2mi", "imigrasi", {"passport": ["status"], "unlisted": []}, day=1, until=3, purposes=PURPOSES),
    agreement("kp2mi", "polri", {"journey": ["full_name"]}, day=0, until=3, purposes=PURPOSES[1:]),
    agreement("kp2mi", "kp2mi", {"record": ["status"]}, day=0, until=4),
    agreement(
        "imigrasi", "kemenpppa", {"trafficking_case": ["full_name"]}, day=0, until=4, events=EVENTS, purposes=PURPOSES
    ),
    agreement(
        "imigrasi", "polri", {"trafficking_case": ["full_name"]}, day=0, until=4, events=EVENTS, purposes=PURPOSES
    ),
    agreement("imigrasi", "kp2mi", {"record": ["full_name", "country"]}, day=2, until=4),
]
#: A tick before, at, and a tick after each instant at which something changes.
MOMENTS = [START + day * DAY + step * TICK for day in range(-1, 5) for step in (-1, 0, 1)]
Answers = dict[tuple[Any, ...], Any]


def speaks(one: Sharing, kind: str) -> list[str]:
    """The classes of an agreement that speak of a kind."""
    return [name for name in one.classes if {kind, "*"} & set(CLASSES[name]["of"] if name in CLASSES else [name])]


def names(one: Sharing, event: str, kind: str) -> bool:
    return event in one.events and bool(speaks(one, kind)) and at_most(kind, one.receiver)


def at_most(kind: str, receiver: str, purpose: str = "") -> bool:
    return kind != "trafficking_case" or (receiver == "kemenpppa" and purpose in ("", "protection"))


@functools.cache
def by_hand() -> Answers:
    """The oracle: loops over the table, and nothing of what is tested."""
    found: Answers = {}
    live = {at: [one for one in AGREED if one.from_at <= at < one.until_at] for at in MOMENTS}
    for at, receiver, giver, event, kind in product(MOMENTS, AGENCIES, AGENCIES, EVENTS, KINDS):
        pair = [one for one in live[at] if (one.giver, one.receiver) == (giver, receiver)]
        for then in MOMENTS[::3]:
            before = [
                one for one in live[then] if (one.giver, one.receiver) == (giver, receiver) and names(one, event, kind)
            ]
            naming = [one.until_at for one in pair if names(one, event, kind) and before]
            found["told", at, then, receiver, giver, event, kind] = max(naming, default=None)
        for purpose in PURPOSES:
            of = [one for one in pair if purpose in one.purposes and at_most(kind, receiver, purpose)]
            asked = {field for one in of for name in speaks(one, kind) for field in one.fields[name]}
            read = {
                field for one in of if event in one.events for name in speaks(one, kind) for field in one.fields[name]
            }
            found["ask", at, receiver, giver, kind, purpose] = asked
            found["read", at, receiver, giver, event, kind, purpose] = read
    for at, receiver, purpose in product(MOMENTS, AGENCIES, PURPOSES):
        mine = [one for one in live[at] if one.receiver == receiver and purpose in one.purposes]
        found["look", at, receiver, purpose] = {one.giver for one in mine}
        for kind in KINDS:
            named = [
                one for one in mine if any(kind in CLASSES.get(name, {"of": [name]})["of"] for name in one.classes)
            ]
            found["show", at, receiver, kind, purpose] = {
                one.giver for one in named if at_most(kind, receiver, purpose)
            }
    return found


def answered(decided: Disclosure, asked: tuple[Any, ...]) -> Any:
    match asked:
        case ("told", at, then, receiver, giver, event, kind):
            found = [one.until for one in decided.told(giver, event, (kind,), at, then) if one.receiver == receiver]
            return found[0] if found else None
        case ("ask", at, receiver, giver, kind, purpose):
            return decided.fields(receiver, giver, kind, purpose, at)
        case ("read", at, receiver, giver, event, kind, purpose):
            return decided.fields(receiver, giver, kind, purpose, at, event=event)
        case ("look", at, receiver, purpose):
            return decided.givers(receiver, purpose, at)
        case ("show", at, receiver, kind, purpose):
            return decided.givers(receiver, purpose, at, kind=kind)


def wrong(rules: Rules, expected: Answers, kind: type[Disclosure] = Disclosure) -> Iterator[tuple[Any, ...]]:
    """What is answered otherwise, asked in no order: what was decided first must not answer for another question."""
    decided, order = kind(rules, AGREED, CLASSES), list(expected)
    random.Random(7).shuffle(order)
    return (asked for asked in order if answered(decided, asked) != expected[asked])


def seen(rules: Rules, kind: type[Disclosure] = Disclosure) -> bool:
    return next(wrong(rules, by_hand(), kind), None) is not None


def read(**changed: str) -> Rules:
    return Rules.read({name: changed.get(name.removeprefix("sharing/"), written(name)) for name in TABLES})


def test_every_agency_event_kind_purpose_field_and_instant_is_decided_as_the_table_says() -> None:
    expected = by_hand()
    assert sum(bool(one) for one in expected.values()) > 300  # the table does give something of each
    assert list(wrong(read(), expected)) == []


@pytest.mark.parametrize(
    ("condition", "of"),
    [
        (FROM, ()), (UNTIL, ()), (IN_FORCE, ()), (RECEIVER, ("tell",)), (RECEIVER, ("read",)), (RECEIVER, ("ask",)), (RECEIVER, ("look",)),
        (RECEIVER, ("show",)), (PURPOSE, ("read",)), (PURPOSE, ("look",)), (PURPOSE, ("show",)), (PURPOSE_ALONE, ("ask",)), (EVENT, ("tell",)),
        (EVENT, ("read",)), (KIND, ("tell",)), (FIELD, ("read",)), (FIELD, ("ask",)), (KIND, ("show",)),
    ],
)  # fmt: skip
def test_the_twin_whose_policy_forgets_a_condition_is_seen(condition: str, of: tuple[str, ...]) -> None:
    assert seen(read(agreements=without(condition, *of)))


@pytest.mark.parametrize("id_", ["closed.other_receiver", "closed.other_purpose"])
def test_the_twin_without_a_rule_for_closed_kinds_is_seen(id_: str) -> None:
    assert seen(read(closed=dropping(id_, "sharing/closed")))


@pytest.mark.parametrize(
    "id_", ["tell.kind", "tell.any_kind", "read.field", "read.field_of_any_kind", "ask.field", "ask.field_of_any_kind", "show.kind", "look.rows"]
)  # fmt: skip
def test_without_its_rule_nothing_is_given(id_: str) -> None:
    assert seen(read(agreements=dropping(id_)))


@pytest.mark.parametrize(
    ("of", "part"),
    [(of, part) for of, parts in (("told", 6), ("tell", 6), ("read", 7), ("see", 5)) for part in range(1, parts)],
)
def test_the_twin_that_forgets_a_part_of_the_key_answers_for_another_question(of: str, part: int) -> None:
    """The planted bugs: what was decided of one receiver, kind, purpose or time is told of another."""

    class Forgetful(Disclosure):
        def once(self, key: Any, decide: Any) -> Any:
            return super().once((*key[:part], *key[part + 1 :]) if key[0] == of else key, decide)

    assert seen(read(), Forgetful)


def test_an_agreement_of_another_giver_permits_nothing_even_where_it_is_asked_about() -> None:
    """Candidates are looked up by giver; the policy says it as well, and would hold without that."""

    def permitted(rules: Rules) -> set[int]:
        decided = Disclosure(rules, AGREED, CLASSES)
        decided.of["polri"] = list(range(len(AGREED)))
        return {
            n for receiver in AGENCIES for n in decided.telling(receiver, "polri", EVENTS[0], "passport", START + DAY)
        }

    assert permitted(read()) == set()
    assert permitted(read(agreements=without(GIVER))) != set()


def test_a_policy_that_cannot_be_asked_gives_nothing_and_says_so() -> None:
    """Cedar passes over what fails: an error anywhere is no answer at all."""
    decided = Disclosure(read(), AGREED, CLASSES)
    with pytest.raises(RuntimeError, match="cannot be asked"):
        decided.asked("tell", "polri", [0], [{"at": 0}])


def test_why_a_reading_was_forbidden_is_told_by_the_names_of_the_rules() -> None:
    decided = Disclosure(read(), AGREED, CLASSES)
    late, soon = START + 5 * DAY, START + DAY
    told = ("polri", "imigrasi", EVENTS[0], ["trafficking_case"], "protection")
    assert decided.forbidding(*told, late) == ["agreement.not_in_force", "closed.other_receiver"]
    assert decided.forbidding(*told, soon) == ["closed.other_receiver"]
    assert decided.forbidding("imigrasi", "kp2mi", EVENTS[0], ["passport"], "protection", soon) == []
