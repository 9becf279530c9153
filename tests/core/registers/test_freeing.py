"""What may leave a complaint, and what of its people is found in what would: tables of cases."""

from __future__ import annotations

import pytest

from suar.core.registers.freeing import kept_back, named, told_in

PEOPLE = {
    "full_name": "Melati Puspokusumo", "known_as": "Mel", "nik": "9901014304950007", "passport_no": "X9907007", "phone_abroad": "+85298765007",
    "complainant_name": "Guntur", "complainant_phone": "0812-7770-0077", "mother_name": "Kenanga Ayu Tirtonegoro", "address": "Dusun Cempaka 17",
}  # fmt: skip
SAID = PEOPLE | {
    "p3mi_name": "PT. Ombak Rimba", "employer": "", "recruiter_phone": "0813 5550 0055",
    "account": "Uang ke rekening 77-889 900 11, agen Cahaya Timur, telepon 081299900011.",
}  # fmt: skip


def test_a_complaint_names_what_its_fields_say_and_can_be_read() -> None:
    assert named(SAID) == (("phone", "0813 5550 0055"), ("p3mi", "PT. Ombak Rimba"))
    assert named({"recruiter_phone": "tidak tahu"}) == ()


@pytest.mark.parametrize(
    ("kind", "text", "tells"),
    [
        ("phone", "+62 813-5550-0055", True),
        ("phone", "+6281299900011", True),
        ("phone", "+6281299900012", False),
        ("account", "7788990011", True),
        ("account", "7788990012", False),
        ("p3mi", "pt ombak rimba", True),
        ("p3mi", "Cahaya Timur", True),
        ("p3mi", "Cahaya", True),
        ("p3mi", "Caha", False),
        ("employer", "Keluarga Chan", False),
        ("route", "MLG > HKG", True),
        ("route", "Guntur > HKG", False),
        ("address", "Dusun Cempaka 17", False),
        ("name", "Guntur", False),
    ],
)
def test_what_is_typed_must_be_told_there(kind: str, text: str, tells: bool) -> None:
    assert told_in(SAID, kind, text) is tells


@pytest.mark.parametrize(
    ("leaving", "fields"),
    [
        ("PT Ombak Rimba", []),
        ("PT Melati Jaya", []),  # one of two words: thousands share it
        ("CV Melati Puspokusumo", ["full_name"]),
        ("Puspokusumo & Melati", ["full_name"]),
        ("PT Guntur Perkasa", ["complainant_name"]),  # all the name there is
        ("Mel Travel", ["known_as"]),
        ("Tirtonegoro Kenanga", ["mother_name"]),
        ("cempaka dusun", ["address"]),
        ("0852 98765007", ["phone_abroad"]),
        ("+6281277700077", ["complainant_phone"]),
        ("88 9901014304950007", ["nik"]),
        ("x990-7007", ["passport_no"]),
        ("see record 5", ["id"]),
        ("", []),
    ],
)
def test_of_the_people_in_it_nothing_may_be_in_what_leaves(leaving: str, fields: list[str]) -> None:
    assert kept_back([leaving, "B", "2", "unpaid"], PEOPLE, ["record-5"]) == fields
