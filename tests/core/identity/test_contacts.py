"""Phones, passports, sex, countries, regions, letters. Oracle for phones: Google's libphonenumber, called here by another way."""

from __future__ import annotations

import phonenumbers
import pytest

from suar.core.identity.country import read_country
from suar.core.identity.letters import PoliceReport, letter_key, parts_of_lp, read_letter_no, read_lp_no
from suar.core.identity.passport import read_passport_no
from suar.core.identity.phone import read_phone
from suar.core.identity.region import kabupaten_of, read_region
from suar.core.identity.sex import read_sex


@pytest.mark.parametrize(
    "written",
    ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "0812.3456.7890", "(0812) 34567890", "81234567890", "+6281234567890",
     "00628 1234567890", "０８１２３４５６７８９０", "0812–3456–7890"],
)  # fmt: skip
def test_one_number_however_it_is_written(written: str) -> None:
    assert read_phone(written).get() == "+6281234567890"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+966 50 123 4567", "+966501234567"),
        ("+60 12-345 6789", "+60123456789"),
        ("021-5251234", "+62215251234"),
        ("+852 5123 4567", "+85251234567"),
    ],
)
def test_fixed_lines_and_foreign_numbers(written: str, meant: str) -> None:
    assert read_phone(written).get() == meant


def test_of_several_numbers_the_first_is_read_and_the_others_are_told() -> None:
    read = read_phone("081234567890 / 085612345678")
    assert read.get() == "+6281234567890" and [(r.code, dict(r.params)) for r in read.remarks] == [
        ("phone.several", {"numbers": 2})
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("tidak punya", "phone.form"),
        ("123", "phone.form"),
        ("6,28123E+12", "phone.excel"),
        ("0" * 500, "phone.form"),
        (":0000000000000", "phone.form"),
    ],
)
def test_what_is_no_number_is_said(written: str, code: str) -> None:
    assert [fault.code for fault in read_phone(written).faults] == [code]


def test_the_quick_way_agrees_with_the_book() -> None:
    """Every mobile prefix and length: what we take quickly, libphonenumber calls a valid mobile number, and the other way round."""
    for prefix in range(80, 90):
        for length in range(7, 14):
            national = f"{prefix}{'1234567890123'[: length - 2]}"
            number = phonenumbers.parse(f"+62{national}", None)
            valid = phonenumbers.is_valid_number(number)
            read = read_phone("0" + national)
            assert (read.ok and not read.remarks) is valid, national
            if read.ok:
                assert read.get() == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("A2062513", "A2062513"),
        ("a 206 2513", "A2062513"),
        ("W344982", "W344982"),
        ("XD253038", "XD253038"),
        ("X1234567<", "X1234567"),
    ],
)
def test_passport_numbers_of_the_known_series(written: str, number: str) -> None:
    read = read_passport_no(written)
    assert read.get() == number and not read.remarks


@pytest.mark.parametrize(
    ("written", "codes"), [("123456789", ["passport_no.form"]), ("L898902C3", ["passport_no.form"])]
)
def test_an_unusual_series_is_a_remark(written: str, codes: list[str]) -> None:
    assert [remark.code for remark in read_passport_no(written).remarks] == codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("A20*2513", "passport_no.signs"),
        ("A1", "passport_no.length"),
        ("A" * 16, "passport_no.length"),
        ("Ä1234567", "passport_no.signs"),
    ],
)
def test_what_is_no_passport_number_is_said(written: str, code: str) -> None:
    assert [fault.code for fault in read_passport_no(written).faults] == [code]


@pytest.mark.parametrize(
    ("written", "sex"),
    [
        ("L", 1),
        ("LAKI-LAKI", 1),
        ("Laki - Laki", 1),
        ("PRIA", 1),
        ("M", 1),
        ("1", 1),
        ("P", 2),
        ("Perempuan", 2),
        ("WANITA", 2),
        ("F", 2),
        ("2", 2),
        ("<", 0),
        ("0", 0),
        ("9", 9),
    ],
)
def test_sex_as_cards_forms_and_passports_write_it(written: str, sex: int) -> None:
    assert read_sex(written).get() == sex


def test_a_sex_nobody_can_read_is_a_fault() -> None:
    assert [fault.code for fault in read_sex("KUCING").faults] == ["sex.unknown"]


def test_countries_are_looked_up_by_name_and_icao_codes_are_known() -> None:
    names = {"korsel": "KOR", "kor": "KOR"}
    assert read_country("Korsel", lambda name: names.get(name.lower())).get() == "KOR"
    assert read_country("XXA", lambda name: None).get() == "XXA"
    assert [fault.code for fault in read_country("Atlantis", lambda name: None).faults] == ["country.unknown"]


@pytest.mark.parametrize(
    ("written", "code"), [("35.73.01.1001", "3573011001"), ("357301", "357301"), ("35.73", "3573"), ("35", "35")]
)
def test_region_codes_of_every_level(written: str, code: str) -> None:
    assert read_region(written, frozenset({"357301", "3573", "35"})).get() == code
    assert kabupaten_of(code) == (code[:4] if len(code) > 2 else "")


@pytest.mark.parametrize("written", ["35.7", "3573011", "Malang", "35730110010"])
def test_what_is_no_region_code_is_said(written: str) -> None:
    assert [fault.code for fault in read_region(written, frozenset()).faults] == ["region.form"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("No. 560 / 012 /REK/VI/2025", "560/012/rek/vi/2025"),
        ("Nomor: 560–012/REK", "560-012/REK"),
        ("560\\012\\REK", "560/012/REK"),
        (" 560/012/REK. ", "560/012/REK"),
    ],
)
def test_one_letter_has_one_spelling(left: str, right: str) -> None:
    assert read_letter_no(left).get() == read_letter_no(right).get()


def test_leading_zeros_do_not_matter_when_letters_are_compared() -> None:
    assert letter_key("560/012/REK/VI/2025") == letter_key("560/12/REK-VI/2025") != letter_key("560/120/REK/VI/2025")


@pytest.mark.parametrize(
    ("written", "code"), [("---", "letter_no.signs"), ("A" * 121, "letter_no.long"), ("", "letter_no.signs")]
)
def test_what_is_no_letter_number_is_said(written: str, code: str) -> None:
    assert [fault.code for fault in read_letter_no(written).faults] == [code]


@pytest.mark.parametrize(
    ("written", "number", "parts"),
    [
        (
            "LP/B/123/VI/2023/SPKT/POLDA JAWA BARAT",
            "LP/B/123/VI/2023/SPKT/POLDA JAWA BARAT",
            PoliceReport("B", 123, 6, 2023, "SPKT POLDA JAWA BARAT"),
        ),
        ("lp / a / 7 / xii / 2025 / Dit Ppa", "LP/A/7/XII/2025/DIT PPA", PoliceReport("A", 7, 12, 2025, "DIT PPA")),
        ("LP-123/2019", "LP/123/2019", PoliceReport("", 123, None, 2019, "")),
    ],
)
def test_police_reports_tell_kind_month_and_unit(written: str, number: str, parts: PoliceReport) -> None:
    read = read_lp_no(written)
    assert read.get() == number and parts_of_lp(number) == parts and not read.remarks


def test_another_form_of_report_is_kept_with_a_remark() -> None:
    read = read_lp_no("STPL/55/2020")
    assert read.get() == "STPL/55/2020" and [remark.code for remark in read.remarks] == ["lp_no.form"]
