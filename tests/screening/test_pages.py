"""The desk's pages over a real database: what a traveller takes along, and what an officer may do with an answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from suar.site.demo import PLACES
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

SCAN = "P<IDNWULANDARI<<SARI<<<<<<<<<<<<<<<<<<<<<<<<\nX9900001<0IDN9005123F3103049<<<<<<<<<<<<<<00"


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def asked(client: Client, **more: str) -> UUID:
    """One traveller asked about at this browser's desk; returns the screening's id."""
    told = {"purpose": "departure", "mrz": SCAN, "reference": "CGK-A1-1", "declared_purpose": "", **more}
    answer = client.post("/meja/", told)
    assert answer.status_code == 200, answer.content.decode()[:4000]
    found: Any = answer.context["answer"]["id"]
    return UUID(found)


def test_the_notice_says_where_to_ask_in_the_traveller_s_language() -> None:
    client = cast.browser(cast.BIMA)
    screening = asked(client)
    notice = client.get(f"/meja/{screening}/pemberitahuan/?lang=id").content.decode()
    assert all(
        word in notice for word in ("Ke mana bertanya", "ruang layanan imigrasi", "021-0000-201", "Setiap hari, 24 jam")
    )
    english = client.get(f"/meja/{screening}/pemberitahuan/?lang=en&paper=80mm").content.decode()
    assert all(
        word in english for word in ("Where to ask", "immigration service room", "021-0000-201", "Every day, 24 hours")
    )
    assert "paper=80mm&amp;lang=id" in english, "the paper stays when the language is changed"


def test_an_office_without_a_contact_leads_back_to_its_own_counter() -> None:
    seat = cast.Seat("tono", "Tono Pratama", "counter_officer", "imigrasi", "TPI-LUAR", "LUAR-1", "departure")
    client = cast.browser(seat)
    notice = client.get(f"/meja/{asked(client)}/pemberitahuan/").content.decode()
    assert "Di meja yang memberi Anda surat ini: LUAR-1, TPI-LUAR" in " ".join(notice.split())


def test_every_office_of_the_training_nation_has_its_contact_in_both_languages() -> None:
    told = {name: table for name, _digest, table in cast.tables()}["sharing/offices"]["offices"]
    assert {place[0] for place in PLACES} == set(told)
    for contact in told.values():
        assert contact["phone"] and all(
            contact[part][tongue] for part in ("address", "hours") for tongue in ("id", "en")
        )
