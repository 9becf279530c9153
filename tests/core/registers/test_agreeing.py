"""Two copies of a register compared: each kind of difference is found as what it is, and nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from suar.core.registers.agreeing import KINDS, Line, Tree, differences

DAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
AFTER, BEFORE = DAY + timedelta(days=60), DAY - timedelta(days=60)


def line(number: int, **other: Any) -> Line:
    said: dict[str, Any] = {
        "entry": UUID(int=number << 120 | number), "decision": number.to_bytes(4, "big"), "kind": "exit_ban", "subject": UUID(int=number),
        "authority": "polri", "basis": "UU 6/2011 Ps 91", "reason": "exit_ban", "state": "confirmed", "stated": b"s%d" % number,
        "from_at": BEFORE, "until_at": AFTER,
    }  # fmt: skip
    return Line(**said | other)


LINES = [line(number) for number in range(40)]
LIFTED = replace(LINES[7], until_at=DAY - timedelta(days=1), lifted=True)
ENDED = replace(LINES[7], until_at=DAY - timedelta(days=1))
NEVER = replace(LINES[7], from_at=None, until_at=None, lifted=True)

#: What the list says of number 7, what we hold of it, and what that is called.
CASES = [
    (LINES[7], LINES[7], []),
    (LINES[7], None, ["missing"]),
    (None, LINES[7], ["surplus"]),
    (LINES[7], replace(LINES[7], until_at=AFTER - timedelta(days=1)), ["other_term"]),
    (LINES[7], replace(LINES[7], from_at=BEFORE + timedelta(days=1)), ["other_term"]),
    (ENDED, replace(ENDED, until_at=DAY - timedelta(days=2)), ["other_term"]),
    (LINES[7], replace(LINES[7], decision=b"other"), ["other_decision"]),
    (LINES[7], replace(LINES[7], basis="UU 1/1900"), ["other_decision"]),
    (LINES[7], replace(LINES[7], authority="kpk"), ["other_decision"]),
    (LINES[7], replace(LINES[7], kind="exit_ban_urgent", reason="exit_ban_urgent"), ["other_decision"]),
    (LIFTED, LINES[7], ["other_state"]),
    (LINES[7], ENDED, ["other_state"]),
    (NEVER, LINES[7], ["other_state"]),
    (NEVER, None, []),
    (LINES[7], replace(LINES[7], state="unconfirmed"), ["other_state"]),
    (LINES[7], replace(LINES[7], subject=UUID(int=99)), ["other_person"]),
    (LINES[7], replace(LINES[7], subject=UUID(int=99), state="unconfirmed"), ["other_person"]),
    (LINES[7], replace(LINES[7], stated=b"an address more"), []),
    (LINES[7], replace(LINES[7], subject=UUID(int=99), basis="UU 1/1900"), ["other_person", "other_decision"]),
    (replace(LINES[7], unread=True, from_at=None), None, ["missing"]),
    (replace(LINES[7], unread=True, from_at=None), LINES[7], []),
]


@pytest.mark.parametrize(("theirs", "ours", "kinds"), CASES)
def test_each_difference_is_called_what_it_is(theirs: Line | None, ours: Line | None, kinds: list[str]) -> None:
    rest = LINES[:7] + LINES[8:]
    found = differences([*rest, *filter(None, [theirs])], [*filter(None, [ours]), *rest], DAY)
    assert [one.kind for one in found] == kinds
    assert {one.entry for one in found} <= {LINES[7].entry}


def test_statements_that_name_two_persons_differ_though_the_lines_are_alike() -> None:
    ours = [replace(one, stated=b"another nik") if one is LINES[3] else one for one in LINES]
    found = differences(LINES, ours, DAY, persons_differ=frozenset({LINES[3].entry}))
    assert [(one.kind, one.entry) for one in found] == [("other_person", LINES[3].entry)]


def test_every_kind_is_among_the_cases() -> None:
    assert {kind for *_, kinds in CASES for kind in kinds} == set(KINDS)


def test_a_root_is_the_same_in_any_order_and_another_for_any_change() -> None:
    root = Tree.of(LINES).root
    shuffled = random.Random(4).sample(LINES, len(LINES))
    assert Tree.of(shuffled).root == root
    for other in (
        replace(LINES[0], basis="x"),
        replace(LINES[0], state="y"),
        replace(LINES[0], until_at=DAY),
        replace(LINES[0], subject=None),
        replace(LINES[0], stated=b"z"),
    ):
        assert Tree.of([*LINES[1:], other]).root != root
    assert Tree.of(LINES[1:]).root != root
    assert Tree.of([]).root != root


def test_equal_copies_are_compared_by_their_roots_alone() -> None:
    """Where count and root agree no row is looked at: what is said of persons then cannot matter."""
    assert differences(LINES, LINES, DAY, persons_differ=frozenset(one.entry for one in LINES)) == []
