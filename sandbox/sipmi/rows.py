"""What SIPMI writes: panic calls and complaints sent from the app, one line each, a new line for every change."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sandbox.nation.model import Complaint, PanicCall, Person
from sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS baris (
  nomor INTEGER PRIMARY KEY AUTOINCREMENT,
  jenis TEXT NOT NULL,    -- panik or aduan
  hari TEXT NOT NULL,     -- YYYY-MM-DD in WIB: the file in which the line stands
  uid TEXT NOT NULL,
  rev INTEGER NOT NULL,
  dicatat TEXT NOT NULL,  -- UTC
  isi TEXT NOT NULL,
  UNIQUE (uid, rev)
);
CREATE INDEX IF NOT EXISTS baris_hari ON baris (jenis, hari);
"""

SUBJECTS = {
    "unpaid_wages": "GAJI", "passport_withheld": "PASPOR_DITAHAN", "violence": "KEKERASAN",
    "contact_lost": "HILANG_KONTAK",
    "other_job": "BEDA_KERJA", "overstay": "OVERSTAY", "forced_crime": "SCAM", "ill": "SAKIT",
}  # fmt: skip
STATES = {"open": 0, "answered": 1, "in_progress": 1, "closed": 2}

#: Calling codes: SIPMI knows a country by the number that one dials.
CALLING = {
    "HKG": 852, "TWN": 886, "MYS": 60, "SGP": 65, "SAU": 966, "ARE": 971, "KOR": 82, "JPN": 81, "BRN": 673, "QAT": 974,
    "KWT": 965, "OMN": 968, "JOR": 962, "IRQ": 964, "SYR": 963, "EGY": 20, "TUR": 90, "KHM": 855, "MMR": 95, "LAO": 856,
    "THA": 66, "VNM": 84, "PHL": 63, "CHN": 86, "TLS": 670, "AUS": 61, "NZL": 64, "DEU": 49, "NLD": 31, "GBR": 44,
    "ITA": 39, "POL": 48, "USA": 1, "FJI": 679, "URY": 598, "ZAF": 27,
}  # fmt: skip


class Defect(NamedTuple):
    """A way in which rows go wrong: how many in a thousand, and where the number comes from."""

    share: int
    source: str


DEFECTS = {
    "no_nik": Defect(450, "guess; the app asks for a telephone number, NIK is optional [R15]"),
    "first_name_only": Defect(350, "guess; self-typed profile"),
    "no_place": Defect(120, "guess; location switched off: 0,0"),
}


def struck(defect: str, key: str) -> bool:
    """Whether a row has a defect: always the same rows."""
    return zlib.crc32(f"sipmi:{defect}:{key}".encode()) % 1000 < DEFECTS[defect].share


def milliseconds(at: datetime | None) -> int | None:
    """Epoch milliseconds, SIPMI's only way to write a moment."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) if at else None


class Rows:
    """Writes SIPMI's lines."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def panic(self, it: PanicCall, at: datetime) -> None:
        lost = struck("no_place", it.id)
        self._write("panik", f"P{it.serial:08d}", at, {
            "ts": milliseconds(it.at),
            "user": user(it.person, it.phone),
            "lokasi": {"tel": CALLING.get(it.country, 0), "lat": "0" if lost else it.latitude,
                       "lon": "0" if lost else it.longitude},
            "pesan": it.words,
            "st": STATES[it.status],
        })  # fmt: skip

    def complaint(self, it: Complaint, at: datetime) -> None:
        if it.channel != "sipmi":
            return
        about = user(it.person, it.worker_phone)
        self._write("aduan", f"A{it.serial:08d}", at, {
            "ts": milliseconds(it.at),
            "korban": {**about, "nama": it.known_as, "paspor": it.passport_no},
            "pelapor": {"nama": it.complainant.name, "hp": it.complainant.phone, "hub": it.complainant.relation},
            "tel": CALLING.get(it.country, 0),
            "kat": SUBJECTS[it.subject],
            "isi": it.account,
            "pt": it.p3mi.name if it.p3mi else None,
            "majikan": it.employer,
            "st": STATES[it.status],
            "ts_selesai": milliseconds(it.closed_at),
        })  # fmt: skip

    def _write(self, kind: str, uid: str, at: datetime, content: dict[str, object]) -> None:
        self.store.tells(uid)
        found = self.store.found_while_writing("SELECT max(rev) FROM baris WHERE uid = ?", (uid,))
        rev = int(found[0] or 0) + 1 if found else 1
        line = {"uid": uid, "rev": rev, "ts_ubah": milliseconds(at), **content}
        self.store.add(
            "INSERT INTO baris (jenis, hari, uid, rev, dicatat, isi) VALUES (?, ?, ?, ?, ?, ?)",
            (
                kind,
                (at + timedelta(hours=7)).strftime("%Y-%m-%d"),
                uid,
                rev,
                at.astimezone(UTC).isoformat(timespec="microseconds"),
                json.dumps(line, ensure_ascii=False, separators=(",", ":")),
            ),
        )


def user(about: Person, phone: str) -> dict[str, str | None]:
    """The profile of the app's user: what he typed in himself, nothing checked."""
    name = about.full_name.split()[0] if struck("first_name_only", about.id) else about.full_name
    return {
        "nama": name.lower(),
        "hp": phone.removeprefix("+"),
        "nik": None if struck("no_nik", about.id) else about.nik,
    }
