"""The machine-readable zone: ICAO's specimens, and mutations of them. Check digits are counted again apart from the code."""

from __future__ import annotations

from datetime import date

import pytest

from suar.core.identity.mrz import Mrz, check_digit, read_mrz

TODAY = date(2026, 11, 21)
#: ICAO Doc 9303-4, appendix A; and a made-up Indonesian one of DOMAIN B3.
ICAO = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
SARI = ("P<IDNAMINAH<<SARI<<<<<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7IDN9001158F3401158<<<<<<<<<<<<<<08")


def mrz_of(lines: tuple[str, str]) -> Mrz:
    read = read_mrz("\n".join(lines), TODAY)
    assert read.ok, read.faults
    return read.get()


def test_the_specimen_of_icao_is_read_with_its_five_check_digits() -> None:
    assert mrz_of(ICAO) == Mrz(
        document="P",
        issuer="UTO",
        number="L898902C3",
        nationality="UTO",
        born="1974-08-12",
        sex=2,
        expires="2012-04-15",
        optional="ZE184226B",
        names=("ANNA", "ERIKSSON", "MARIA"),
        truncated=False,
    )


def test_names_are_an_unordered_set_since_either_word_may_stand_first() -> None:
    swapped = ("P<IDNSARI<<AMINAH<<<<<<<<<<<<<<<<<<<<<<<<<<<", SARI[1])
    assert mrz_of(SARI).names == mrz_of(swapped).names == ("AMINAH", "SARI")


def test_a_mononym_stands_alone() -> None:
    assert mrz_of(("P<IDNSUPARMAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"[:44], SARI[1])).names == ("SUPARMAN",)


def test_a_full_name_field_says_that_its_last_word_may_be_cut() -> None:
    full = "P<IDN" + "WULANDARI<<DEWI<SARTIKA<PUSPITA<NINGSIHA"[:39]
    assert len(full) == 44 and mrz_of((full, SARI[1])).truncated


@pytest.mark.parametrize(
    "written",
    ["".join(SARI), "\r\n".join(SARI), "  " + SARI[0] + "  \n\n  " + SARI[1] + " ", "\n".join(SARI).lower(), "\n".join(SARI).replace("<<", "«"),
     "\n".join(line.replace("<", " ") if n else line for n, line in enumerate(SARI))],
)  # fmt: skip
def test_what_scanners_and_fingers_do_is_put_right(written: str) -> None:
    assert read_mrz(written, TODAY).get() == mrz_of(SARI)


@pytest.mark.parametrize(
    ("position", "check"),
    [
        (0, "passport_no"),
        (9, "passport_no"),
        (13, "birth_date"),
        (19, "birth_date"),
        (21, "expires"),
        (27, "expires"),
        (30, "optional"),
        (43, "composite"),
    ],
)
def test_every_changed_sign_breaks_its_check_digit(position: int, check: str) -> None:
    sign = SARI[1][position]
    other = "1" if sign in "0<" else str((int(sign) + 1) % 10) if sign.isdigit() else "Z" if sign != "Z" else "Y"
    broken = SARI[1][:position] + other + SARI[1][position + 1 :]
    said = {
        fault.params.get("check") for fault in read_mrz(SARI[0] + broken, TODAY).faults if fault.code == "mrz.check"
    }
    assert check in said


def test_every_fault_is_said_at_once() -> None:
    broken = "X1234567<8IDN9013158F3413158<<<<<<<<<<<<<<08"
    codes = [fault.code for fault in read_mrz("P<IDN" + "<" * 39 + broken, TODAY).faults]
    assert codes.count("mrz.check") == 4 and {"mrz.birth", "mrz.expiry", "mrz.name"} <= set(codes)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "mrz.length"),
        (SARI[0], "mrz.length"),
        ("V" + "".join(SARI)[1:], "mrz.document"),
        ("Ä" + "".join(SARI)[1:], "mrz.signs"),
    ],
)
def test_what_is_no_passport_s_zone_is_said(written: str, code: str) -> None:
    assert [fault.code for fault in read_mrz(written, TODAY).faults] == [code]


@pytest.mark.parametrize(
    ("yymmdd", "born"),
    [
        ("261121", "2026-11-21"),
        ("261122", "1926-11-22"),
        ("000229", "2000-02-29"),
        ("90<<<<", "1990"),
        ("9005<<", "1990-05"),
    ],
)
def test_nobody_is_born_after_today_and_unknown_parts_stay_unknown(yymmdd: str, born: str) -> None:
    second = f"X1234567<7IDN{yymmdd}{check_digit(yymmdd)}F3401158<<<<<<<<<<<<<<0"
    composite = check_digit(second[:10] + second[13:20] + second[21:43])
    assert mrz_of((SARI[0], f"{second}{composite}")).born == born


@pytest.mark.parametrize(
    ("field", "country"), [("D<<", "DEU"), ("RKS", "XKX"), ("GBD", "GBR"), ("XXA", "XXA"), ("IDN", "IDN")]
)
def test_icao_codes_become_those_of_the_standard(field: str, country: str) -> None:
    read = read_mrz(f"P<{field}SARI" + "<" * 35 + SARI[1].replace("IDN", field), TODAY).get()
    assert (read.issuer, read.nationality) == (country, country)


def test_check_digits_agree_with_a_count_apart_from_the_code() -> None:
    """By the words of ICAO 9303-3 4.9, written out: 0-9 keep their value, A is 10 … Z is 35, the filler is 0; weights 7 3 1."""
    for field in ("520727", "AB2134<<<", "L898902C3", "ZE184226B<<<<<", "D23145890734", "<<<<<<"):
        total = 0
        for at, sign in enumerate(field):
            value = 0 if sign == "<" else int(sign) if sign in "0123456789" else ord(sign) - ord("A") + 10
            total += value * [7, 3, 1][at - 3 * (at // 3)]
        assert check_digit(field) == total % 10
    assert (check_digit("520727"), check_digit("AB2134<<<")) == (3, 5)  # the two worked examples of 9303-3
