"""What SISKOP2MI writes of a happening. What BP3MI noted by hand, and what never left SIAPkerja, is not in it."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.breakage import excel_number
from sandbox.digits import TWO
from sandbox.nation.model import (
    Complaint,
    EPmi,
    JobOrder,
    P3mi,
    Person,
    Placement,
    PreventionRecord,
    Registration,
    Return,
    Statement,
)
from sandbox.siskop2mi import codes
from sandbox.siskop2mi.tables import Writing

#: SISKOTKLN took rows until here [R8]; its dump never changes after.
KTKLN_SHUT = date(2023, 7, 17)
EXCEL_UNTIL = date(2024, 1, 1)

KTKLN = f"INSERT OR REPLACE INTO ktkln VALUES (?{', ?' * 12})"

Cells = dict[str, str]


def struck(defect: str, key: str) -> bool:
    """Whether a row has a defect: always the same rows."""
    return zlib.crc32(f"siskop2mi:{defect}:{key}".encode()) % 1000 < codes.DEFECTS[defect].share


def day(on: date | None) -> str:
    if on is None:
        return ""
    return f"{TWO[on.day]}/{TWO[on.month]}/{on.year:04d}"


def stamp(at: datetime | None) -> str:
    """WIB, without offset."""
    if at is None:
        return ""
    local = at + timedelta(hours=7)
    clock = f"{TWO[local.hour]}:{TWO[local.minute]}:{TWO[local.second]}"
    return f"{TWO[local.day]}/{TWO[local.month]}/{local.year} {clock}"


def money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


class Rows:
    """Writes SISKOP2MI's rows through `Writing`."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    def p3mi(self, it: P3mi, at: datetime) -> None:
        self._write("p3mi", at, {
            "KODE_P3MI": p3mi_code(it), "NAMA_P3MI": it.name.upper(), "NO_SIP3MI": it.licence_no, "NIB": it.business_no,
            "TGL_SIP3MI": day(it.licence_from), "AKHIR_SIP3MI": day(it.licence_until),
            "ALAMAT": it.address.street.upper(),
            "KODE_KAB": it.address.region_code[:4], "PENANGGUNG_JAWAB": it.director.upper(), "TELEPON": it.phone,
            "CABANG": ",".join(it.branches), "STATUS": codes.LICENCES[it.status],
        })  # fmt: skip

    def job_order(self, it: JobOrder, at: datetime) -> None:
        self._write("sip2mi", at, {
            "NO_SIP2MI": it.no, **agent(it.p3mi),
            "PEMBERI_KERJA": it.employer, "JENIS_PEMBERI_KERJA": codes.EMPLOYERS[it.employer_kind],
            "MITRA_USAHA": it.agency, "NEGARA": country(it.country, it.id), "JABATAN": job(it.job, it.id),
            "KODE_JABATAN": it.isco, "KUOTA": str(it.quota), "UPAH": money(it.wage), "MATA_UANG": it.currency,
            "TGL_TERBIT": day(it.valid_from), "TGL_AKHIR": day(it.valid_until), "STATUS": codes.ORDERS[it.status],
        })  # fmt: skip

    def registration(self, it: Registration, at: datetime) -> None:
        if it.through == "siskotkln" and it.registered_at.date() < KTKLN_SHUT:
            self._ktkln(it)
        if not it.in_siskop2mi:
            return
        row = self._registered(it)
        self._write("pendaftaran", at, row)
        if it.through == "siapkerja" and struck("person_twice", it.id):
            again = {"NO_PENDAFTARAN": f"{row['NO_PENDAFTARAN']}-U", "ID_PMI": f"{row['ID_PMI']}U", "ID_SIAPKERJA": ""}
            self._write("pendaftaran", at, row | again)

    def placement(self, it: Placement, at: datetime) -> None:
        if it.status == "extended" and struck("extension_not_recorded", it.id):
            return
        if it.status == "departed" and it.departed_on and it.departed_on < KTKLN_SHUT:
            self._ktkln_departed(it.worker_id, it.departed_on, it.passport_no)
        number = placement_no(it)
        who = self._stated(it.worker_id, it.stated, it.person, it.id)
        passport = it.passport_no
        if struck("passport_not_updated", it.id):
            passport = self._writing.found("penempatan", "NO_PASPOR", "NO_PENEMPATAN", number) or passport
        self._write("penempatan", at, {
            "NO_PENEMPATAN": number, **who,
            "NO_PENDAFTARAN": self._writing.found("pendaftaran", "NO_PENDAFTARAN", "ID_PMI", it.worker_id),
            "NO_PASPOR": passport,
            "SKEMA": codes.SCHEMES[it.scheme], **agent(it.p3mi),
            "NO_SIP2MI": it.job_order.no if it.job_order else "", "NO_PK": it.contract_no, "PEMBERI_KERJA": it.employer,
            "JABATAN": job(it.job, it.id), "NEGARA": country(it.country, it.id), "UPAH": money(it.wage),
            "MATA_UANG": it.currency, "MULAI_KONTRAK": day(it.contract_from), "AKHIR_KONTRAK": day(it.contract_until),
            "NO_BPJS_TK": it.insurance_no, "NO_VISA": it.visa_no, "TGL_OPP": day(it.oriented_on),
            "TGL_BERANGKAT": day(it.departed_on), "STATUS": codes.PLACEMENTS[it.status],
        })  # fmt: skip
        if it.status == "departed":
            self._write("keberangkatan", at, {
                "NO_KEBERANGKATAN": f"BRK{it.serial:09d}", **who, "NO_PASPOR": passport, "NO_PENEMPATAN": number,
                "NEGARA": country(it.country, it.id), "TGL_BERANGKAT": day(it.departed_on),
            })  # fmt: skip

    def e_pmi(self, it: EPmi, at: datetime) -> None:
        self._write("epmi", at, {
            "NO_EPMI": it.no, **person(it.worker_id, it.person),
            "NO_PENEMPATAN": self._writing.found("penempatan", "NO_PENEMPATAN", "ID_PMI", it.worker_id),
            "NO_PASPOR": it.passport_no, "JENIS": codes.E_PMI_KINDS[it.kind], "NEGARA": country(it.country, it.id),
            "TGL_TERBIT": day(it.issued_on), "BERLAKU_SD": day(it.valid_until), "STATUS": codes.E_PMIS[it.status],
        })  # fmt: skip

    def returned(self, it: Return, at: datetime) -> None:
        if it.by_hand:
            return
        self._write("kepulangan", at, {
            "NO_KEPULANGAN": f"PLG{it.serial:09d}", **person(self._known(it.person.nik), it.person),
            "NO_PASPOR": it.passport_no,
            **agent(it.p3mi), "NEGARA": country(it.country, it.id),
            "DEBARKASI": it.point.name.upper(), "WAKTU_TIBA": stamp(it.at), "SEBAB": codes.CAUSES[it.cause],
            "BP3MI": it.office,
        })  # fmt: skip

    def complaint(self, it: Complaint, at: datetime) -> None:
        if it.channel != "siskop2mi":
            return
        known = struck("complainant_knows_the_nik", it.id)
        who = person(self._known(it.person.nik), it.person) if known else {"JK": codes.SEXES[it.person.sex]}
        self._write("pengaduan", at, {
            "NO_ADUAN": f"ADU/{it.at.year}/{it.serial:07d}", **who, "NAMA_PMI": it.known_as.upper(),
            "NO_PASPOR": it.passport_no, "HP_PMI": it.worker_phone, "NAMA_PELAPOR": it.complainant.name.upper(),
            "HUBUNGAN": it.complainant.relation.upper(), "HP_PELAPOR": phone(it.complainant.phone, it.id),
            "NEGARA": country(it.country, it.id), "JENIS_ADUAN": codes.SUBJECTS[it.subject],
            **agent(it.p3mi),
            "PEMBERI_KERJA": it.employer, "URAIAN": it.account, "WAKTU_ADUAN": stamp(it.at),
            "WAKTU_SELESAI": stamp(it.closed_at), "STATUS": codes.COMPLAINTS[it.status],
        })  # fmt: skip

    def prevention(self, it: PreventionRecord, at: datetime) -> None:
        if it.by_hand:
            return
        self._write("pencegahan", at, {
            "NO_PENCEGAHAN": f"CGH/{it.at.year}/{it.serial:06d}",
            **self._stated(self._known(it.stated.nik), it.stated, it.person, it.id),
            "TELEPON": phone(it.stated.phone, it.id), "ALAMAT": it.stated.address.upper(),
            "KODE_WILAYAH": it.stated.region_code, "CARA": codes.HOW[it.how], "LOKASI": it.place.upper(),
            "KODE_KAB": it.region_code, "NEGARA_TUJUAN": country(it.country, it.id), "JANJI_KERJA": it.promised_job,
            "NAMA_PEREKRUT": it.recruiter_name.upper(), "HP_PEREKRUT": phone(it.recruiter_phone, it.id),
            "DISERAHKAN_KE": it.handed_to, "BP3MI": it.office, "WAKTU_PENCEGAHAN": stamp(it.at),
        })  # fmt: skip

    def _registered(self, it: Registration) -> Cells:
        stated = it.stated
        who = self._stated(it.worker_id, stated, it.person, it.id)
        if it.registered_at.date() < EXCEL_UNTIL and struck("old_nik_from_a_spreadsheet", it.id):
            who["NIK"] = excel_number(who["NIK"])
        return {
            "NO_PENDAFTARAN": registration_no(it), **who,
            "ID_SIAPKERJA": siapkerja_id(it) if it.through == "siapkerja" else "",
            "NO_KTKLN": ktkln_no(it) if it.through == "siskotkln" else "",
            "STATUS_KAWIN": codes.MARITAL[it.marital_status],
            "PENDIDIKAN": codes.EDUCATION[it.education], "NAMA_IBU": stated.mother_name.upper(),
            "NAMA_AYAH": stated.father_name.upper(), "ALAMAT": stated.address.upper(),
            "KODE_WILAYAH": stated.region_code,
            "HP": phone(stated.phone, it.id), "KONTAK_KELUARGA": it.contact.name.upper(),
            "HP_KELUARGA": phone(it.contact.phone, it.id), "HUBUNGAN_KELUARGA": it.contact.relation.upper(),
            "NO_IZIN_KELUARGA": it.permission_no,
            "SKEMA": codes.SCHEMES[it.scheme], **agent(it.p3mi),
            "NO_SIP2MI": it.job_order.no if it.job_order else "", "NEGARA": country(it.country, it.id),
            "JABATAN": job(it.job, it.id), "NO_PASPOR": it.passport_no, "NO_PP": it.agreement_no,
            "TGL_PP": day(it.agreement_on), "TGL_DAFTAR": stamp(it.registered_at),
            "STATUS": codes.REGISTRATIONS[it.status],
        }  # fmt: skip

    def _stated(self, worker_id: str, stated: Statement, about: Person, key: str) -> Cells:
        name = stated.full_name
        if about.name_variants and struck("other_spelling_of_name", key):
            name = about.name_variants[0]
        return {
            "ID_PMI": worker_id, "NIK": stated.nik, "NAMA_PMI": name.upper(), "JK": codes.SEXES[stated.sex],
            "TEMPAT_LAHIR": stated.birth_place.upper(), "TGL_LAHIR": day(stated.birth_date),
        }  # fmt: skip

    def _known(self, nik: str) -> str:
        """The worker's number, where his NIK is one that somebody registered with."""
        return self._writing.found("pendaftaran", "ID_PMI", "NIK", nik)

    def _ktkln(self, it: Registration) -> None:
        stated = it.stated
        self._writing.store.tells(ktkln_no(it))
        self._writing.store.add(
            KTKLN,
            (
                ktkln_no(it), stated.nik, stated.full_name.upper(), "L" if stated.sex == 1 else "P",
                day(stated.birth_date),
                it.person.address.kabupaten.upper(), it.passport_no, country(it.country, it.id), job(it.job, it.id),
                it.p3mi.name.upper() if it.p3mi else "", "", day(it.registered_at.date()), it.worker_id,
            ),
        )  # fmt: skip

    def _ktkln_departed(self, worker_id: str, on: date, passport_no: str) -> None:
        self._writing.store.add(
            "UPDATE ktkln SET TGL_BERANGKAT = ?, NO_PASPOR = ? WHERE ID_PMI = ?", (day(on), passport_no, worker_id)
        )

    def _write(self, table: str, at: datetime, row: dict[str, Any]) -> None:
        recorded = at.astimezone(UTC).isoformat(timespec="microseconds")
        self._writing.revise(table, row, recorded=recorded, stamp=stamp(at))


def p3mi_code(it: P3mi) -> str:
    return f"P3MI{it.serial:04d}"


def agent(it: P3mi | None) -> Cells:
    if it is None:
        return {}
    return {"KODE_P3MI": p3mi_code(it), "NAMA_P3MI": it.name.upper(), "NO_SIP3MI": it.licence_no}


def registration_no(it: Registration) -> str:
    return f"REG{it.registered_at:%y}{it.serial:08d}"


def placement_no(it: Placement) -> str:
    return f"PNP{it.contract_from:%y}{it.serial:08d}"


def siapkerja_id(it: Registration) -> str:
    """The number that SIAPkerja hands over with a worker."""
    return f"CPMI-{it.registered_at.year}-{it.serial:08d}"


def ktkln_no(it: Registration) -> str:
    """Eleven digits, as on the old card."""
    return f"{it.registered_at:%y}{it.serial:09d}"


def person(worker_id: str, about: Person) -> Cells:
    return {
        "ID_PMI": worker_id, "NIK": about.nik, "NAMA_PMI": about.full_name.upper(), "JK": codes.SEXES[about.sex],
        "TEMPAT_LAHIR": about.birth_place.upper(), "TGL_LAHIR": day(about.birth_date),
    }  # fmt: skip


def country(alpha3: str, key: str) -> str:
    words = codes.COUNTRIES.get(alpha3, (alpha3,))
    return words[-1] if struck("country_in_other_words", key) else words[0]


def job(text: str, key: str) -> str:
    """Free text: mostly as in the order, sometimes run together or shouted."""
    if not struck("job_in_other_words", key):
        return text
    return text.replace(" ", "").upper() if len(key) % 2 else text.lower()


def phone(number: str, key: str) -> str:
    if not number.startswith("+62"):
        return number
    return number[3:] if struck("phone_without_its_zero", key) else f"0{number[3:]}"
