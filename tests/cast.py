"""The people of every test, all invented: Sari travels, Bima sits at the border desk, Ratna shelters, Arif supervises, Charlie must see nothing.

Officers are made under the postings that their story needs; NIKs lie under region 99, which is no province.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.test import Client

from suar.agencies.models import Agency, AgencyKey, Agreement, Desk, Office, Officer, Posting
from suar.core.act import Act
from suar.policies.actions import read_table, tables_under
from suar.policies.models import Version
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.site import panels
from suar.site.auth import PURPOSE_OF_KIND, now, system_act
from tests import database

ROOT = Path(__file__).resolve().parent.parent
POLICY = ROOT / "policy"
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # a Saturday noon in Jakarta
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "mercu-dermaga-layar-271"

#: Sari Wulandari: born on 12 May 1990 in Lombok Tengah. Her NIK says so, with 40 added to the day.
SARI_NIK = "9901015205900001"
SARI = {
    "full_name": "Sari Wulandari",
    "nik": SARI_NIK,
    "sex": "2",
    "birth_date": "1990-05-12",
    "birth_place": "Praya",
    "mother_name": "Inaq Rabiah",
    "phone": "+6281990000001",
    "passport_no": "X9900001",
    "region_code": "520201",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A desk of the story, and who sits at it."""

    username: str
    full_name: str
    role: str
    agency: str
    office: str
    desk: str
    kind: str
    region: str = "3171"
    zone: str = "Asia/Jakarta"


BIMA = Seat("bima", "Bima Prasetyo", "counter_officer", "imigrasi", "TPI-CGK", "CGK-A1", "departure", "3603")
AYU = Seat("ayu", "Ayu Lestari", "passport_officer", "imigrasi", "KANIM-MLG", "MLG-1", "passport", "3573")
DIAN = Seat("dian", "Dian Puspa", "secondary_officer", "imigrasi", "TPI-CGK", "CGK-S", "departure", "3603")
ARIF = Seat("arif", "Arif Nugraha", "supervisor", "imigrasi", "TPI-CGK", "CGK-S", "departure", "3603")
MADE = Seat("made", "Made Suarta", "kp2mi_officer", "kp2mi", "BP3MI-JTM", "JTM-1", "kp2mi", "3578")
RATNA = Seat("ratna", "Ratna Dewanti", "protection_officer", "kemenpppa", "PPT", "LINDUNG-1", "protection")
LALU = Seat(
    "lalu", "Lalu Wirajaya", "village_officer", "imigrasi", "PIMPASA-LOB", "LOB-1", "village", "5202", "Asia/Makassar"
)
EKO = Seat("eko", "Eko Santoso", "integration_engineer", "suar", "SIMPUL", "TEKNIS-1", "engineering")
NADIA = Seat("nadia", "Nadia Rahmi", "auditor", "ombudsman", "ORI", "AWAS-1", "oversight")
#: Wulan, Yoga and Tari judge whether two records are of one person: two at the hub, one at KP2MI, each at a desk of her own.
WULAN = Seat("wulan", "Wulan Ratnasari", "identity_reviewer", "suar", "SIMPUL", "TINJAU-1", "review")
YOGA = Seat("yoga", "Yoga Pratama", "identity_reviewer", "suar", "SIMPUL", "TINJAU-2", "review")
TARI = Seat("tari", "Tari Anggraini", "identity_reviewer", "kp2mi", "BP3MI-JTM", "TINJAU-JTM", "review", "3578")
#: Raka and Gita nominate, at Immigration and with the police; Sinta and Bayu are asked to agree, at KP2MI and at Immigration; Laras reviews.
RAKA = Seat("raka", "Raka Wibawa", "register_officer", "imigrasi", "DITJENIM", "DAFTAR-1", "register")
GITA = Seat("gita", "Gita Maharani", "register_officer", "polri", "BARESKRIM", "DAFTAR-POLRI", "register")
SINTA = Seat("sinta", "Sinta Larasati", "second_officer", "kp2mi", "P2MI-PUSAT", "KEDUA-P2MI", "register")
BAYU = Seat("bayu", "Bayu Aditama", "second_officer", "imigrasi", "WILAYAH-IM", "KEDUA-IM", "register")
LARAS = Seat("laras", "Laras Kusuma", "legal_reviewer", "imigrasi", "HUKUM-IM", "TELAAH-1", "register")
#: Yudha reviews with the police, where Gita's nominations come from another office than his.
YUDHA = Seat("yudha", "Yudha Wiratama", "legal_reviewer", "polri", "HUKUM-POLRI", "TELAAH-POLRI", "register")
#: Putri proposes other rules, at KP2MI; Hendra, at Immigration, is the second person; Tomi is one as well, but in Putri's own office.
PUTRI = Seat("putri", "Putri Anindya", "analyst", "kp2mi", "P2MI-PUSAT", "KEBIJAKAN-P2MI", "policy")
HENDRA = Seat("hendra", "Hendra Gunawan", "policy_approver", "imigrasi", "DITJENIM", "KEBIJAKAN-IM", "policy")
TOMI = Seat("tomi", "Tomi Wijaya", "policy_approver", "kp2mi", "P2MI-PUSAT", "KEBIJAKAN-P2MI-2", "policy")
#: Maya helps at the embassy in Kuala Lumpur.
MAYA = Seat("maya", "Maya Kartika", "mission_officer", "kemlu", "KBRI-KL", "PWNI-KL", "mission", "")
SEATS = (BIMA, AYU, DIAN, ARIF, MADE, RATNA, LALU, EKO, NADIA, WULAN, RAKA, SINTA, LARAS, PUTRI, HENDRA)
#: Charlie has a name and a password, and no posting anywhere: he must see nothing.
CHARLIE = Seat("charlie", "Charlie Situmorang", "", "imigrasi", "", "", "")


def adopt(at: datetime = BEFORE) -> None:
    """The policies of this checkout, in force since long ago; and the rooms wired as the addresses wire them."""
    panels.fill()
    by = system_act("tests", at=at)
    if database.adopt_kept(at, by.actor, same=at == BEFORE):
        return
    known = set(
        Version.objects.filter(in_force_from=at).values_list("name", "sha256")
    )  # what an earlier test committed
    Version.objects.bulk_create(
        Version(
            id=uuid4(), name=name, sha256=digest, content=table, in_force_from=at, adopted_by=by.actor, reason="tests",
            written=texts()[name],
        )
        for name, digest, table in tables()
        if (name, digest) not in known
    )  # fmt: skip


@functools.cache
def tables() -> list[tuple[str, str, Any]]:
    """Every policy table as adoption reads it; read once a run, because every test starts from an empty database."""
    return [(name, *read_table(path)) for name, path in tables_under(POLICY)]


@functools.cache
def texts() -> dict[str, str]:
    """Every policy table as it is written."""
    return {name: path.read_text() for name, path in tables_under(POLICY)}


def agencies() -> None:
    """All of the policy's, where they are not there yet."""
    there = set(Agency.objects.values_list("code", flat=True))
    Agency.objects.bulk_create(
        [
            Agency(code=code, name_id=name["id"], name_en=name["en"])
            for code, name in named_agencies().items()
            if code not in there
        ],
        ignore_conflicts=True,
    )


@functools.cache
def named_agencies() -> dict[str, dict[str, str]]:
    """The agencies of the policy with their names in both languages."""
    named: dict[str, dict[str, str]] = read_table(POLICY / "sharing" / "offices.yaml")[1]["agencies"]
    return named


def seated(seat: Seat) -> Posting:
    """Make the officer and the seat, where they are not there yet."""
    seats = Posting.objects.select_related("desk__office", "officer")
    if sitting := seats.filter(officer__username=seat.username, desk=seat.desk, role=seat.role).first():
        return sitting
    agencies()
    office, _ = Office.objects.get_or_create(
        code=seat.office,
        defaults={"agency_id": seat.agency, "name": seat.office, "zone": seat.zone, "region": seat.region},
    )
    desk, _ = Desk.objects.get_or_create(
        code=seat.desk, defaults={"office": office, "name": seat.desk, "kind": seat.kind}
    )
    officer = known(seat)
    posting, _ = Posting.objects.get_or_create(
        officer=officer, desk=desk, role=seat.role, defaults={"id": uuid4(), "from_at": BEFORE}
    )
    return posting


def seat_of(officer: UUID | None, among: Sequence[Seat]) -> Seat:
    """Which of these seats an officer holds."""
    return next(seat for seat in among if seated(seat).officer_id == officer)


def known(seat: Seat) -> Officer:
    """An officer with a name and a password, posted nowhere by this alone."""
    officer, _ = Officer.objects.get_or_create(
        username=seat.username, defaults={"id": uuid4(), "full_name": seat.full_name, "password": hashed_password()}
    )
    return officer


@functools.cache
def hashed_password() -> str:
    """As the site's own hasher makes it, once a run: it is slow on purpose."""
    return make_password(PASSWORD)


def act(seat: Seat, *, at: datetime = NOON, purpose: str = "", reference: str = "") -> Act:
    """The act of this officer at this seat, with its usual purpose."""
    posting = seated(seat)
    return Act(
        actor=posting.officer_id,
        agency=seat.agency,
        role=seat.role,
        desk=seat.desk,
        purpose=purpose or PURPOSE_OF_KIND[seat.kind],
        basis="UU 6/2011 Ps 9",
        reference=reference,
        at=at,
        correlation=uuid4(),
    )


def machine(agency: str = "imigrasi", *, at: datetime = NOON, purpose: str = "operations", reference: str = "") -> Act:
    """The act of an agency's machine."""
    return Act(
        actor=uuid4(), agency=agency, role="machine", desk="", purpose=purpose, basis="UU 6/2011 Ps 9", reference=reference, at=at,
        correlation=uuid4(),
    )  # fmt: skip


def hub(at: datetime = NOON) -> Act:
    return system_act("tests", at=at)


def browser(seat: Seat) -> Client:
    """A browser in which this officer is logged in, at her seat; Charlie's leads to no seat."""
    client = Client(headers={"accept-language": "id"})
    posting = seated(seat) if seat.desk else None
    client.force_login(posting.officer if posting else known(seat))
    if posting:
        session = client.session
        session["posting"] = str(posting.id)
        session.save()
    return client


def agree(giver: str, receiver: str, purposes: list[str], *, at: datetime = NOON, days: int = 36_500) -> Agreement:
    """A data-sharing agreement in force around `at`, and long after: whoever comes through a browser comes on the day of the test."""
    agencies()
    for agency in (giver, receiver):
        AgencyKey.objects.get_or_create(
            id=f"{agency}-1", defaults={"agency_id": agency, "public_key": {}, "from_at": BEFORE}
        )
    return Agreement.objects.create(
        id=uuid4(), giver_id=giver, receiver_id=receiver, purposes=purposes, classes=classes(), events=[], basis="test",
        from_at=at - timedelta(days=180), until_at=at + timedelta(days=days), body=b"", giver_signature=b"", receiver_signature=b"",
        giver_key_id=f"{giver}-1", receiver_key_id=f"{receiver}-1",
    )  # fmt: skip


@functools.cache
def classes() -> list[str]:
    """Every class that an agreement may name."""
    return [*{name: table for name, _, table in tables()}["sharing/classes"]["classes"], *kinds()]


def kinds() -> list[str]:
    """Every kind of the standard."""
    return sorted(path.stem for path in (POLICY / "standard").glob("*.yaml"))


def case(seat: Seat, reference: str, *, at: datetime | None = None) -> str:
    """A case open at this seat's office: a traveller nobody knows was asked about under this number, by default now, since whoever comes
    through a browser comes now. Returns the number.
    """
    at = at or now()
    purpose = "passport_application" if seat.kind == "passport" else "departure"
    asked = Asked(
        purpose=purpose, desk=seat.desk, lane="", officer="", reference=reference, traveller={"full_name": "Zulkarnaen Batubara"}, journey={},
    )  # fmt: skip
    screen(asked, act=act(seat, at=at, reference=reference), client="tests", key="", elapsed_ms=lambda: 1)
    return reference
