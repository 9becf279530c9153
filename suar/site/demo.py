"""The invented people of the training nation: agencies, desks, officers, machine clients and signed agreements. Made once, never in production."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.db import transaction
from joserfc.jwk import OKPKey

from suar.agencies.actions import (
    Place,
    Terms,
    agree,
    engage,
    name_agency,
    open_desk,
    post,
    register_key,
)
from suar.agencies.actions.machines import Terms as MachineTerms
from suar.agencies.actions.machines import propose_key, propose_terms, rule_on_machine
from suar.agencies.queries import Seat, agreed, posted
from suar.agencies.queries.machines import client
from suar.audit.actions import append
from suar.core.act import Act
from suar.policies.actions import adopt_folder
from suar.policies.queries import in_force
from suar.vault.keyring import write_private

YEARS = timedelta(days=3 * 365)
SCOPES = ("intake.push", "intake.report", "screening", "health", "events")


#: office, agency, name of the office, zone, kabupaten, desk, name of the desk, kind, lane.
PLACES = (
    ("KANIM-MLG", "imigrasi", "Kantor Imigrasi Malang", "Asia/Jakarta", "3573", "PASPOR-MLG-1", "Meja paspor 1", "passport", ""),
    ("TPI-CGK", "imigrasi", "TPI Soekarno-Hatta", "Asia/Jakarta", "3603", "TPI-CGK-A1", "Konter A1", "departure", "A1"),
    ("TPI-CGK", "imigrasi", "TPI Soekarno-Hatta", "Asia/Jakarta", "3603", "TPI-CGK-A2", "Konter SIMKIM", "departure", "A2"),
    ("TPI-CGK", "imigrasi", "TPI Soekarno-Hatta", "Asia/Jakarta", "3603", "TPI-CGK-S", "Wawancara kedua", "departure", "S"),
    ("TPI-BTC", "imigrasi", "TPI Batam Centre", "Asia/Jakarta", "2171", "TPI-BTC-B2", "Konter B2", "departure", "B2"),
    ("TPI-BTC", "imigrasi", "TPI Batam Centre", "Asia/Jakarta", "2171", "TPI-BTC-B3", "Konter SIMKIM", "departure", "B3"),
    ("TPI-BTC", "imigrasi", "TPI Batam Centre", "Asia/Jakarta", "2171", "TPI-BTC-S", "Wawancara kedua", "departure", "S"),
    ("KANIM-MLG", "imigrasi", "Kantor Imigrasi Malang", "Asia/Jakarta", "3573", "PASPOR-MLG-S", "Wawancara kedua", "passport", ""),
    ("BP3MI-JTM", "kp2mi", "BP3MI Jawa Timur", "Asia/Jakarta", "3578", "BANTU-JTM-1", "Meja bantu KP2MI", "kp2mi", ""),
    ("PIMPASA-LOB", "imigrasi", "Desa binaan Lombok Tengah", "Asia/Makassar", "5202", "DESA-LOB-1", "Pimpasa", "village", ""),
    ("PPT-PUSAT", "kemenpppa", "Pusat Pelayanan Terpadu", "Asia/Jakarta", "3171", "LINDUNG-1", "Meja pelindungan", "protection", ""),
    ("SIMPUL", "suar", "Simpul Suar", "Asia/Jakarta", "3171", "TEKNIS-1", "Meja integrasi", "engineering", ""),
    ("SIMPUL", "suar", "Simpul Suar", "Asia/Jakarta", "3171", "TINJAU-1", "Meja tinjau identitas 1", "review", ""),
    ("SIMPUL", "suar", "Simpul Suar", "Asia/Jakarta", "3171", "TINJAU-2", "Meja tinjau identitas 2", "review", ""),
    ("BP3MI-JTM", "kp2mi", "BP3MI Jawa Timur", "Asia/Jakarta", "3578", "TINJAU-JTM", "Meja tinjau identitas KP2MI", "review", ""),
    ("DITJENIM", "imigrasi", "Direktorat Jenderal Imigrasi", "Asia/Jakarta", "3171", "DAFTAR-1", "Meja daftar", "register", ""),
    ("BARESKRIM", "polri", "Bareskrim Polri", "Asia/Jakarta", "3171", "DAFTAR-POLRI", "Meja daftar Polri", "register", ""),
    ("P2MI-PUSAT", "kp2mi", "Kementerian P2MI", "Asia/Jakarta", "3171", "KEDUA-P2MI", "Meja orang kedua KP2MI", "register", ""),
    ("KANWIL-JTM", "imigrasi", "Kantor Wilayah Imigrasi Jawa Timur", "Asia/Jakarta", "3578", "KEDUA-IM", "Meja orang kedua Imigrasi", "register", ""),
    ("HUKUM-IM", "imigrasi", "Bagian Hukum Imigrasi", "Asia/Jakarta", "3171", "TELAAH-1", "Meja telaah hukum", "register", ""),
    ("UPTD-JTM", "kemenpppa", "UPTD PPA Jawa Timur", "Asia/Jakarta", "3578", "LINDUNG-2", "Meja pelindungan Jawa Timur", "protection", ""),
    ("P2MI-PUSAT", "kp2mi", "Kementerian P2MI", "Asia/Jakarta", "3171", "KEBIJAKAN-P2MI", "Meja kebijakan KP2MI", "policy", ""),
    ("DITJENIM", "imigrasi", "Direktorat Jenderal Imigrasi", "Asia/Jakarta", "3171", "KEBIJAKAN-IM", "Meja kebijakan Imigrasi", "policy", ""),
    ("P2MI-PUSAT", "kp2mi", "Kementerian P2MI", "Asia/Jakarta", "3171", "TEKNIS-P2MI", "Meja sistem KP2MI", "engineering", ""),
    ("DITJENIM", "imigrasi", "Direktorat Jenderal Imigrasi", "Asia/Jakarta", "3171", "TEKNIS-IM", "Meja sistem Imigrasi", "engineering", ""),
    ("BARESKRIM", "polri", "Bareskrim Polri", "Asia/Jakarta", "3171", "TEKNIS-POLRI", "Meja sistem Polri", "engineering", ""),
    ("PPT-PUSAT", "kemenpppa", "Pusat Pelayanan Terpadu", "Asia/Jakarta", "3171", "TEKNIS-PPPA", "Meja sistem KemenPPPA", "engineering", ""),
    ("KEMLU-PUSAT", "kemlu", "Kementerian Luar Negeri", "Asia/Jakarta", "3171", "TEKNIS-KEMLU", "Meja sistem Kemlu", "engineering", ""),
    ("NAKER-PUSAT", "kemnaker", "Kementerian Ketenagakerjaan", "Asia/Jakarta", "3171", "TEKNIS-NAKER", "Meja sistem Kemnaker", "engineering", ""),
    ("DISNAKER-JTM", "disnaker", "Disnaker Jawa Timur", "Asia/Jakarta", "3578", "TEKNIS-DISNAKER", "Meja sistem Disnaker", "engineering", ""),
    ("KBRI-KL", "kemlu", "KBRI Kuala Lumpur", "Asia/Jakarta", "", "PWNI-KL", "Meja pelindungan KBRI", "mission", ""),
    ("ORI", "ombudsman", "Ombudsman RI", "Asia/Jakarta", "3171", "AWAS-1", "Meja pengawasan", "oversight", ""),
)  # fmt: skip
PLACE = ("office", "agency", "office_name", "zone", "region", "desk", "desk_name", "kind", "lane")

#: username, name, role, desks. Everyone is invented.
OFFICERS = (
    ("bima", "Bima Prasetyo", "counter_officer", ("TPI-CGK-A1",)),
    ("ayu", "Ayu Lestari", "passport_officer", ("PASPOR-MLG-1",)),
    ("dian", "Dian Puspa", "secondary_officer", ("TPI-CGK-S",)),
    ("arif", "Arif Nugraha", "supervisor", ("TPI-CGK-S",)),
    ("hesti", "Hesti Wulandari", "counter_officer", ("TPI-BTC-B2",)),
    ("hana", "Hana Kartika", "secondary_officer", ("TPI-BTC-S",)),
    ("yanto", "Yanto Saputra", "secondary_officer", ("PASPOR-MLG-S",)),
    ("made", "Made Suarta", "kp2mi_officer", ("BANTU-JTM-1",)),
    ("lalu", "Lalu Wirajaya", "village_officer", ("DESA-LOB-1",)),
    ("ratna", "Ratna Dewanti", "protection_officer", ("LINDUNG-1",)),
    ("eko", "Eko Santoso", "integration_engineer", ("TEKNIS-1",)),
    ("lia", "Lia Permata", "integration_engineer", ("TEKNIS-1",)),
    ("niken", "Niken Saraswati", "agency_engineer", ("TEKNIS-P2MI",)),
    ("rama", "Rama Aditya", "agency_engineer", ("TEKNIS-IM",)),
    ("wisnu", "Wisnu Baskara", "agency_engineer", ("TEKNIS-POLRI",)),
    ("sekar", "Sekar Arum", "agency_engineer", ("TEKNIS-PPPA",)),
    ("tirta", "Tirta Nirwana", "agency_engineer", ("TEKNIS-KEMLU",)),
    ("galih", "Galih Pramudya", "agency_engineer", ("TEKNIS-NAKER",)),
    ("ratih", "Ratih Kinanti", "agency_engineer", ("TEKNIS-DISNAKER",)),
    ("wulan", "Wulan Ratnasari", "identity_reviewer", ("TINJAU-1",)),
    ("yoga", "Yoga Pratama", "identity_reviewer", ("TINJAU-2",)),
    ("tari", "Tari Anggraini", "identity_reviewer", ("TINJAU-JTM",)),
    ("raka", "Raka Wibawa", "register_officer", ("DAFTAR-1",)),
    ("gita", "Gita Maharani", "register_officer", ("DAFTAR-POLRI",)),
    ("sinta", "Sinta Larasati", "second_officer", ("KEDUA-P2MI",)),
    ("bayu", "Bayu Aditama", "second_officer", ("KEDUA-IM",)),
    ("laras", "Laras Kusuma", "legal_reviewer", ("TELAAH-1",)),
    ("intan", "Intan Permata", "protection_officer", ("LINDUNG-2",)),
    ("putri", "Putri Anindya", "analyst", ("KEBIJAKAN-P2MI",)),
    ("hendra", "Hendra Gunawan", "policy_approver", ("KEBIJAKAN-IM",)),
    ("maya", "Maya Kartika", "mission_officer", ("PWNI-KL",)),
    ("nadia", "Nadia Rahmi", "auditor", ("AWAS-1",)),
)

REGISTERS = ["register_keeping"]
SCREENING = ["departure_screening", "passport_application"]
RECORD_EVENTS = ["record.returned"]  # what was accepted an agency reads in the report of its batch
#: giver, receiver, purposes, data classes, events, legal basis. What is not here, nobody sees.
Rows = tuple[tuple[str, str, list[str], list[str], list[str], str], ...]
AGREEMENTS: Rows = (
    ("kp2mi", "imigrasi", SCREENING, ["placement", "e_pmi", "registration", "prevention", "return"], ["record.accepted"], "PKS KP2MI-Imipas 2025"),
    ("kemnaker", "imigrasi", SCREENING, ["registration", "agreement"], ["record.accepted"], "PKS Kemnaker-Imipas"),
    ("disnaker", "imigrasi", SCREENING, ["recommendation_letter"], ["record.accepted"], "SE IMI-0277.GR.02.06/2017"),
    ("kemlu", "imigrasi", SCREENING, ["self_report", "repatriation"], [], "PKS Kemlu-Imipas"),
    ("kp2mi", "imigrasi", REGISTERS, ["prevention", "return"], [], "PKS KP2MI-Imipas 2025"),
    ("kemlu", "imigrasi", REGISTERS, ["repatriation"], [], "PKS Kemlu-Imipas"),
    ("imigrasi", "kp2mi", ["placement_verification"], ["passport", "crossing", "screening"], ["record.accepted", "screening.decided"], "PKS KP2MI-Imipas 2025"),
    ("kemnaker", "kp2mi", ["placement_verification"], ["registration", "agreement"], ["record.accepted"], "UU 18/2017 Ps 39"),
    ("disnaker", "kp2mi", ["placement_verification"], ["recommendation_letter"], ["record.accepted"], "UU 18/2017 Ps 41"),
    ("kemlu", "kp2mi", ["placement_verification"], ["self_report"], ["record.accepted"], "UU 18/2017 Ps 21"),
    ("imigrasi", "kp2mi", ["protection"], ["referral"], ["referral.made"], "UU 18/2017 Ps 41"),
    ("imigrasi", "kemenpppa", ["protection"], ["referral"], ["referral.made"], "UU 21/2007 Ps 51"),
    ("imigrasi", "kemlu", ["protection"], ["referral"], ["assistance.requested"], "UU 18/2017 Ps 21"),
    ("kp2mi", "kemlu", ["protection"], ["placement"], ["record.accepted"], "UU 18/2017 Ps 21"),
    ("imigrasi", "kemlu", ["protection"], ["departure"], ["worker.departed"], "UU 18/2017 Ps 21"),
    ("kemlu", "kemenpppa", ["protection"], ["complaint"], [], "UU 21/2007 Ps 51"),
    ("suar", "kemenpppa", ["protection"], ["trafficking_case"], ["case.handed_over"], "UU 21/2007 Ps 46, 51"),
    ("polri", "kemenpppa", ["protection"], ["trafficking_case"], ["case.handed_over"], "UU 21/2007 Ps 46, 51"),
    ("kemenpppa", "imigrasi", SCREENING, ["register"], ["register.acted"], "UU 21/2007 Ps 58"),
    ("kemenpppa", "imigrasi", REGISTERS, ["register"], ["register.acted"], "UU 21/2007 Ps 58"),
    ("polri", "imigrasi", SCREENING, ["register"], ["register.acted"], "UU 6/2011 Ps 91-97"),
    ("polri", "imigrasi", REGISTERS, ["register"], ["register.acted"], "UU 6/2011 Ps 91-97"),
    ("imigrasi", "polri", REGISTERS, ["person", "register"], ["register.acted"], "UU 6/2011 Ps 94"),
    ("kp2mi", "imigrasi", REGISTERS, ["register"], ["register.acted"], "PKS KP2MI-Imipas 2025"),
    ("imigrasi", "kp2mi", REGISTERS, ["person", "register"], ["register.acted"], "PKS KP2MI-Imipas 2025"),
    ("suar", "imigrasi", SCREENING, ["person", "screening"], ["person.changed", "screening.made", "screening.decided"], "Perpres 49/2023"),
    ("suar", "kp2mi", ["placement_verification"], ["person"], ["person.changed"], "Perpres 49/2023"),
)  # fmt: skip
#: Each agency is told of its own records as well: what was accepted, and what was returned to it. The hub's engineer sees what was
#: returned, to mend the mapping with the agency; his page shows codes and places, never a person's value.
OWN = ("imigrasi", "kp2mi", "kemnaker", "kemlu", "polri", "kemenpppa", "disnaker")

#: Who reviews whether two records are of one person, and whose records may then be laid side by side (UU 27/2022 art. 29: accurate data).
REVIEWING = ("suar", "kp2mi")
REVIEWED = ("imigrasi", "kp2mi", "kemnaker", "kemlu", "disnaker")


def prepare(*, act: Act) -> dict[str, str]:
    """Make what is missing; returns username to password. Does nothing to what is there."""
    passwords = demo_passwords()
    with transaction.atomic():
        make_agencies(act.at)
        make_offices()
        made = make_officers(passwords, act)
        make_keys(act)
        make_agreements(act)
        if made:
            append("demo.prepared", act, officers=made)
    make_machines(act)
    return passwords


def demo_passwords() -> dict[str, str]:
    """Each invented officer's password, drawn once; one who joined the story later gets hers then."""
    path = Path(settings.HOME) / "demo.json"
    known: dict[str, str] = dict(json.loads(path.read_text())) if path.exists() else {}
    if all(name in known for name, *_ in OFFICERS):
        return known
    words = ("suar", "mercu", "dermaga", "layar", "pandu", "samudra", "pelita", "angin")
    passwords = known | {
        name: "-".join(secrets.choice(words) for _ in range(3)) + f"-{secrets.randbelow(900) + 100}"
        for name, *_ in OFFICERS
        if name not in known
    }
    write_private(path, json.dumps(passwords))
    return passwords


def open_lanes(*, act: Act) -> None:
    """Declare once, as an adopted table, from when the training nation's lanes are screened: from now. What left before, nobody could screen."""
    path = Path(settings.HOME) / "declared" / "openings.yaml"
    if not path.exists():
        checkpoints = in_force(act.at).tables["unscreened"]["checkpoints"]
        told = {place: {lane: act.at.isoformat() for lane in one["lanes"]} for place, one in checkpoints.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump({"dated": f"{act.at:%Y-%m-%d}", "opened": told}))
    adopt_folder(path.parent, "the training nation's lanes are opened", act=act)


def make_agencies(at: datetime) -> None:
    named: Mapping[str, Mapping[str, str]] = in_force(at).tables["sharing/offices"]["agencies"]
    for code, name in named.items():
        name_agency(code, name)


def make_offices() -> None:
    for place in PLACES:
        open_desk(Place(**dict(zip(PLACE, place, strict=True))))


def make_officers(passwords: Mapping[str, str], act: Act) -> int:
    made = 0
    for username, full_name, role, desks in OFFICERS:
        officer = engage(username, full_name, passwords[username], act=act)
        if officer is None:
            continue
        for desk in desks:
            post(officer, desk, role, until=act.at + YEARS, act=act)
        made += 1
    return made


def make_keys(act: Act) -> None:
    """The key with which each agency signs agreements; the private halves are the agencies' own business."""
    for agency in (*OWN, "suar"):
        public = OKPKey.import_key(public_half(agency)).as_dict(private=False)
        register_key(f"{agency}-1", agency, public, act=act)


def make_machines(act: Act) -> None:
    """One machine an agency, its terms and key proposed by the agency's engineer and confirmed by the hub's, as in earnest."""
    for agency in (*OWN, "suar"):
        if client(f"{agency}-sistem"):
            continue
        its, hubs = engineers(agency, act)
        terms = MachineTerms(client=f"{agency}-sistem", agency=agency, scopes=SCOPES)
        rule_on_machine(propose_terms(terms, act=its), "confirmed", act=hubs)
        rule_on_machine(propose_key(terms.client, public_half(agency), act=its), "confirmed", act=hubs)


def engineers(agency: str, act: Act) -> tuple[Act, Act]:
    """The acts of the two who make an agency's machine: one of the agency, one of the hub."""
    hub = [seat for seat in posted("integration_engineer", act.at) if seat.agency == "suar"]
    own = [seat for seat in posted("agency_engineer", act.at) if seat.agency == agency] or hub[1:]
    return engineer(own[0], "agency_engineer" if agency != "suar" else "integration_engineer", act), engineer(
        hub[0], "integration_engineer", act
    )


def engineer(seat: Seat, role: str, act: Act) -> Act:
    return replace(act, actor=seat.officer, agency=seat.agency, role=role, desk=seat.desk, purpose="operations")


def public_half(agency: str) -> str:
    return agency_key(agency).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def agency_key(agency: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    folder = Path(settings.KEYS) / "agencies"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{agency}.pem"
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        write_private(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def make_agreements(act: Act) -> None:
    own = tuple((agency, agency, ["operations"], ["record"], RECORD_EVENTS, "UU 27/2022 Ps 31") for agency in OWN)
    reports: Rows = tuple((agency, "suar", ["operations"], ["returned"], [], "UU 27/2022 Ps 31") for agency in OWN)
    reviews: Rows = tuple(
        (giver, receiver, ["identity_review"], ["person"], [], "UU 27/2022 Ps 29")
        for receiver in REVIEWING
        for giver in REVIEWED
        if giver != receiver
    )
    usual: Mapping[str, Mapping[str, list[str]]] = in_force(act.at).tables["sharing/classes"]["classes"]
    for giver, receiver, purposes, classes, events, basis in (*AGREEMENTS, *own, *reports, *reviews):
        if agreed(giver, receiver, purposes):
            continue
        terms = Terms(
            giver=giver, receiver=receiver, purposes=purposes, classes=classes, events=events, basis=basis,
            from_at=act.at, until_at=act.at + timedelta(days=365), fields={name: usual[name]["fields"] for name in classes},
        )  # fmt: skip
        agree(
            terms,
            giver_signature=agency_key(giver).sign(terms.text()),
            receiver_signature=agency_key(receiver).sign(terms.text()),
            act=act,
        )
