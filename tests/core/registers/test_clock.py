"""The legal clock: local days of the deciding office, [from, to), and a lapse that needs nobody's act."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.zones import WIB, WIT, WITA
from suar.core.registers.clock import in_force, stops, window
from suar.core.registers.law import LegalBasis, UnknownLaw
from suar.core.standard.tables import BadTable
from tests.core.matching.people import unhurried
from tests.golden import adopted

BASIS = adopted.legal_basis()
SECOND = timedelta(seconds=1)


# law: UU 6/2011 Ps 97; UU 63/2024 Ps 97(1); MK 64/PUU-IX/2011; Permenkumham 38/2021 Ps 5
@pytest.mark.parametrize(
    ("first_day", "extended", "ends"),
    [
        (date(2026, 1, 15), 0, date(2026, 7, 15)),
        (date(2026, 1, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), 2, date(2027, 1, 15)),  # MK 64/PUU-IX/2011: no endless extension
        (date(2026, 8, 31), 0, date(2027, 2, 28)),
        (date(2027, 8, 31), 0, date(2028, 2, 29)),
        (date(2026, 12, 1), 0, date(2027, 6, 1)),
    ],
)
def test_an_exit_ban_is_six_months_and_six_more(first_day: date, extended: int, ends: date) -> None:
    held = window(BASIS["exit_ban"], first_day, WIB, extended=extended)
    assert held.ends.astimezone(WIB).date() == ends and held.ends.astimezone(WIB).hour == 0


# law: UU 6/2011 Ps 92; Permenkumham 38/2021 Ps 11; Permenimipas 13/2025 Ps 9, 11
def test_an_urgent_exit_ban_is_twenty_days_and_no_more() -> None:
    held = window(BASIS["exit_ban_urgent"], date(2026, 3, 1), WIT, extended=1)
    assert held.ends - held.begins == timedelta(days=20)
    assert held.begins == datetime(2026, 2, 28, 15, tzinfo=UTC)


def test_it_holds_from_the_first_instant_and_not_at_the_last() -> None:
    held = window(BASIS["exit_ban"], date(2026, 1, 15), WITA)
    assert held.holds(held.begins) and held.holds(held.ends - SECOND)
    assert not held.holds(held.begins - SECOND) and not held.holds(held.ends)


def test_the_zone_of_the_deciding_office_makes_two_hours() -> None:
    jakarta, jayapura = (window(BASIS["exit_ban"], date(2026, 1, 15), zone) for zone in (WIB, WIT))
    assert jakarta.ends - jayapura.ends == timedelta(hours=2)


def test_a_decision_may_be_shorter_and_is_cut_where_it_claims_more_than_the_law() -> None:
    shorter = window(BASIS["exit_ban"], date(2026, 1, 15), WIB, last_day=date(2026, 2, 14))
    assert shorter.ends.astimezone(WIB).date() == date(2026, 2, 15) and not shorter.cut
    longer = window(BASIS["exit_ban"], date(2026, 1, 15), WIB, last_day=date(2030, 1, 1))
    assert longer.ends.astimezone(WIB).date() == date(2026, 7, 15) and longer.cut


# law: UU 6/2011 Ps 9; Permenkumham 9/2024
def test_a_deferral_ends_with_the_trip() -> None:
    row = BASIS["departure_deferral"]
    unknown = window(row, date(2026, 11, 21), WIB)
    assert unknown.ends.astimezone(WIB).date() == date(2026, 11, 22)
    trip = window(row, date(2026, 11, 21), WIB, last_day=date(2026, 11, 23))
    assert trip.ends.astimezone(WIB).date() == date(2026, 11, 24)
    claimed = window(row, date(2026, 11, 21), WIB, last_day=date(2027, 11, 21))
    assert claimed.ends.astimezone(WIB).date() == date(2026, 11, 28) and claimed.cut


# law: UU 6/2011 Ps 97
def test_a_list_that_forgot_to_lapse_holds_nobody() -> None:
    begins = datetime(2025, 6, 1, tzinfo=UTC)
    never = datetime(2040, 1, 1, tzinfo=UTC)
    after_law = datetime(2026, 1, 6, tzinfo=UTC)  # a citizen of Medan was still listed then (FIELD 0)
    assert in_force("exit_ban", begins, never, datetime(2025, 11, 1, tzinfo=UTC), basis=BASIS, zone=WIB)
    assert not in_force("exit_ban", begins, never, after_law, basis=BASIS, zone=WIB)
    assert in_force("exit_ban", begins, never, after_law, basis=BASIS, zone=WIB, extended=1)
    assert not in_force("exit_ban", begins, None, after_law, basis=BASIS, zone=WIB)


def test_an_entry_that_its_source_ended_is_over() -> None:
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
    assert in_force("exit_ban", begins, ends, ends - SECOND, basis=BASIS, zone=WIB)
    assert not in_force("exit_ban", begins, ends, ends, basis=BASIS, zone=WIB)


def test_working_days_leave_out_weekends_and_holidays() -> None:
    row = BASIS["passport_postponement"].model_copy(update={"days": 3, "days_are": "working"})
    friday = date(2026, 11, 20)
    assert window(row, friday, WIB).ends.astimezone(WIB).date() == date(2026, 11, 25)
    monday_off = window(row, friday, WIB, holidays={date(2026, 11, 23)})
    assert monday_off.ends.astimezone(WIB).date() == date(2026, 11, 26)


@unhurried()
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(sorted(BASIS.terms)), st.integers(0, 5))
def test_every_entry_has_an_end_after_its_beginning(day: date, kind: str, extended: int) -> None:
    held = window(BASIS[kind], day, WITA, extended=extended)
    assert held.begins < held.ends <= held.begins + timedelta(days=732)


# law: UU 6/2011 Ps 16; MK 40/PUU-IX/2011; UU 6/2011 Ps 95
def test_only_bans_stop_a_departure() -> None:
    assert {kind for kind, row in BASIS.terms.items() if stops(row, "departure")} == {"exit_ban", "exit_ban_urgent"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"months": 0}, "has no end"),
        ({"days": 3}, "not both"),
        ({"until": "2030-01-01"}, "stands twice"),
        ({"remedy": None}, "without a remedy"),
        ({"acts": {"lift": {"second": "other_agency"}}}, "nobody may lift"),
        ({"effect": "fact"}, "stops nobody"),
    ],
)
def test_a_law_that_cannot_be_is_not_adopted(change: dict[str, object], problem: str) -> None:
    tables = adopted.tables("legal_basis")
    tables["pencegahan"]["terms"][0] |= change
    with pytest.raises(BadTable, match=problem):
        LegalBasis.read(tables)


# law: UU 63/2024 Ps 97(1)
def test_an_entry_keeps_the_law_of_its_day() -> None:
    older, newer = BASIS.on("exit_ban", date(2024, 10, 16)), BASIS.on("exit_ban", date(2024, 10, 17))
    assert not any("UU 63/2024" in law for law in older.law) and any("UU 63/2024" in law for law in newer.law)
    with pytest.raises(UnknownLaw):
        BASIS.on("exit_ban", date(1998, 5, 21))


def test_every_kind_of_entry_has_its_sentences() -> None:
    said = adopted.tables("sentences")["registers"]
    assert {code for kind in BASIS.terms for code in (f"register.{kind}", f"register.{kind}.possible")} <= said.keys()
