"""Notices over a real database: made once, kept as given, sent or missed to the second, and proven to anybody without naming anybody."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from suar.agencies.access import DoorShut, as_hub
from suar.audit.models import Entry
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.identity.zones import WIB
from suar.core.registers.notice import due_at
from suar.registers.access.notices import clocks_for, notices_for, paper_for, proof_for
from suar.registers.actions.make_notice import NobodyToTell, NotAnAddressee, make_notice
from suar.registers.actions.note_sent import HowUnknown, note_sent
from suar.registers.queries.notices import Made, notice
from suar.site.auth import now
from suar.vault.queries import new_id
from tests import cast
from tests.arrivals import arrive
from tests.registers.entries import DECISION, PERSONAL, ban, prevented
from tests.registers.objecting import by_form, objection
from tests.registers.paper import Paper

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
ORIGIN = "https://suar.example"


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def intan(at: datetime | None = None) -> Act:
    return cast.act(cast.RAKA, at=at or now())


def made(entry: UUID, to_whom: str = "person", at: datetime | None = None) -> Made:
    found = notice(make_notice(entry, to_whom, origin=ORIGIN, act=intan(at)))
    assert found
    return found


def printed(id_: UUID) -> list[str]:
    return Paper(paper_for(intan(), id_)[1]).pages


# Made -------------------------------------------------------------------------------------------------------------------------------


def test_a_notice_tells_the_decision_the_person_and_the_office_that_made_it() -> None:
    found = made(ban())
    indonesian, english = printed(found.id)
    assert all(
        word in indonesian
        for word in ("Sari Wulandari", "lahir tahun 1990", "Pencegahan ke luar negeri", DECISION, "Jaksa Agung")
    )
    assert all(word in english for word in ("Exit ban", DECISION, "Attorney General", "UU 6/2011 Ps 91"))
    assert cast.SARI_NIK not in indonesian and "X9900001" not in indonesian and "•••••001" in indonesian
    assert "DITJENIM" in indonesian and found.number in english
    assert f"{ORIGIN}/sah/{found.code}/" in indonesian


def test_it_is_made_once_for_each_addressee_of_an_act_and_kept_as_it_was_given() -> None:
    entry = ban()
    first, again, minister = made(entry), made(entry), made(entry, "minister")
    assert first.id == again.id != minister.id
    _, pdf = paper_for(intan(), first.id)
    assert hashlib.sha256(pdf).hexdigest() == first.sha256
    told = [body.params for body in leaves("notice.made")]
    assert [one["sha256"] for one in told] == [first.sha256, minister.sha256]


def test_what_is_kept_is_sealed_and_nothing_beside_it_names_anybody() -> None:
    entry = ban()
    found = made(entry)
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("SELECT sealed FROM registers_notice_paper WHERE notice = %s", [found.id])
        assert b"%PDF" not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT n::text FROM registers_notice n")
        row = cursor.fetchone()[0]
    assert not re.search("sari|wulandari|9901", row, re.IGNORECASE) and DECISION not in row


def test_the_code_follows_from_no_number_that_stands_beside_it() -> None:
    """Keyed with the ring of this house: whoever has the notice's id, its number or another's code does not come to it."""
    entry = ban()
    person, minister = made(entry), made(entry, "minister")
    assert person.code != minister.code and len(person.code) == 26
    plain = {hashlib.sha256(text.encode()).hexdigest()[:32] for text in (str(person.id), person.number)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(code, 'hex') FROM registers_notice WHERE id = %s", [person.id])
        assert cursor.fetchone()[0] not in plain


def test_a_protection_fact_has_no_notice_and_a_marker_leaves_no_mark_on_one() -> None:
    """SECURITY T15: the paper of somebody whom a protection desk looks after is the paper of anybody."""
    with pytest.raises(NobodyToTell):
        made(prevented_by_imigrasi())
    entry, at = ban(), now()
    before = made(entry, "person", at)
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("SELECT subject FROM registers_entry WHERE id = %s", [entry])
        cursor.execute(
            "INSERT INTO registers_marker VALUES (%s, %s, 'LINDUNG-1', %s, %s)",
            [uuid4(), cursor.fetchone()[0], at, at + timedelta(days=30)],
        )
    after = made(entry, "family", at)
    plain, marked = (without_its_own(one) for one in (before, after))
    assert plain == marked


def without_its_own(one: Made) -> list[str]:
    """The text of a notice without its number, code, addressee and hour."""
    pages = " | ".join(printed(one.id))
    groups = "-".join(one.code[at : at + 5] for at in range(0, 26, 5))
    for own in (one.number, one.code, groups):
        pages = pages.replace(own, "…")
    return [
        re.sub(r"(Kepada|To the) .*? · (Dibuat|Issued) \d+ \w+ \d+, [\d.:]+", "…", page) for page in pages.split(" | ")
    ]


@pytest.mark.parametrize("to_whom", ["", "everybody", "PERSON"])
def test_nobody_else_is_told(to_whom: str) -> None:
    entry = ban()
    with pytest.raises(NotAnAddressee):
        make_notice(entry, to_whom, origin=ORIGIN, act=intan())


def test_a_listing_that_came_anew_is_another_act_and_gets_its_own_notice() -> None:
    entry = ban()
    first = made(entry)
    arrive("simkim", "exit_ban", [renewed()], at=cast.NOON + timedelta(minutes=1))
    second = made(entry)
    assert second.id != first.id and second.entry == first.entry
    assert "diperpanjang" in printed(second.id)[0] and "diperpanjang" not in printed(first.id)[0]


def renewed() -> dict[str, Any]:
    today = now().date()
    return {
        "id": "c-1",
        "who": "sari",
        "version": "2",
        **{name: cast.SARI[name] for name in PERSONAL},
        "decision_no": DECISION,
        "requester": "kejaksaan",
        "legal_basis": "UU 6/2011 Ps 91",
        "valid_from": (today - timedelta(days=100)).isoformat(),
        "valid_to": (today - timedelta(days=1)).isoformat(),
        "extended_to": (today + timedelta(days=90)).isoformat(),
        "status": "extended",
    }


# Doors ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seat", [cast.BIMA, cast.AYU, cast.MADE, cast.NADIA, cast.WULAN, cast.RATNA, cast.EKO, cast.LALU]
)
def test_only_who_keeps_the_registers_makes_sees_and_sends_a_notice(seat: cast.Seat) -> None:
    entry = ban()
    found, act = made(entry), cast.act(seat, at=now())
    for asked in (
        lambda: make_notice(entry, "minister", origin=ORIGIN, act=act),
        lambda: notices_for(act, entry),
        lambda: paper_for(act, found.id),
        lambda: note_sent(found.id, "hand", "", act=act),
    ):
        with pytest.raises(DoorShut):
            asked()


def test_another_agency_s_entry_and_its_notice_are_not_there() -> None:
    """Row-level security, not the page: an officer of KP2MI with the same role finds neither."""
    entry = ban()
    found = made(entry)
    act = cast.act(replace(cast.RAKA, username="rini", agency="kp2mi", office="BP3MI-JTM", desk="DAFTAR-JTM"), at=now())
    for asked in (
        lambda: notices_for(act, entry),
        lambda: paper_for(act, found.id),
        lambda: note_sent(found.id, "hand", "", act=act),
    ):
        with pytest.raises(NotFound):
            asked()


def test_every_look_at_a_paper_leaves_its_trace() -> None:
    entry = ban()
    found = made(entry)
    paper_for(intan(), found.id)
    (shown,) = leaves("notice.shown")
    assert shown.reference == str(entry) and set(shown.fields) == {"birth_date", "full_name", "nik", "passport_no"}


class Leaf:
    def __init__(self, entry: Entry) -> None:
        import json

        body = json.loads(bytes(entry.body))
        self.params, self.reference, self.fields = body["params"], body["reference"], body["fields"]


def leaves(what: str) -> list[Leaf]:
    return [Leaf(one) for one in Entry.objects.filter(what=what).order_by("id")]


# Sent -------------------------------------------------------------------------------------------------------------------------------


def due(entry: UUID) -> datetime:
    return made(entry).due_at


def test_the_person_is_told_within_seven_days_and_the_minister_within_three() -> None:
    at = datetime(2026, 12, 1, 4, tzinfo=UTC)
    entry = ban(at=at, days_ago=0)
    begins = datetime(2026, 11, 30, 17, tzinfo=UTC)  # 1 December in Jakarta
    assert made(entry, "person", at).due_at == due_at(begins, WIB, 7) == datetime(2026, 12, 8, 17, tzinfo=UTC)
    assert made(entry, "minister", at).due_at == datetime(2026, 12, 4, 17, tzinfo=UTC)
    assert made(entry, "family", at).due_at == datetime(2026, 12, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "clock"), [(-1, "met"), (0, "missed"), (1, "missed")])
def test_a_clock_is_met_to_the_second(seconds: int, clock: str) -> None:
    found = made(ban())
    note_sent(found.id, "post", "RR 990 001", act=intan(found.due_at + timedelta(seconds=seconds)))
    after = notice(found.id)
    assert after and after.clock(found.due_at + timedelta(days=30)) == clock and after.how == "post"
    assert leaves("notice.sent")[0].params["clock"] == clock


def test_a_second_sending_is_another_fact_and_the_first_one_counts() -> None:
    found = made(ban())
    note_sent(found.id, "post", "", act=intan(found.due_at - timedelta(hours=1)))
    note_sent(found.id, "hand", "", act=intan(found.due_at + timedelta(hours=1)))
    after = notice(found.id)
    assert after and (after.how, after.clock(found.due_at)) == ("post", "met")


def test_a_receipt_is_sealed() -> None:
    found = made(ban())
    note_sent(found.id, "hand", "Inaq Rabiah, ibu", act=intan())
    with connection.cursor() as cursor:
        cursor.execute("SELECT receipt FROM registers_notice_sent")
        assert b"Rabiah" not in bytes(cursor.fetchone()[0])


def test_a_way_that_is_not_on_the_list_is_refused_and_leaves_nothing() -> None:
    found = made(ban())
    with pytest.raises(HowUnknown):
        note_sent(found.id, "pigeon", "", act=intan())
    after = notice(found.id)
    assert after and after.sent_at is None and not leaves("notice.sent")


@pytest.mark.parametrize(("column", "value"), [("to_whom", "neighbour"), ("code", b"short"), ("sha256", "none")])
def test_a_notice_that_could_not_be_one_is_not_written(column: str, value: object) -> None:
    entry = ban()
    found = made(entry)
    columns = (
        "id",
        "entry",
        "act",
        "to_whom",
        "kind",
        "agency",
        "office",
        "number",
        "code",
        "made_at",
        "made_by",
        "due_at",
        "sha256",
        "policy",
    )
    row: dict[str, Any] = {
        "id": new_id(now()), "entry": entry, "act": uuid4(), "to_whom": "person", "kind": "exit_ban", "agency": "imigrasi", "office": "X",
        "number": "PB/1", "code": bytes(16), "made_at": now(), "made_by": uuid4(), "due_at": found.due_at, "sha256": "0" * 64, "policy": "p",
    }  # fmt: skip
    marks = ", ".join(["%s"] * len(columns))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registers_notice ({', '.join(columns)}) VALUES ({marks})",
            [(row | {column: value})[name] for name in columns],
        )


# Clocks -----------------------------------------------------------------------------------------------------------------------------


def test_a_missed_clock_is_visible_to_the_oversight_role_and_names_nobody() -> None:
    at = now()
    entry = ban(days_ago=5)
    person, minister = made(entry, "person", at), made(entry, "minister", at)
    note_sent(person.id, "hand", "", act=intan(at))
    watched = clocks_for(cast.act(cast.NADIA, at=at))
    assert [one.id for one in watched.missed] == [minister.id] and watched.due == []
    states = {row.to_whom: (row.due, row.met, row.missed) for row in watched.counted}
    assert states == {"person": (0, 1, 0), "minister": (0, 0, 1)}
    page = cast.browser(cast.NADIA).get("/pemberitahuan/").content.decode()
    assert minister.number in page and "lewat waktu" in page
    assert "Sari" not in page and str(entry) not in page, "the auditor opens no entry"


def test_a_clock_that_was_missed_and_then_sent_stays_missed() -> None:
    entry = ban(days_ago=9)
    found = made(entry)
    note_sent(found.id, "hand", "", act=intan())
    watched = clocks_for(cast.act(cast.NADIA, at=now()))
    assert [one.id for one in watched.missed] == [found.id] and watched.missed[0].sent_at


# Proof ------------------------------------------------------------------------------------------------------------------------------


def proof_page(code: str, language: str = "id") -> Any:
    return Client(headers={"accept-language": language}).get(f"/sah/{code}/")


def test_anybody_sees_that_a_notice_is_genuine_and_nobody_is_named() -> None:
    entry = ban()
    found = made(entry)
    for language, words in (
        ("id", ("asli", "masih berlaku", "Pencegahan ke luar negeri")),
        ("en", ("genuine", "still in force", "Exit ban")),
    ):
        answer = proof_page(found.code, language)
        page = answer.content.decode()
        assert answer.status_code == 200 and all(word in page for word in (*words, found.number, "DITJENIM"))
        assert not re.search("sari|wulandari|1990|99010|X9900001|X99|001", page.replace(found.code, ""), re.IGNORECASE)
        assert DECISION not in page and "Jaksa" not in page and str(entry) not in page and str(found.id) not in page
        assert "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"]


def test_an_objection_by_the_number_or_the_code_on_the_paper_is_placed_at_its_entry() -> None:
    entry = ban()
    found = made(entry)
    for number in (found.number, found.number.lower(), f" {found.code} ", found.code.lower(), str(entry)):
        assert objection(by_form(at=now(), number=number).id).entry == entry
    assert objection(by_form(at=now(), number=found.number[:-1]).id).entry is None


@pytest.mark.parametrize("change", ["groups", "lower", "misread"])
def test_a_code_typed_off_the_paper_is_found(change: str) -> None:
    code = made(ban()).code
    typed = {
        "groups": "-".join(code[at : at + 5] for at in range(0, 26, 5)),
        "lower": code.lower(),
        "misread": code.replace("O", "0").replace("B", "8"),
    }[change]
    assert proof_page(typed).status_code == 200


def test_every_code_that_nobody_was_given_is_answered_alike() -> None:
    """Neither the answer nor its length tells how near somebody came."""
    code = made(ban()).code
    wrong = code[:-2] + ("A" if code[-2] != "A" else "C") + code[-1]
    answers = [proof_page(text) for text in (wrong, "A" * 26, "sent", code[:-1])]
    assert {one.status_code for one in answers} == {404}
    bodies = {re.sub(r'value="[^"]*"', "", one.content.decode()) for one in answers}
    assert len(bodies) == 1 and "tidak dikenal" in bodies.pop()


def test_an_entry_that_ended_or_was_withdrawn_runs_no_longer_on_its_page() -> None:
    entry = ban()
    code, ends = made(entry).code, now() + timedelta(days=149)
    assert proof_for(cast.hub(now()), code).runs
    assert not proof_for(cast.hub(ends + timedelta(days=2)), code).runs
    lifted = {"lifted_on": now().date().isoformat(), "extended_to": "", "status": "lifted"}
    arrive("simkim", "exit_ban", [renewed() | lifted], at=cast.NOON + timedelta(minutes=1))
    assert not proof_for(cast.hub(now()), code).runs


def test_the_day_is_the_office_s_own() -> None:
    """Made at 23.30 in Jakarta: in Jayapura it is the next day already, and the paper and the page say the same."""
    seat = replace(cast.RAKA, username="yosua", office="KANIM-JAP", desk="DAFTAR-JAP", zone="Asia/Jayapura")
    at = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)
    entry = ban(at=at)
    found = notice(make_notice(entry, "person", origin=ORIGIN, act=cast.act(seat, at=at)))
    assert found
    assert "2 Des 2026" in proof_page(found.code).content.decode()


# Pages ------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> Iterator[Client]:
    yield cast.browser(cast.RAKA)


def test_the_officer_makes_prints_and_sends_it_on_one_page(client: Client) -> None:
    entry = ban()
    address = f"/daftar/{entry}/pemberitahuan/"
    assert "Belum ada surat" in client.get(address).content.decode()
    assert client.post(f"{address}buat/", {"to_whom": "person"}).status_code == 302
    page = client.get(address).content.decode()
    (found,) = notices_for(intan(), entry).made
    assert found.number in page and "belum dikirim" in page
    pdf = client.get(f"/pemberitahuan/{found.id}/surat.pdf")
    assert pdf.content.startswith(b"%PDF-1.7") and pdf["Content-Disposition"].startswith("inline")
    kept = client.get(f"/pemberitahuan/{found.id}/surat.pdf?keep")
    assert kept["Content-Disposition"].startswith("attachment") and kept.content == pdf.content
    assert "http://testserver/sah/" in Paper(pdf.content).pages[0]
    assert client.post(f"{address}{found.id}/kirim/", {"how": "hand", "receipt": "tanda tangan"}).status_code == 302
    assert "tepat waktu" in client.get(address).content.decode()


def test_a_kind_without_notice_offers_none(client: Client) -> None:
    entry = prevented_by_imigrasi()
    page = client.get(f"/daftar/{entry}/pemberitahuan/").content.decode()
    assert "Belum ada surat" in page and "buat/" not in page
    answer = client.post(f"/daftar/{entry}/pemberitahuan/buat/", {"to_whom": "person"})
    assert answer.status_code == 422 and "tidak ada surat pemberitahuan" in answer.content.decode()


def prevented_by_imigrasi() -> UUID:
    """The same fact, readable to Immigration under an agreement."""
    cast.agree("kp2mi", "imigrasi", ["register_keeping"], at=now())
    return prevented()


@pytest.mark.parametrize(("where", "told"), [("buat/", {"to_whom": "everybody"}), ("sent", {"how": "pigeon"})])
def test_what_cannot_be_done_is_said_on_the_same_page(client: Client, where: str, told: dict[str, str]) -> None:
    entry = ban()
    found = made(entry)
    address = f"/daftar/{entry}/pemberitahuan/" + (where if where == "buat/" else f"{found.id}/kirim/")
    answer = client.post(address, told)
    assert answer.status_code == 422 and "Belum dilakukan" in answer.content.decode()
