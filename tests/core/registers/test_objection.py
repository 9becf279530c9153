"""Until when one may object, until when it is decided, and by whom: at every boundary, and over the longest leave of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from suar.core.identity.zones import WIB, WIT, WITA
from suar.core.registers.acts import Hand
from suar.core.registers.law import RemedyRow
from suar.core.registers.objection import (
    ObjectionState,
    Part,
    alone_until,
    days_left,
    decide_by,
    deciders,
    may_decide,
    may_object_until,
    state_of,
    turn_of,
)
from suar.registers.queries.calendar import holidays_from
from tests.golden import adopted

SECOND = timedelta(seconds=1)
#: Written by hand from the joint decree for 2026, not taken from the library that the program uses: Nyepi 18-19 March, Idulfitri 20-24 March, Good Friday.
LEBARAN_2026 = frozenset({*(date(2026, 3, day) for day in range(18, 25)), date(2026, 4, 3)})
BAN = adopted.legal_basis()["exit_ban"].remedy
DEFERRAL = adopted.legal_basis()["departure_deferral"].remedy
SIGNAL = adopted.legal_basis()["signal"].remedy


def remedy(one: RemedyRow | None) -> RemedyRow:
    assert one
    return one


def local(text: str, zone: timezone) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# law: UU 30/2014 Ps 76-77
@pytest.mark.parametrize(
    ("received", "zone", "late"),
    [
        ("2026-11-02T09:00:00", WIB, "2026-11-17T00:00:00"),  # a Monday: ten working days, and the tenth is the 16th
        ("2026-11-02T00:00:00", WIT, "2026-11-17T00:00:00"),
        ("2026-11-02T23:59:59", WITA, "2026-11-17T00:00:00"),
        ("2026-11-01T23:59:59", WIB, "2026-11-14T00:00:00"),  # a Sunday counts no day of its own
        ("2026-03-13T10:00:00", WIB, "2026-04-07T00:00:00"),  # over Nyepi, Lebaran and Good Friday
        ("2026-03-19T10:00:00", WIT, "2026-04-09T00:00:00"),  # received in the middle of it
    ],
)
def test_it_is_decided_within_ten_working_days_to_the_second(received: str, zone: timezone, late: str) -> None:
    due = decide_by(remedy(DEFERRAL), local(received, zone), zone, LEBARAN_2026)
    assert due == local(late, zone) and due.tzinfo is UTC
    for at, state in (
        (due - SECOND, ObjectionState.DUE),
        (due, ObjectionState.OVERDUE),
        (due + SECOND, ObjectionState.OVERDUE),
    ):
        assert state_of(due, None, at, zone, LEBARAN_2026) is state
        assert state_of(due, at, at, zone, LEBARAN_2026) is ObjectionState.DECIDED


def test_the_calendar_of_the_house_knows_the_longest_leave() -> None:
    assert holidays_from(date(2026, 3, 1)) >= LEBARAN_2026


def test_one_second_past_midnight_gives_a_day_more() -> None:
    before, after = local("2026-11-02T23:59:59", WITA), local("2026-11-03T00:00:00", WITA)
    row = remedy(DEFERRAL)
    assert decide_by(row, after, WITA, set()) - decide_by(row, before, WITA, set()) == timedelta(days=1)
    assert decide_by(row, after, WIB, set()) == decide_by(row, before, WIB, set())  # in Jakarta it is an hour earlier


def test_what_was_said_at_the_form_by_jakarta_is_never_later_at_the_office() -> None:
    late_evening = local("2026-11-02T23:30:00", WIB)  # in Jayapura the third has begun
    by_office = decide_by(remedy(BAN), late_evening, WIT, set())
    said = decide_by(remedy(BAN), late_evening, WIT, set(), counted_in=WIB)
    assert said == by_office - timedelta(days=1)


def test_it_is_shown_as_due_two_working_days_before() -> None:
    due = local("2026-11-17T00:00:00", WIB)
    friday_begins = local("2026-11-13T00:00:00", WIB)
    assert state_of(due, None, friday_begins - SECOND, WIB, set()) is ObjectionState.OPEN
    assert state_of(due, None, friday_begins, WIB, set()) is ObjectionState.DUE
    assert [days_left(due, at, WIB, set()) for at in (friday_begins - SECOND, friday_begins, due - SECOND, due)] == [
        3,
        2,
        1,
        0,
    ]


# law: UU 6/2011 Ps 96; UU 30/2014 Ps 77
@pytest.mark.parametrize(
    ("ends", "late"),
    [
        ("2027-05-02T00:00:00", "2027-05-02T00:00:00"),  # a ban: as long as it runs
        ("2026-11-22T00:00:00", "2026-12-02T00:00:00"),  # one that ended before: its 21 working days
    ],
)
def test_a_ban_may_be_objected_to_as_long_as_it_runs(ends: str, late: str) -> None:
    until = may_object_until(remedy(BAN), local("2026-11-02T15:00:00", WIB), local(ends, WIB), WIB, set())
    assert until == local(late, WIB)


# law: UU 30/2014 Ps 77; UU 27/2022 Ps 10
@pytest.mark.parametrize("row", [DEFERRAL, SIGNAL], ids=["deferral", "signal"])
def test_anything_else_within_21_working_days_of_the_day_it_became_known_over_lebaran_too(
    row: RemedyRow | None,
) -> None:
    known, ends = local("2026-11-02T15:00:00", WIB), local("2027-01-01T00:00:00", WIB)
    assert may_object_until(remedy(row), known, ends, WIB, set()) == local("2026-12-02T00:00:00", WIB)
    over_lebaran = may_object_until(remedy(row), local("2026-03-02T08:00:00", WIB), ends, WIB, LEBARAN_2026)
    assert over_lebaran == local("2026-04-09T00:00:00", WIB)


def hand(number: int, office: str, role: str = "legal_reviewer") -> Hand:
    return Hand(officer=UUID(int=number), role=role, agency="imigrasi", office=office)


PART = Part(hands=frozenset({UUID(int=1), UUID(int=2)}), offices=frozenset({"BARESKRIM", "WILAYAH"}))


# law: UU 30/2014 Ps 76; Permenkumham 38/2021 Ps 6
@pytest.mark.parametrize(
    ("decider", "may"),
    [
        (hand(3, "HUKUM"), True),
        (hand(1, "HUKUM"), False),  # a hand of the entry, moved to another office since
        (hand(2, "HUKUM"), False),
        (hand(3, "BARESKRIM"), False),  # a colleague of whoever asked
        (hand(3, "WILAYAH"), False),
        (hand(3, "HUKUM", "supervisor"), False),
    ],
)
def test_nobody_decides_who_had_a_part_nor_a_colleague_of_his_office(decider: Hand, may: bool) -> None:
    assert may_decide(PART, decider) is may
    assert bool(deciders(PART, [decider])) is may


def test_others_come_in_after_five_working_days_and_not_a_second_before() -> None:
    received = local("2026-11-02T09:00:00", WIB)
    opens = alone_until(received, WIB, set())
    assert opens == local("2026-11-10T00:00:00", WIB)
    mine, other = hand(3, "HUKUM"), hand(4, "HUKUM")
    assert turn_of(PART, mine, mine.officer, opens, received)
    assert not turn_of(PART, other, mine.officer, opens, opens - SECOND) and turn_of(
        PART, other, mine.officer, opens, opens
    )
    assert turn_of(PART, other, None, opens, received) and not turn_of(PART, hand(1, "HUKUM"), None, opens, opens)
