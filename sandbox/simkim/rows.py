"""What SIMKIM writes of a happening: rows in its own words, wrong at the rates of `codes.DEFECTS`."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache

import orjson

from sandbox.digits import TWO
from sandbox.nation.model import (
    Crossing,
    DepartureDeferral,
    ExitBan,
    Office,
    Passport,
    PassportApplication,
    Person,
    Statement,
)
from sandbox.simkim import codes
from sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS wni (id INTEGER PRIMARY KEY AUTOINCREMENT, nik TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS dokumen (
  nomor TEXT PRIMARY KEY, id_wni TEXT NOT NULL, nik TEXT NOT NULL, nama TEXT NOT NULL, tgl_lahir TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terbit (
  nomor TEXT PRIMARY KEY, nomor_permohonan TEXT NOT NULL, lama TEXT NOT NULL
) WITHOUT ROWID;
"""

Value = str | int | list[str] | dict[str, str | int]
Native = dict[str, Value]

CITIZEN = "INSERT INTO wni (nik, id) VALUES (?, ?)"
DOCUMENT = "INSERT OR REPLACE INTO dokumen VALUES (?, ?, ?, ?, ?)"
ISSUED = "INSERT OR REPLACE INTO terbit VALUES (?, ?, ?)"
VERSION = "INSERT INTO berkas (urut, entitas, nomor, versi, dicatat, terkini, isi) VALUES (?, ?, ?, ?, ?, 1, ?)"
SUPERSEDED = "UPDATE berkas SET terkini = 0 WHERE urut = ?"
LAST = "SELECT urut, versi FROM berkas WHERE entitas = ? AND nomor = ? ORDER BY versi DESC LIMIT 1"
BAN = f"INSERT INTO cegah VALUES (NULL{', ?' * 20})"


STANDS_THERE = timedelta(minutes=1)  # of what is written later, nobody stands at the counter any more

#: The three zones of Indonesia.
AHEAD = {hours: timedelta(hours=hours) for hours in (7, 8, 9)}


def struck(defect: str, key: str) -> bool:
    """Whether a row has a defect: always the same rows."""
    return zlib.crc32(f"simkim:{defect}:{key}".encode()) % 1000 < codes.DEFECTS[defect].share


def day(on: date) -> str:
    return f"{TWO[on.day]}-{TWO[on.month]}-{on.year:04d}"


def iso_day(on: date | None) -> str:
    return on.isoformat() if on else ""


def stamp(at: datetime, hours: int = 7) -> str:
    local = at + AHEAD[hours]
    clock = f"{TWO[local.hour]}:{TWO[local.minute]}:{TWO[local.second]}"
    return f"{TWO[local.day]}-{TWO[local.month]}-{local.year} {clock}"


def yymm(on: date) -> str:
    return f"{TWO[on.year % 100]}{TWO[on.month]}"


def utc_text(at: datetime) -> str:
    """ISO 8601 with microseconds and +00:00, so that the order of the texts is the order of the moments."""
    on = at.astimezone(UTC)
    clock = f"{TWO[on.hour]}:{TWO[on.minute]}:{TWO[on.second]}.{on.microsecond:06d}"
    return f"{on.year:04d}-{TWO[on.month]}-{TWO[on.day]}T{clock}+00:00"


class Rows:
    """Writes SIMKIM's rows. What it must remember (a citizen's number, an old passport) stands in its store."""

    def __init__(self, store: Store, ask: Callable[[Native], object] = lambda _: None) -> None:
        self.store, self._ask = store, ask
        self._citizens = store.memory("wni", "SELECT id FROM wni WHERE nik = ?")
        self._documents = store.memory("dokumen", "SELECT id_wni, nama, tgl_lahir FROM dokumen WHERE nomor = ?")
        self._issued = store.memory("terbit", "SELECT nomor_permohonan, lama FROM terbit WHERE nomor = ?")
        self._last = store.memory("berkas", LAST)

    def application(self, it: PassportApplication, at: datetime) -> None:
        number = application_no(it)
        if it.passport_no:
            self.store.add_soon(ISSUED, (it.passport_no, number, it.previous_passport))
            self._issued.put(it.passport_no, row=(number, it.previous_passport))
        row: Native = {
            "nomor_permohonan": number,
            **office(it.office),
            "jenis": codes.APPLICATION_KINDS[it.kind],
            "pemohon": self._applicant(it),
            "paspor_lama": it.previous_passport,
            "tujuan": codes.PURPOSES[it.purpose],
            "negara_tujuan": it.destination,
            "lama_tinggal_hari": it.stay_days,
            "kontak_darurat": {"nama": it.contact.name, "telepon": it.contact.phone, "hubungan": it.contact.relation},
            "akun": {"telepon": it.payer_phone, "email": it.email},
            "penjamin": it.sponsor,
            "no_rekomendasi": it.letter_no,
            "tgl_pengajuan": stamp(it.submitted_at),
            "tgl_keputusan": stamp(it.decided_at) if it.decided_at else "",
            "status": codes.APPLICATION_STATES[it.status],
            "alasan": [codes.POSTPONED_FOR[it.reason]] if it.reason else [],
            "no_paspor_terbit": it.passport_no,
        }
        if it.interviewed_at:
            row["wawancara"] = {
                "waktu": stamp(it.interviewed_at),
                "petugas": it.officer,
                "catatan": it.interview_note,
            }
        self._write("permohonan", number, row, at)

    def passport(self, it: Passport, at: datetime) -> None:
        issued = self._issued.get(it.no)
        citizen = self._citizen(it.person.nik)
        born = day(it.printed_birth_date)
        self.store.add_soon(DOCUMENT, (it.no, citizen, it.person.nik, it.printed_name, born))
        self._documents.put(it.no, row=(citizen, it.printed_name, born))
        row: Native = {
            "nomor_paspor": it.no,
            "id_wni": citizen,
            "nik": it.person.nik,
            "nama": it.printed_name.upper(),
            "tgl_lahir": born,
            "jk": codes.SEXES[it.person.sex],
            "jenis": codes.PASSPORT_KINDS[it.kind],
            "mrz": list(it.mrz),
            "endorsement": it.endorsement,
            **office(it.office),
            "nomor_permohonan": str(issued[0]) if issued else "",
            "tgl_terbit": day(it.issued_on),
            "tgl_habis": day(it.expires_on),
            "status": codes.PASSPORT_STATES[it.status],
            "paspor_pengganti": it.replaced_by,
        }
        self._write("paspor", it.no, row, at)

    def crossing(self, it: Crossing, at: datetime) -> None:
        number = f"{codes.point_code(it.point)}{yymm(it.at)}{TWO[it.at.day]}{it.serial:09d}"
        hours, zone = codes.hours_ahead(it.point)
        used = self._passport_at_the_gate(it.id, it.passport_no)
        row: Native = {
            "id_perlintasan": number,
            "nomor_dokumen": used,
            **self._holder(it.passport_no, it.person, at_the_counter=it.lane == "counter", key=it.id),
            "tpi": codes.point_code(it.point),
            "nama_tpi": it.point.name,
            "arah": codes.DIRECTIONS[it.direction],
            "waktu": stamp(it.at, hours),
            "zona": zone,
            "sarana": it.carrier,
            "negara": it.place,
            "maksud": codes.PURPOSES[it.purpose],
            "lajur": codes.LANES[it.lane],
            "petugas": it.officer,
            "hasil": codes.OUTCOMES[it.outcome],
        }
        if at - it.at < STANDS_THERE:
            self._ask(row)
        self._write("perlintasan", number, row, at, changes=False)

    def deferral(self, it: DepartureDeferral, at: datetime) -> None:
        number = f"TUNDA/{codes.point_code(it.point)}/{it.at.year}/{it.serial:06d}"
        hours, zone = codes.hours_ahead(it.point)
        row: Native = {
            "nomor_penundaan": number,
            "nomor_dokumen": it.passport_no,
            **self._holder(it.passport_no, it.person, at_the_counter=True, key=it.id),
            "tpi": codes.point_code(it.point),
            "nama_tpi": it.point.name,
            "waktu": stamp(it.at, hours),
            "zona": zone,
            "negara_tujuan": it.destination,
            "maksud": codes.PURPOSES[it.purpose],
            "sarana": it.carrier,
            "alasan": [codes.DEFERRED_FOR[it.reason]],
            "fakta": it.facts,
            "petugas": it.officer,
            "supervisor": it.supervisor,
            "berlaku_sampai": day(it.expires_on),
            "status": "BERLAKU",
        }
        self._write("penundaan", number, row, at)

    def ban(self, it: ExitBan, at: datetime) -> None:
        """One version of a decision. What was not available is empty, never guessed (Permenimipas 13/2025)."""
        self.store.tells(it.decision_no)
        found = self.store.found_while_writing("SELECT max(versi) FROM cegah WHERE nomor_sk = ?", (it.decision_no,))
        version = int(found[0] or 0) + 1 if found else 1
        born, age = ban_birth(it.birth)
        alias = it.person.name_variants[0].upper() if it.person.name_variants and it.serial % 7 == 0 else ""
        self.store.add(
            BAN,
            (
                it.decision_no, version, utc_text(at), it.full_name.upper(), alias, codes.SEXES[it.sex],
                it.birth_place.upper(), born, age, it.nik, it.passport_no, it.address.upper(), it.occupation.upper(),
                it.reason, codes.BAN_REQUESTERS[it.requester], "M" if it.urgent else "B", it.from_on.isoformat(),
                it.until_on.isoformat(), iso_day(it.extended_until), iso_day(it.lifted_on),
            ),
        )  # fmt: skip

    def _applicant(self, it: PassportApplication) -> dict[str, str | int]:
        stated = it.stated
        nik = stated.nik
        if struck("letter_o_in_nik", it.id):
            nik = nik.replace("0", "O", 1)
        return {
            "id_wni": self._citizen(nik),
            "nik": nik,
            "nama": name_on_the_form(it, stated),
            "jk": codes.SEXES[stated.sex],
            "tempat_lahir": stated.birth_place.upper(),
            "tgl_lahir": born_on_the_form(it.id, stated.birth_date),
            "nama_ayah": stated.father_name.upper(),
            "nama_ibu": stated.mother_name.upper(),
            "pekerjaan": it.person.occupation.upper(),
            "alamat": stated.address.upper(),
            "kode_wilayah": dotted(stated.region_code),
            "telepon": local_phone(stated.phone, it.serial),
        }

    def _citizen(self, nik: str) -> str:
        """SIMKIM 2.0 knows a person by his NIK as typed [R23]: another NIK makes another person."""
        found = self._citizens.get(nik)
        if not found:
            found = (self.store.next_number("wni", "id"),)
            self.store.add_soon(CITIZEN, (nik, *found))
            self._citizens.put(nik, row=found)
        return f"W{found[0]:09d}"

    def _holder(self, passport_no: str, person: Person, *, at_the_counter: bool, key: str) -> Native:
        """Who holds a document: as printed in it, or as he says when SIMKIM never saw it issued."""
        found = self._documents.get(passport_no)
        if found:
            citizen, name, born = (str(cell) for cell in found)
        else:
            citizen, name, born = "", person.full_name, day(person.birth_date)
        words = name.upper().split()
        if at_the_counter and len(words) > 2 and struck("last_word_missing_at_the_counter", key):
            words = words[:-1]
        return {"id_wni": citizen, "nama": " ".join(words), "tgl_lahir": born, "jk": codes.SEXES[person.sex]}

    def _passport_at_the_gate(self, key: str, passport_no: str) -> str:
        if not struck("old_passport_at_the_gate", key):
            return passport_no
        found = self._issued.get(passport_no)
        return str(found[1]) if found and found[1] else passport_no

    def _write(self, entity: str, number: str, row: Native, at: datetime, *, changes: bool = True) -> None:
        self.store.tells(number)
        before = self._last.get(entity, number) if changes else None
        version, place = int(before[1] or 0) + 1 if before else 1, self.store.next_number("berkas", "urut")
        content = orjson.dumps({"versi": version, "diubah_pada": stamp(at), **row}).decode()
        self.store.add_soon(VERSION, (place, entity, number, version, utc_text(at), content))
        if changes:
            self._last.put(entity, number, row=(place, version))
        if before:
            self.store.add_soon(SUPERSEDED, (before[0],))


def application_no(it: PassportApplication) -> str:
    return f"{it.office.region_code}{yymm(it.submitted_at)}{it.serial:08d}"


def office(it: Office) -> dict[str, str]:
    return {"kode_kanim": f"KIM{it.region_code}", "nama_kanim": it.name, "kab_kanim": dotted(it.region_code)}


def name_on_the_form(it: PassportApplication, stated: Statement) -> str:
    before, after = it.person.titles
    if not (before or after) or not struck("title_in_name", it.id):
        return stated.full_name.upper()
    return " ".join(part for part in (before, stated.full_name, after) if part).upper()


def born_on_the_form(key: str, born: date) -> str:
    if struck("born_on_new_year", key):
        return f"01-01-{born.year:04d}"
    if born.day <= 12 and struck("day_and_month_swapped", key):
        return f"{born.month:02d}-{born.day:02d}-{born.year:04d}"
    return day(born)


def ban_birth(birth: str) -> tuple[str, str]:
    """Birth date and age as the list writes them: 00 for an unknown day or month, or an age alone."""
    if birth.startswith("~"):
        return "", birth[1:].partition("@")[0]
    year, month, on = [*birth.split("-"), "00", "00"][:3]
    return f"{on}-{month}-{year}", ""


@cache
def dotted(region: str) -> str:
    """3573 01 → 35.73.01, as Kemendagri writes codes."""
    return ".".join(region[start : start + 2] for start in range(0, len(region), 2))


def local_phone(phone: str, serial: int) -> str:
    """+62812… in one of the ways people type it."""
    if not phone.startswith("+62"):
        return phone
    rest = phone[3:]
    ways = (f"0{rest}", f"0{rest}", f"0{rest}", f"62{rest}", f"+62{rest}", f"0{rest[:3]}-{rest[3:7]}-{rest[7:]}")
    return ways[serial % len(ways)]
