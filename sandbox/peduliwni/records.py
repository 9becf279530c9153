"""From a happening to Peduli WNI's own rows: self-report, case, shelter, repatriation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.nation.model import Complaint, Happening, Person, Repatriation, SelfReport
from sandbox.peduliwni.codes import (
    CASE_SUBJECTS,
    PURPOSES,
    RETURN_CAUSES,
    SEXES,
    STATES,
    Mission,
    mission_of,
)
from sandbox.peduliwni.defects import strikes, typed_birth, typed_name, typed_nik

DAYS_IN_SHELTER = 21  # before the planned flight; guess


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as Peduli WNI holds it. `fields` are the elements of its XML, in order; blank ones are not sent."""

    service: str
    number: str
    mission: str
    zone: str
    status: str
    fields: dict[str, str] = field(default_factory=dict)


def entries(happening: Happening) -> Iterator[Entry]:
    """The rows that Peduli WNI makes of a happening; none where it does not concern it."""
    of = happening.of
    if isinstance(of, SelfReport):
        yield from self_reports(of)
    elif isinstance(of, Complaint) and of.channel == "peduliwni":
        yield case(of)
    elif isinstance(of, Repatriation):
        yield repatriation(of)
        if strikes("sheltered", of.id) and of.cause != "died":
            yield shelter(of, happening.at)


def self_reports(of: SelfReport) -> Iterator[Entry]:
    mission = mission_of(of.country)
    fields = {
        **typed_person(of.stated.full_name, of.person, of.id),
        "NIK": typed_nik(of.stated.nik, of.id),
        "Lahir": typed_birth(of.stated.birth_date, of.id),
        "TempatLahir": of.stated.birth_place,
        "NamaIbu": of.stated.mother_name,
        "Paspor": of.passport_no,
        "Negara": mission.country,
        "Kota": of.city,
        "AlamatLN": of.address_abroad,
        "TeleponLN": of.phone_abroad,
        "AlamatAsal": of.stated.address,
        "KodeWilayahAsal": of.stated.region_code,
        "Maksud": PURPOSES[of.purpose],
        "IzinTinggal": of.visa_kind,
        "TanggalTiba": of.arrived_on.isoformat(),
        **emergency_contact(of.contact.name, of.contact.phone, of.contact.relation),
    }
    yield entry("laporan-diri", f"LD-{of.serial:08d}", mission, of.status, fields)
    if strikes("reported_twice", of.id):
        yield entry("laporan-diri", f"LD-{of.serial:08d}B", mission, of.status, fields)


def case(of: Complaint) -> Entry:
    """A case. Whoever complains often knows a nickname and a phone number, nothing else."""
    mission, nameless = mission_of(of.country), strikes("case_by_nickname", of.id)
    screened = "KORBAN" if of.screened_victim else "BUKAN" if of.status == "closed" and of.special else "BELUM"
    fields = {
        "Nama": of.known_as if nameless else typed_name(of.person.full_name, of.person.name_variants, of.id),
        "NamaDikenal": of.known_as,
        "JK": SEXES.get(of.person.sex, ""),
        "NIK": "" if nameless else typed_nik(of.person.nik, of.id),
        "Lahir": "" if nameless else typed_birth(of.person.birth_date, of.id),
        "Paspor": of.passport_no,
        "Negara": mission.country,
        "TeleponLN": of.worker_phone,
        "JenisKasus": "KHUSUS" if of.special else "UMUM",
        "Perkara": CASE_SUBJECTS[of.subject],
        "Kronologi": of.account,
        "Majikan": of.employer,
        "P3MI": of.p3mi.name if of.p3mi else "",
        "Diterima": local(of.at, mission),
        "Ditutup": local(of.closed_at, mission) if of.closed_at else "",
        "SkriningTPPO": screened,
        "Pelapor": of.complainant.name,
        "TeleponPelapor": of.complainant.phone,
        "HubunganPelapor": of.complainant.relation,
    }
    return entry("kasus", f"KS/{of.at.year}/{mission.code.split('-')[1]}/{of.serial:06d}", mission, of.status, fields)


def repatriation(of: Repatriation) -> Entry:
    mission = mission_of(of.country)
    fields = {
        **typed_person(of.person.full_name, of.person, of.id),
        "NIK": typed_nik(of.person.nik, of.id),
        "Lahir": typed_birth(of.person.birth_date, of.id),
        "Dokumen": of.travel_document,
        "JenisDokumen": "SPLP" if of.travel_document[:2].isalpha() else "PASPOR",
        "NomorKasus": of.case_no,
        "Negara": mission.country,
        "SebabPemulangan": RETURN_CAUSES[of.cause],
        "KorbanTPPO": "YA" if of.victim else "TIDAK",
        "TanggalRencana": of.planned_on.isoformat(),
        "TanggalTibaID": of.arrived_on.isoformat() if of.arrived_on else "",
        "Sarana": of.carrier,
        "TitikMasuk": of.point.name,
        "BiayaUSD": str(of.cost_usd),
    }
    status = "SAMPAI" if of.status == "arrived" else of.status
    return entry("pemulangan", f"PM/{of.planned_on.year}/{of.serial:06d}", mission, status, fields)


def shelter(of: Repatriation, at: datetime) -> Entry:
    """The stay in the mission's shelter before the flight. The nation knows no shelters: it is Peduli WNI's own row."""
    mission = mission_of(of.country)
    into = of.planned_on - timedelta(days=DAYS_IN_SHELTER)
    fields = {
        **typed_person(of.person.full_name, of.person, f"{of.id}/shelter"),
        "Dokumen": of.travel_document,
        "NomorKasus": of.case_no,
        "Negara": mission.country,
        "TanggalMasuk": into.isoformat(),
        "TanggalKeluar": min(of.arrived_on, at.date()).isoformat() if of.arrived_on else "",
        "KorbanTPPO": "YA" if of.victim else "TIDAK",
    }
    status = "KELUAR" if of.arrived_on else "DI-SHELTER"
    return entry("penampungan", f"SH-{of.serial:06d}", mission, status, fields)


def entry(service: str, number: str, mission: Mission, status: str, fields: dict[str, str]) -> Entry:
    kept = {name: value for name, value in fields.items() if value}
    return Entry(service, number, mission.code, mission.zone.key, STATES.get(status, status), kept)


def typed_person(name: str, person: Person, key: str) -> dict[str, str]:
    return {"Nama": typed_name(name, person.name_variants, key), "JK": SEXES.get(person.sex, "")}


def emergency_contact(name: str, phone: str, relation: str) -> dict[str, str]:
    return {"KontakDarurat": name, "TeleponDarurat": phone, "HubunganDarurat": relation}


def local(at: datetime, mission: Mission) -> str:
    """`2026-11-21T14:05:00+07:00`: the wall clock of the mission, with its offset."""
    return at.astimezone(mission.zone).isoformat(timespec="seconds")
