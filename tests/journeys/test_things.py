"""Who else names the same phone, payer or company: counted in households, by keyed ids; and what stands behind a placement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.journeys.queries.permits import permits, placed_under
from suar.journeys.queries.shared import company_of, home_of, others_with, things_of
from suar.registers.queries.things import thing_id, thing_of
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive, send

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

PHONE = "+6281290000055"
APPLIED = {"status": "approved", "submitted_at": "2026-11-02T03:00:00+00:00"}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def somebody(n: int, **more: Any) -> dict[str, Any]:
    names = (
        "Wulan Sekar",
        "Guntur Rimba",
        "Lintang Senja",
        "Bayu Ombak",
        "Melati Fajar",
        "Jaka Cempaka",
        "Tegar Kenanga",
    )
    return {
        "id": f"a-{n}", "who": f"p{n}", "application_no": f"A-{n}", "full_name": names[n], "birth_date": f"19{80 + n}-03-1{n}", "sex": "1",
        "nik": f"990101{10 + n}03{80 + n}0{n}01", "phone": PHONE, **APPLIED, **more,
    }  # fmt: skip


def subject(n: int) -> UUID:
    return derived_id("simkim", f"p{n}")


@transaction.atomic
def shared(of: int = 0, role: str = "phone", **more: Any) -> int:
    """How many other households named this phone in the last year."""
    as_hub()
    own = [subject(of)]
    phone = thing_of("phone", PHONE)
    assert phone
    since = more.get("since", cast.NOON - timedelta(days=365))
    found = others_with({(phone, role)}, since, cast.NOON, without=own)
    return len(set(company_of(found, own, ()).home.values()) - {None})


def test_people_of_other_households_are_counted_and_the_own_is_not() -> None:
    arrive(
        "simkim",
        "passport_application",
        [somebody(0, kk="9901010101010001"), somebody(1, kk="9901010101010001"), somebody(2), somebody(3)],
    )
    assert shared() == 2, "one of the three shares the family card"
    assert shared(role="payer") == 0, "nobody paid with it"


def test_a_family_that_shares_it_is_one_household() -> None:
    card = {"kk": "9901010101010009"}
    arrive("simkim", "passport_application", [somebody(0), *(somebody(n, **card) for n in (1, 2, 3)), somebody(4)])
    assert shared() == 2


def test_an_application_of_long_ago_is_not_counted() -> None:
    arrive(
        "simkim",
        "passport_application",
        [somebody(0), somebody(1), somebody(2, submitted_at="2024-11-02T03:00:00+00:00")],
    )
    assert shared() == 1


def test_a_record_that_changes_or_goes_takes_its_things_along() -> None:
    arrive("simkim", "passport_application", [somebody(0), somebody(1, gone=""), somebody(2, gone="")])
    assert shared() == 2
    send("simkim", [somebody(1, version="2", phone="+6281290000066")])
    assert shared() == 1, "he has another number now"
    send("simkim", [somebody(2, version="2", gone="yes")])
    assert shared() == 0, "and the other's application was withdrawn"


def test_nothing_that_is_kept_tells_the_number_and_nobody_without_an_agreement_sees_a_row() -> None:
    arrive("simkim", "passport_application", [somebody(0, email="sekar@contoh.id", sponsor="PT Mercu Suar")])
    with connection.cursor() as cursor:
        for agency, rows in (("", 0), ("kp2mi", 0), ("imigrasi", 3)):
            cursor.execute("SELECT set_config('suar.may_read', %s, true)", [agency])
            cursor.execute("SELECT count(*) FROM journeys_thing")
            assert cursor.fetchone() == (rows,)
    with transaction.atomic():
        as_hub()
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM journeys_thing t")
            kept = " ".join(row for (row,) in cursor.fetchall())
        assert kept and PHONE[-8:] not in kept and "contoh" not in kept and "Mercu" not in kept
        assert {one.role for one in things_of([subject(0)])} == {"phone", "email", "guarantor"}


def test_an_address_is_one_only_within_its_district() -> None:
    assert home_of("Jl. Raya No. 1", "357301") == home_of("jl raya no 1", "3573011001")
    assert home_of("Jl. Raya No. 1", "357301") != home_of("Jl. Raya No. 1", "520201")
    assert home_of("Jl. Raya No. 1", "") is None


# What stands behind a placement ------------------------------------------------------------------------------------------------------

COMPANY = {"p3mi_name": "PT Mercu Suar", "p3mi_license_no": "SIP3MI/99/1"}
LICENCE = {"id": "L-1", **COMPANY, "license_from": "2022-01-01", "license_to": "2026-11-21", "status": "active"}
ORDER = {
    "id": "O-1",
    **COMPANY,
    "job_order_no": "SIP2MI/99/7",
    "country": "MYS",
    "quota": 1,
    "status": "open",
    "valid_to": "2027-01-01",
}


def of(kind: str, number: str) -> UUID:
    return thing_id(kind, number.casefold())


def test_a_licence_holds_to_the_end_of_its_last_day() -> None:
    arrive("siskop2mi", "p3mi", [LICENCE])
    with transaction.atomic():
        as_hub()
        (found,) = permits([of("licence", "SIP3MI/99/1")])
        (by_name,) = permits([thing_id("p3mi", "pt mercu suar")])
    assert found.holds(cast.NOON) and by_name.holds(cast.NOON), "the twenty-first, at noon"
    assert not found.holds(cast.NOON + timedelta(days=1))


def test_a_revoked_licence_holds_no_longer_and_a_withdrawn_record_says_nothing() -> None:
    arrive("siskop2mi", "p3mi", [LICENCE | {"gone": ""}])
    send("siskop2mi", [LICENCE | {"version": "2", "status": "revoked"}])
    with transaction.atomic():
        as_hub()
        assert [one.holds(cast.NOON) for one in permits([of("licence", "SIP3MI/99/1")])] == [False]
    send("siskop2mi", [LICENCE | {"version": "3", "gone": "yes"}])
    with transaction.atomic():
        as_hub()
        assert permits([of("licence", "SIP3MI/99/1")]) == []


def test_placements_under_an_order_are_counted_and_cancelled_ones_are_not() -> None:
    placed = {"country": "MYS", "contract_from": "2026-11-03", "job_order_no": "SIP2MI/99/7"}
    rows = [
        somebody(n) | placed | {"status": status} for n, status in enumerate(("contracted", "departed", "cancelled"))
    ]
    arrive(
        "siskop2mi",
        "placement",
        [{k: v for k, v in row.items() if k not in {"application_no", "submitted_at"}} for row in rows],
    )
    with transaction.atomic():
        as_hub()
        assert placed_under(of("job_order", "SIP2MI/99/7"), at_most=9) == 2
        assert placed_under(of("job_order", "SIP2MI/99/7"), at_most=1) == 1
