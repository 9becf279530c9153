"""Dates as Indonesian systems write them: cases by hand; oracles are the calendar and the tz database of Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from suar.core.identity.dates import ages_on, could_agree, precision, read_age, read_date, read_partial_date, span
from suar.core.identity.instants import read_instant
from suar.core.identity.zones import WIB, WIT, WITA, zone_of


@pytest.mark.parametrize(
    ("written", "formats", "meant"),
    [
        ("12-05-1990", ("DD-MM-YYYY",), "1990-05-12"),
        ("12/05/1990", ("DD/MM/YYYY",), "1990-05-12"),
        ("12.5.1990", ("DD-MM-YYYY",), "1990-05-12"),
        ("12 - 05 - 1990", ("DD-MM-YYYY",), "1990-05-12"),
        ("1990-05-12", ("ISO",), "1990-05-12"),
        ("1990-05-12T00:00:00+07:00", ("ISO",), "1990-05-12"),
        ("1990-05-12T00:00:00", ("DD-MM-YYYY",), "1990-05-12"),  # a spreadsheet's date cell among typed ones
        ("1990/05/12", ("YYYY/MM/DD",), "1990-05-12"),
        ("19900512", ("YYYYMMDD",), "1990-05-12"),
        ("12051990", ("DDMMYYYY",), "1990-05-12"),
        ("05/12/1990", ("MM/DD/YYYY",), "1990-05-12"),
        ("12/05/24", ("DD-MM-20YY",), "2024-05-12"),
        ("12/05/90", ("DD-MM-19YY",), "1990-05-12"),
        ("12 Mei 1990", ("long",), "1990-05-12"),
        ("Sabtu, 12 Mei 1990", ("long",), "1990-05-12"),
        ("Jum'at, 11 Mei 1990", ("long",), "1990-05-11"),
        ("12 May 1990", ("long",), "1990-05-12"),
        ("12-AGT-1990", ("long",), "1990-08-12"),
        ("1 Nopember 1990", ("long",), "1990-11-01"),
        ("12/V/1990", ("roman",), "1990-05-12"),
        ("12-xii-1990", ("roman",), "1990-12-12"),
        ("642470400000", ("epoch_ms",), "1990-05-12"),
        ("642470400", ("epoch_s",), "1990-05-12"),
        ("-86400000", ("epoch_ms",), "1969-12-31"),
        ("33005", ("excel",), "1990-05-12"),
        ("33005.75", ("excel",), "1990-05-12"),
    ],
)
def test_every_style_of_date_is_read(written: str, formats: tuple[str, ...], meant: str) -> None:
    assert read_date(written, formats).get() == meant


def test_an_epoch_falls_on_the_local_day_of_its_source() -> None:
    midnight_in_jakarta = int(datetime(1990, 5, 12, tzinfo=WIB).timestamp() * 1000)
    assert read_date(str(midnight_in_jakarta), ("epoch_ms",), WIB).get() == "1990-05-12"
    assert read_date(str(midnight_in_jakarta), ("epoch_ms",), UTC).get() == "1990-05-11"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31-04-1990", "date.impossible"),
        ("29-02-1900", "date.impossible"),
        ("05-13-1990", "date.month_first"),
        ("32-13-1990", "date.impossible"),
        ("12-05-1899", "date.year"),
        ("12-05-2101", "date.year"),
        ("12-10-1411", "date.year"),  # Hijri
        ("00-05-1990", "date.incomplete"),
        ("00-00-1990", "date.incomplete"),
        ("12-05-90", "date.form"),
        ("12 Ramadhan 1990", "date.form"),
        ("kemarin", "date.form"),
        ("１２-０５-１９９０", ""),
        ("1" * 5000, "date.form"),
    ],
)
def test_what_is_no_date_is_said(written: str, code: str) -> None:
    assert [fault.code for fault in read_date(written).faults] == ([code] if code else [])


@pytest.mark.parametrize(
    ("written", "meant", "how_precise"),
    [("00-05-1990", "1990-05", "month"), ("00/00/1990", "1990", "year"), ("1990", "1990", "year"), ("1990-05", "1990-05", "month"),
     ("05-1990", "1990-05", "month"), ("Mei 1990", "1990-05", "month"), ("12-05-1990", "1990-05-12", "day"),
     ("~34@2024-05-01", "~34@2024-05-01", "age")],
)  # fmt: skip
def test_what_is_unknown_is_left_out_and_never_padded(written: str, meant: str, how_precise: str) -> None:
    assert read_partial_date(written).get() == meant
    assert precision(meant) == how_precise


@pytest.mark.parametrize(
    ("written", "meant"), [("34", "~34@2024-05-01"), ("34 TAHUN", "~34@2024-05-01"), ("± 34 thn", "~34@2024-05-01")]
)
def test_an_age_stands_for_a_birth_date_where_none_is_known(written: str, meant: str) -> None:
    assert read_age(written, "2024-05-01").get() == meant


@pytest.mark.parametrize(
    ("written", "on", "code"),
    [("tua", "2024-05-01", "age.form"), ("200", "2024-05-01", "age.years"), ("34", "", "age.form")],
)
def test_an_age_without_a_day_or_a_number_says_nothing(written: str, on: str, code: str) -> None:
    assert [fault.code for fault in read_age(written, on).faults] == [code]


@pytest.mark.parametrize("years", [0, 17, 18])
@pytest.mark.parametrize("on", ["2024-02-29", "2024-03-01", "2023-02-28", "2024-12-31", "2024-01-01"])
def test_the_span_of_an_age_holds_exactly_the_days_on_which_one_has_that_age(years: int, on: str) -> None:
    """Counted day by day, apart from the code: how many birthdays somebody born then has had. Born on 29 February: 1 March."""
    day = date.fromisoformat(on)
    earliest, latest = span(f"~{years}@{on}")
    born = day - timedelta(days=366 * (years + 2))
    while born <= day:
        birthdays = sum(
            1
            for year in range(born.year + 1, day.year + 1)
            if (year, born.month, born.day) <= (day.year, day.month, day.day)
        )
        if not (born.month == 2 and born.day == 29) and (day.month, day.day) != (2, 29):
            assert (earliest <= born <= latest) is (birthdays == years), born
        born += timedelta(days=1)
    assert ages_on(f"~{years}@{on}", day) == (years, years)


@pytest.mark.parametrize(
    ("left", "right", "may"),
    [
        ("1990", "1990-05-12", True),
        ("1990-05", "1990-06-01", False),
        ("~34@2024-05-01", "1989", True),
        ("~34@2024-05-01", "1991", False),
    ],
)
def test_two_partial_dates_may_mean_one_day_or_not(left: str, right: str, may: bool) -> None:
    assert could_agree(left, right) is may and could_agree(right, left) is may


@pytest.mark.parametrize(
    ("born", "ages"), [("2008-11-21", (18, 18)), ("2008-11-22", (17, 17)), ("2008", (17, 18)), ("2008-11", (17, 18))]
)
def test_ages_are_said_as_far_as_the_date_goes(born: str, ages: tuple[int, int]) -> None:
    assert ages_on(born, date(2026, 11, 21)) == ages


@pytest.mark.parametrize(
    ("written", "formats", "zone", "meant"),
    [
        ("2026-11-21T10:05:00+07:00", ("ISO",), UTC, "2026-11-21T03:05:00+00:00"),
        ("2026-11-21T10:05:00Z", ("ISO",), WIB, "2026-11-21T10:05:00+00:00"),
        ("2026-11-21 10:05", ("ISO",), WIT, "2026-11-21T01:05:00+00:00"),
        ("2026-11-21T10:05:00.120", ("ISO",), UTC, "2026-11-21T10:05:00.120+00:00"),
        ("21/11/2026 10:05", ("DD/MM/YYYY",), WITA, "2026-11-21T02:05:00+00:00"),
        ("21-11-2026 10.05.33 WIT", ("DD-MM-YYYY",), WIB, "2026-11-21T01:05:33+00:00"),
        ("Sabtu, 21 November 2026 pukul 10.05 WIB", ("long",), UTC, "2026-11-21T03:05:00+00:00"),
        ("21 Nov 2026, 2:05 PM", ("long",), UTC, "2026-11-21T14:05:00+00:00"),
        ("21 Nov 2026, 12:05 AM", ("long",), UTC, "2026-11-21T00:05:00+00:00"),
        ("20261121100500", ("YYYYMMDDHHMMSS",), WIB, "2026-11-21T03:05:00+00:00"),
        ("1795230300000", ("epoch_ms",), WIB, "2026-11-21T03:05:00+00:00"),
        ("1795230300123", ("epoch_ms",), WIB, "2026-11-21T03:05:00.123+00:00"),
        ("46347.5", ("excel",), WIB, "2026-11-21T05:00:00+00:00"),
    ],
)
def test_every_style_of_instant_is_read_in_its_zone(
    written: str, formats: tuple[str, ...], zone: timezone, meant: str
) -> None:
    read = read_instant(written, formats, zone)
    assert read.ok, read.faults
    assert read.get() == meant and not read.remarks


def test_a_bare_date_is_the_start_of_that_day_and_says_so() -> None:
    read = read_instant("21-11-2026", zone=WITA)
    assert read.get() == "2026-11-20T16:00:00+00:00" and [remark.code for remark in read.remarks] == [
        "instant.day_only"
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [("2026-11-21T25:05:00", "instant.time"), ("21-11-2026 10:61", "instant.time"), ("31-11-2026 10:05", "date.impossible"), ("nanti", "instant.form"),
     ("21-11-2026 10:05 KST", "instant.form"), ("1850-01-01T00:00:00Z", "date.year")],
)  # fmt: skip
def test_what_is_no_instant_is_said(written: str, code: str) -> None:
    assert [fault.code for fault in read_instant(written).faults] == [code]


def test_instants_sort_as_text() -> None:
    whole = [datetime(2026, 11, 21, 3, 5, 0, micro, tzinfo=UTC) for micro in (0, 1, 999, 1_000, 120_000, 999_999)] + [
        datetime(2026, 11, 21, 3, 5, 1, tzinfo=UTC)
    ]
    spelled = [read_instant(instant.isoformat()).get() for instant in whole]
    assert spelled == sorted(spelled)


@pytest.mark.parametrize(
    ("name", "hours"), [("WIB", 7), ("Asia/Jakarta", 7), ("Asia/Pontianak", 7), ("wita", 8), ("Asia/Makassar", 8), ("WIT", 9), ("Asia/Jayapura", 9),
                        ("+03:00", 3), ("UTC+8", 8), ("-0500", -5)],
)  # fmt: skip
def test_zones_are_fixed_offsets(name: str, hours: int) -> None:
    zone = zone_of(name)
    assert zone and zone.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "KST", "+25:00", "Mars", "+7:99"])
def test_a_zone_nobody_knows_is_none(name: str) -> None:
    assert zone_of(name) is None


def test_the_zone_table_agrees_with_the_world_s() -> None:
    """Oracle: the tz database, for every year since the offsets were fixed."""
    from zoneinfo import ZoneInfo

    for name in ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"):
        for year in range(1989, 2027):
            there = datetime(year, 7, 1, tzinfo=ZoneInfo(name)).utcoffset()
            ours = zone_of(name)
            assert ours and ours.utcoffset(None) == there, (name, year)
