"""What the police file: reports, suspects, victims; and who is served by a unit for women and children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from sandbox.nation.abroad import serve_victim
from sandbox.nation.brokers import Recruiter
from sandbox.nation.chronicle import Chronicle
from sandbox.nation.licences import ROMAN
from sandbox.nation.lives import Life
from sandbox.nation.model import PoliceReport, PoliceVictim, Suspect
from sandbox.nation.stories import prevent

POLDA = {
    "11": "ACEH", "12": "SUMATERA UTARA", "14": "RIAU", "18": "LAMPUNG", "21": "KEPULAUAN RIAU", "31": "METRO JAYA",
    "32": "JAWA BARAT", "33": "JAWA TENGAH", "34": "D.I. YOGYAKARTA", "35": "JAWA TIMUR", "36": "BANTEN", "51": "BALI",
    "52": "NTB", "53": "NTT", "61": "KALIMANTAN BARAT", "65": "KALIMANTAN UTARA", "73": "SULAWESI SELATAN",
}  # fmt: skip
ARTICLES = (
    "UU 21/2007 Pasal 4",
    "UU 21/2007 Pasal 2",
    "UU 18/2017 Pasal 81",
    "UU 18/2017 Pasal 83",
    "UU 21/2007 Pasal 10",
)
DEEDS = (
    "merekrut dan memberangkatkan tanpa izin",
    "menampung calon pekerja di rumah kontrakan",
    "memalsukan surat rekomendasi",
)
EVIDENCE = ("paspor", "tiket", "telepon genggam", "buku rekening", "kuitansi", "surat palsu")
ROLES: tuple[Literal["recruiter", "sponsor", "transporter", "shelterer", "document_forger"], ...] = (
    "recruiter", "sponsor", "transporter", "shelterer", "document_forger",
)  # fmt: skip
SEEN = frozenset(("complaint_abroad", "repatriated", "prevented_before"))
PREVENTED_PER_WORKER = 4_191 / 297_434  # prevented against placed, KP2MI 2024 (DOMAIN H)
OTHER_SERVICES_PER_PEOPLE = 1 / 400  # violence at home and the like; guess: most of a unit's cases are not trafficking


def file_reports(c: Chronicle, recruiters: Sequence[Recruiter], lives: Sequence[Life]) -> None:
    """Every recruiter stands in a report; a part of the victims whose harm was seen stands in one too."""
    rnd = c.rnd
    seen = [life for life in lives if life.of_a_case and life.traces & SEEN and rnd.random() < 0.4]
    rnd.shuffle(seen)
    at_a_time = 0
    while at_a_time < len(recruiters):
        some = recruiters[at_a_time : at_a_time + 1 + int(rnd.random() * 3)]
        at_a_time += len(some)
        victims = [seen.pop() for _ in range(min(len(seen), 1 + int(rnd.random() * 3)))]
        file_report(c, some, victims)


def file_report(c: Chronicle, recruiters: Sequence[Recruiter], victims: Sequence[Life]) -> None:
    rnd = c.rnd
    latest = max((life.applied_at for life in victims), default=c.now - timedelta(days=int(60 + rnd.random() * 900)))
    at = min(c.later(latest, 60, 220), c.now - timedelta(days=5 + int(rnd.random() * 30)))
    region = (
        victims[0].person.address.region_code if victims else c.places.kecamatan_in(rnd, c.places.by_workers.draw(rnd))
    )
    unit = f"POLDA {POLDA.get(region[:2], c.places.districts[region]['nama_provinsi'].upper())}"
    found_by: Literal["police", "reported"] = "police" if rnd.random() < 0.3 else "reported"
    identity, serial = c.number("police_report")
    letter = "A" if found_by == "police" else "B"
    no = f"LP/{letter}/{serial + 100}/{ROMAN[at.month]}/{at.year}/SPKT/{unit}"
    suspects = tuple(_suspect(c, recruiter, no, region[:4], at) for recruiter in recruiters)
    report = PoliceReport(
        id=identity,
        serial=serial,
        no=no,
        found_by=found_by,
        at=at,
        unit=unit,
        region_code=region[:4],
        articles=tuple(rnd.sample(ARTICLES, 1 + int(rnd.random() * 2))),
        deed=rnd.choice(DEEDS),
        victims=tuple(
            PoliceVictim(
                person=v.person, child=(at.date() - (v.true_birth_date or v.person.birth_date)).days < 18 * 365.25
            )
            for v in victims
        ),
        suspects=suspects,
        evidence=tuple(rnd.sample(EVIDENCE, 1 + int(rnd.random() * 4))),
        stage="inquiry",
    )
    c.tell(at, "police_report.filed", report)
    if rnd.random() < 0.6:
        stage: Literal["investigation", "first_stage", "second_stage", "stopped"] = rnd.choice(
            ("investigation", "first_stage", "second_stage", "stopped")
        )
        c.tell(c.later(at, 20, 160), "police_report.advanced", replace(report, stage=stage))
    for life in victims:
        if rnd.random() < 0.5:
            serve_victim(c, life, c.later(at, 1, 20))


def _suspect(c: Chronicle, recruiter: Recruiter, report_no: str, region_code: str, at: datetime) -> Suspect:
    rnd = c.rnd
    identity, serial = c.number("suspect")
    known = recruiter.person is not None
    suspect = Suspect(
        id=identity,
        serial=serial,
        person=recruiter.person,
        full_name=recruiter.full_name,
        alias=recruiter.alias,
        nik=recruiter.person.nik if recruiter.person is not None and rnd.random() < 0.8 else "",
        phone=recruiter.phone,
        account_no=f"{int(rnd.random() * 1e10):010d}" if rnd.random() < 0.5 else "",
        role=rnd.choice(ROLES),
        wanted=False,
        report_no=report_no,
        region_code=region_code,
    )
    c.tell(at + timedelta(hours=2), "suspect.named", suspect)
    if not known or rnd.random() < 0.2:
        c.tell(c.later(at, 10, 90), "suspect.wanted", replace(suspect, wanted=True))
    return suspect


def prevent_others(c: Chronicle, lives: Sequence[Life]) -> None:
    """People stopped on another occasion, after their main journey: without papers, and not trafficked."""
    workers = sum(life.way in ("worker", "returning_worker") for life in lives)
    late = c.now - timedelta(days=300)
    able = [
        life for life in lives
        if life.way in ("worker", "tourist", "family_visit") and life.applied_at < late and not life.planted
        and life.person.died_on is None and (c.now.date() - life.person.birth_date).days > 19 * 366
    ]  # fmt: skip
    for life in c.rnd.sample(able, min(len(able), int(workers * PREVENTED_PER_WORKER))):
        ago = (c.now - life.applied_at).days
        prevent(c, life, c.later(life.applied_at, 200, ago - 2))


def other_services(c: Chronicle, lives: Sequence[Life]) -> None:
    """Women and children served for what has nothing to do with trafficking, and witnesses."""
    rnd = c.rnd
    eligible = [
        life for life in lives if not life.of_a_case and (life.person.sex == 2 or life.person.birth_date.year > 2009)
    ]
    for _ in range(int(len(lives) * OTHER_SERVICES_PER_PEOPLE)):
        serve_victim(c, rnd.choice(eligible), c.later(c.now, -900, -3), witness=rnd.random() < 0.12)
