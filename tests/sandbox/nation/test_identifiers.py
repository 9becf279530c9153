"""Numbers on papers hold against oracles that others wrote."""

from __future__ import annotations

from datetime import date
from random import Random

import phonenumbers
import pytest
from stdnum.id import nik as oracle

from sandbox.nation.identifiers import Numbers, check_digit, mrz, mrz_name, new_phone

SPECIMEN = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"  # ICAO Doc 9303-4, Appendix A


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        (SPECIMEN[0:9], SPECIMEN[9]),
        (SPECIMEN[13:19], SPECIMEN[19]),
        (SPECIMEN[21:27], SPECIMEN[27]),
        (SPECIMEN[28:42], SPECIMEN[42]),
        (SPECIMEN[0:10] + SPECIMEN[13:20] + SPECIMEN[21:43], SPECIMEN[43]),
    ],
)
def test_check_digits_are_those_of_the_icao_specimen(text: str, digit: str) -> None:
    assert check_digit(text) == digit


def test_an_indonesian_mrz_is_the_one_that_was_worked_out_by_hand() -> None:
    first, second = mrz(
        name="Muchammad Abdurohim", number="X1234567", born=date(1990, 1, 15), sex=2, expires=date(2034, 1, 15)
    )
    assert first == "P<IDNABDUROHIM<<MUCHAMMAD".ljust(44, "<")
    assert second == "X1234567<7IDN9001158F3401158<<<<<<<<<<<<<<08"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Suparman", "SUPARMAN"),
        ("Nur'aini", "NURAINI"),
        ("Rotua Br. Simanjuntak", "SIMANJUNTAK<<ROTUA<BR"),
        ("Dewi Sartika Wulandari Ningsih Kusumaningtyas", "KUSUMANINGTYAS<<DEWI<SARTIKA<WULANDARI<"),
    ],
)
def test_names_in_the_mrz(name: str, field: str) -> None:
    assert mrz_name(name) == field.ljust(39, "<")


def test_a_nik_reads_as_the_oracle_reads_it_and_no_serial_is_below_9000() -> None:
    numbers, seen = Numbers(Random(3)), set()
    for day in range(1, 29):
        for sex in (1, 2):
            number = numbers.nik("357301", date(1991, 2, day), sex)
            assert oracle.validate(number) == number
            assert oracle.get_birth_date(number) == date(1991, 2, day)
            assert int(number[12:]) >= 9000
            seen.add(number)
    assert len(seen) == 56


def test_a_region_and_day_run_out_of_serials_instead_of_giving_one_twice() -> None:
    numbers = Numbers(Random(3), first_serial=9980)
    given: list[str] = []
    with pytest.raises(ValueError, match="no serial left"):
        given.extend(numbers.nik("357301", date(1991, 2, 3), 1) for _ in range(1001))


def test_phones_are_possible_numbers_longer_than_operators_give_out() -> None:
    rnd = Random(5)
    for _ in range(300):
        number = phonenumbers.parse(new_phone(rnd))
        assert phonenumbers.is_valid_number(number)
        assert len(str(number.national_number)) == 12
