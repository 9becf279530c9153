"""The desk's pages over a real database: what a traveller takes along, and what an officer may do with an answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from suar.audit.models import Entry
from suar.persons.queries.membership import person_of
from suar.screening.jobs import rescreen
from suar.site.auth import now
from suar.site.demo import PLACES
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

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


# law: UU 37/2008 Ps 23
def test_the_notice_says_where_to_ask_in_the_traveller_s_language() -> None:
    client = cast.browser(cast.BIMA)
    screening = asked(client)
    notice = client.get(f"/meja/{screening}/pemberitahuan/?lang=id").content.decode()
    assert all(
        word in notice
        for word in (
            "Ke mana bertanya",
            "ruang layanan imigrasi",
            "021-0000-201",
            "Setiap hari, 24 jam",
            "Ombudsman RI (137)",
        )
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


# Not this person --------------------------------------------------------------------------------------------------------------------

PLACED = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}
OTHER = {"full_name": "Sari Wulandari", "birth_date": "1990-12-05", "sex": "2", "region_code": "357301"}
BAN = {"decision_no": "PCG-1", "status": "in_force", "valid_from": "2026-11-01", "valid_to": "2027-04-30"}


def namesake() -> UUID:
    """Somebody of Sari's name and year, known to KP2MI, and an agreement to read of her; returns the person's id."""
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    arrive("siskop2mi", "placement", [{"id": "p-1", "who": "other", **OTHER, **PLACED}])
    return held_by("siskop2mi", "other")


def held_by(source: str, subject: str) -> UUID:
    found = person_of(derived_id(source, subject))
    assert found
    return found


def banned() -> UUID:
    """Sari herself by her passport, with an exit ban in force."""
    known = {name: cast.SARI[name] for name in ("full_name", "birth_date", "sex", "passport_no", "nik")}
    arrive("simkim", "exit_ban", [{"id": "b-1", "who": "sari", **known, **BAN}])
    return held_by("simkim", "sari")


def matches_of(client: Client, screening: UUID) -> list[str]:
    answer: Any = client.get(f"/meja/{screening}/").context["answer"]
    return [match["person"] for match in answer["matches"]]


def apart(client: Client, screening: UUID, person: UUID, reason: str = "birth_date") -> Any:
    return client.post(f"/meja/{screening}/bukan/", {"person": str(person), "reason": reason})


def newer_of(answer: Any) -> UUID:
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["Location"].split("/")[2])


def test_not_this_person_asks_again_without_her_and_says_by_whom_and_why() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    assert matches_of(client, first) == [str(person)]
    newer = newer_of(apart(client, first, person))
    page = " ".join(client.get(f"/meja/{newer}/").content.decode().split())
    assert matches_of(client, newer) == []
    assert all(word in page for word in ("Bukan orang ini:", "Tanggal lahir di dokumen lain", "Bima Prasetyo"))
    entry = Entry.objects.get(what="screening.superseded")
    body = json.loads(bytes(entry.body))
    assert {first, newer, person} <= set(entry.about) and entry.actor == cast.seated(cast.BIMA).officer_id
    assert body["params"] == {"because": "namesake", "reasons": "birth_date"}


def test_nothing_is_deleted_and_the_next_traveller_of_that_name_finds_her_again() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    apart(client, first, person)
    assert matches_of(client, first) == [str(person)], "the older answer stays as it was"
    assert held_by("siskop2mi", "other") == person
    assert matches_of(client, asked(client, reference="CGK-A1-2")) == [str(person)]


def test_the_older_answer_leads_to_the_newer_and_can_no_longer_be_acted_on() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    newer = newer_of(apart(client, first, person))
    assert f'href="/meja/{newer}/"' in client.get(f"/meja/{first}/").content.decode()
    assert client.post(f"/meja/{first}/putusan/", {"decision": "allow"}).status_code == 409
    assert apart(client, first, person).status_code == 409
    assert (
        client.post(
            f"/meja/{newer}/putusan/", {"decision": "allow", "coded": "papers_shown", "reason": "berkas lengkap"}
        ).status_code
        == 302
    )
    assert apart(client, newer, person).status_code == 409, "a decision stands"


def test_without_a_reason_of_the_list_or_for_somebody_who_was_not_found_nothing_is_asked_again() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    answer = apart(client, first, person, "looks")
    assert answer.status_code == 422 and "Pilih alasan dari daftar" in answer.content.decode()
    assert apart(client, first, UUID(int=7)).status_code == 404
    assert not Entry.objects.filter(what="screening.superseded").exists()


def test_while_a_hold_is_advised_only_a_supervisor_who_did_not_ask_sets_its_person_apart() -> None:
    person, client = banned(), cast.browser(cast.BIMA)
    first = asked(client)
    assert client.get(f"/meja/{first}/").context["answer"]["advice"] == "hold"
    page = client.get(f"/meja/{first}/").content.decode()
    assert "/bukan/" not in page and "penyelialah yang menyatakannya" in page
    assert apart(client, first, person).status_code == 403
    supervisor = cast.browser(cast.ARIF)
    own = asked(supervisor, reference="CGK-S-1")
    assert apart(supervisor, own, person, "number").status_code == 403, "nor a supervisor in his own screening"
    newer = newer_of(apart(supervisor, first, person, "number"))
    assert supervisor.get(f"/meja/{newer}/").context["answer"]["advice"] != "hold"


def test_another_agency_s_screening_is_nobody_s_to_answer_again() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    assert apart(cast.browser(cast.MADE), first, person).status_code == 403


# One masked field, at the desk ------------------------------------------------------------------------------------------------------


def revealed(client: Client, screening: UUID, person: UUID, field: str = "birth_date", why: str = "namesake") -> Any:
    return client.post(f"/meja/{screening}/buka/", {"person": str(person), "field": field, "why": why})


def test_a_counter_opens_one_masked_field_of_a_match_to_tell_a_namesake() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    page = client.get(f"/meja/{first}/").content.decode()
    assert f'action="/meja/{first}/buka/"' in page and "5 Des 1990" not in page
    answer = revealed(client, first, person)
    assert answer.status_code == 200 and "5 Des 1990" in answer.content.decode()
    assert answer["Refresh"] == f"30;url=/meja/{first}/"
    body = json.loads(bytes(Entry.objects.get(what="person.revealed").body))
    assert (body["fields"], body["params"], body["role"]) == (["birth_date"], {"why": "namesake"}, "counter_officer")


def test_a_field_is_opened_at_the_desk_that_asked_while_the_screening_is_open_and_of_nobody_else() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    neighbour = cast.Seat("hesti", "Hesti Wulandari", "counter_officer", "imigrasi", "TPI-CGK", "CGK-A2", "departure")
    assert revealed(cast.browser(neighbour), first, person).status_code == 404
    assert revealed(client, first, UUID(int=7)).status_code == 404
    assert revealed(client, first, person, field="address").status_code == 403
    assert revealed(client, first, person, why="contact").status_code == 422
    assert revealed(cast.browser(cast.DIAN), first, person).status_code == 403
    client.post(f"/meja/{first}/putusan/", {"decision": "allow", "coded": "papers_shown", "reason": "berkas lengkap"})
    assert revealed(client, first, person).status_code == 404
    assert not Entry.objects.filter(what="person.revealed").exists()


# What waits, and what is asked again -------------------------------------------------------------------------------------------------


def listed(client: Client, which: str = "rows") -> list[UUID]:
    return [row.id for row in client.get("/meja/terbuka/").context[which]]


def test_what_waits_for_a_decision_is_listed_until_it_is_decided_and_my_work_counts_it() -> None:
    client = cast.browser(cast.BIMA)
    first, second = asked(client), asked(client, reference="CGK-A1-2")
    assert listed(client) == [second, first]
    assert 'class="count" href="/meja/terbuka/" aria-label="2 menunggu">2</a>' in client.get("/").content.decode()
    client.post(f"/meja/{first}/putusan/", {"decision": "allow", "coded": "papers_shown", "reason": "berkas lengkap"})
    assert listed(client) == [second]
    assert not Entry.objects.filter(what="screening.seen").exists(), "a list opens none"


def test_a_counter_lists_its_own_desk_and_a_supervisor_the_office_and_nobody_another_office() -> None:
    first = asked(cast.browser(cast.BIMA))
    neighbour = cast.Seat("hesti", "Hesti Wulandari", "counter_officer", "imigrasi", "TPI-CGK", "CGK-A2", "departure")
    elsewhere = cast.Seat("rudi", "Rudi Hartono", "supervisor", "imigrasi", "TPI-BTC", "BTC-S", "departure")
    assert listed(cast.browser(neighbour)) == [] and listed(cast.browser(elsewhere)) == []
    assert listed(cast.browser(cast.ARIF)) == [first] == listed(cast.browser(cast.DIAN))


# law: UU 6/2011 Ps 93; PP 31/2013 Ps 230
def test_a_change_of_register_puts_an_open_screening_on_the_list_and_one_key_asks_again() -> None:
    person = banned()
    client = cast.browser(cast.BIMA)
    first = asked(client)
    known = {name: cast.SARI[name] for name in ("full_name", "birth_date", "sex", "passport_no", "nik")}
    lifted = BAN | {"status": "lifted", "lifted_on": "2026-11-20", "id": "b-1", "who": "sari", "version": "2"}
    batch = arrive("simkim", "exit_ban", [known | lifted], at=cast.NOON + timedelta(minutes=5))
    assert rescreen(batch, act=cast.hub(at=now())) == 1
    assert listed(client, "changed") == [first] and person
    assert 'data-key="u"' in client.get("/meja/terbuka/").content.decode()
    assert "Sebuah daftar berubah sejak pertanyaan ini dijawab." in client.get(f"/meja/{first}/").content.decode()
    newer = newer_of(client.post(f"/meja/{first}/ulang/"))
    assert listed(client, "changed") == [] and listed(client) == [newer]
    assert client.get(f"/meja/{newer}/").context["answer"]["advice"] != "hold"
    body = json.loads(bytes(Entry.objects.get(what="screening.superseded").body))
    assert body["params"] == {"because": "register", "reasons": ""}


def test_nothing_to_ask_again_teaches_what_would_appear() -> None:
    page = cast.browser(cast.BIMA).get("/meja/terbuka/").content.decode()
    assert "Tidak ada yang berubah" in page and "muncul di sini" in page


def test_who_was_set_apart_stays_apart_when_the_question_is_asked_again() -> None:
    person, client = namesake(), cast.browser(cast.BIMA)
    first = asked(client)
    newer = newer_of(apart(client, first, person))
    newest = newer_of(client.post(f"/meja/{newer}/ulang/"))
    assert matches_of(client, newest) == [] and "Bukan orang ini:" in client.get(f"/meja/{newest}/").content.decode()
    assert client.post(f"/meja/{first}/ulang/").status_code == 409
