"""Simfoni PPA's new chapter: trafficking cases, taken over from the hub in the shared standard and written down in Simfoni's own words.

Until there was a standard, a case of trafficking was one word in the column "Bentuk Kekerasan". HOME/simfoni/hub.json says where the hub is, written by
whoever runs it: {"base": "http://…", "client": "…", "key": "…/our.pem"}. Until the file is there, nobody asks. Each case gets a number of
Simfoni's own, which the hub is told; what is cut off in between comes again and is known by the event's id.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from client.suar_client import BadSignature, Hub, Place, Refused, Unavailable, follow

LOOK_S = 2.0
ANSWER_S = 10.0
TYPE, CLASS, PURPOSE = "id.suar.case.handed_over", "trafficking_case", "protection"

SCHEMA = """
CREATE TABLE IF NOT EXISTS kasus_tppo (
  urut INTEGER PRIMARY KEY AUTOINCREMENT,
  peristiwa TEXT NOT NULL UNIQUE,  -- the hub's id of the event
  nomor TEXT UNIQUE,
  diterima TEXT NOT NULL,          -- UTC, ISO
  isi TEXT NOT NULL,               -- JSON: Simfoni's own columns
  dijawab INTEGER NOT NULL DEFAULT 0
);
"""
#: The standard's field -> Simfoni's column.
COLUMNS: Mapping[str, str] = {
    "full_name": "nama_korban", "nik": "nik", "sex": "jenis_kelamin", "birth_date": "tanggal_lahir", "birth_place": "tempat_lahir", "phone": "telepon",
    "address": "alamat", "region_code": "kode_wilayah", "nationality": "kewarganegaraan", "trafficking_status": "status_korban", "acts": "proses",
    "means": "cara", "exploitation": "tujuan_eksploitasi", "forced_crimes": "pidana_dipaksakan", "labour_sector": "lapangan_usaha",
    "sexual_exploitation": "jenis_eksploitasi_seksual", "recruitment_methods": "cara_rekrut", "recruitment_platforms": "media_rekrut",
    "recruiter_relation": "hubungan_perekrut", "perpetrator_roles": "peran_pelaku", "debt": "utang", "destination": "negara_tujuan",
    "exploitation_country": "negara_eksploitasi", "months_exploited": "lama_bulan", "happened_on": "tgl_kejadian", "report_no": "no_lp",
    "services": "layanan_dibutuhkan", "unit": "unit_perujuk", "consent_given": "persetujuan", "decided_by": "penetap", "screened_how": "cara_saring",
    "screened_on": "tgl_saring",
}  # fmt: skip
#: Simfoni's words for codes that it prints; any other code stands as it came.
WORDS: Mapping[str, str] = {
    "recruitment": "Perekrutan", "transportation": "Pengangkutan", "harbouring": "Penampungan", "sending": "Pengiriman", "transfer": "Pemindahan",
    "receipt": "Penerimaan", "forced_labour": "Kerja paksa", "forced_criminality": "Paksaan berbuat pidana", "sexual": "Eksploitasi seksual",
    "domestic_servitude": "Perhambaan", "debt_bondage": "Jeratan utang", "false_promises": "Janji palsu", "withholds_documents": "Dokumen ditahan",
    "restricts_movement": "Penyekapan", "takes_earnings": "Upah diambil", "adult": "Yang bersangkutan", "guardian": "Wali", "ppt": "PPT",
}  # fmt: skip
SEXES = {"1": "Laki-laki", "2": "Perempuan"}


def own_words(values: Mapping[str, Any]) -> dict[str, str]:
    """A case in Simfoni's columns; several values stand in one cell. A field that Simfoni does not know is refused, not lost silently."""
    unknown = set(values) - set(COLUMNS)
    if unknown:
        raise ValueError(f"no column for {', '.join(sorted(unknown))}")
    return {COLUMNS[name]: cell(name, value) for name, value in values.items()}


def cell(name: str, value: Any) -> str:
    if name == "sex":
        return SEXES.get(str(value), "")
    many = value if isinstance(value, list) else [value]
    return "; ".join(WORDS.get(str(one), str(one)) for one in many)


class Cases:
    """The table of cases, in a file of its own: the workbooks' store has another writer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "tppo.sqlite"
        with self._opened() as kept:
            kept.executescript(SCHEMA)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as kept, kept:
            yield kept

    def take(self, event: str, values: Mapping[str, Any], at: datetime) -> str:
        """The case's number: a new one, or the one it has, however often the event comes."""
        own = json.dumps(own_words(values), ensure_ascii=False, sort_keys=True)
        with self._opened() as kept:
            found = kept.execute("SELECT nomor FROM kasus_tppo WHERE peristiwa = ?", (event,)).fetchone()
            if found:
                return str(found[0])
            made = kept.execute(
                "INSERT INTO kasus_tppo (peristiwa, diterima, isi) VALUES (?, ?, ?)", (event, at.isoformat(), own)
            )
            number = f"TPPO/{made.lastrowid:05d}/{at.year}"
            kept.execute("UPDATE kasus_tppo SET nomor = ? WHERE urut = ?", (number, made.lastrowid))
        return number

    def answered(self, event: str) -> None:
        with self._opened() as kept:
            kept.execute("UPDATE kasus_tppo SET dijawab = 1 WHERE peristiwa = ?", (event,))

    def rows(self) -> list[dict[str, Any]]:
        with self._opened() as kept:
            found = kept.execute("SELECT nomor, diterima, isi, dijawab FROM kasus_tppo ORDER BY urut").fetchall()
        return [
            {"nomor": nomor, "diterima": diterima, "dijawab": bool(dijawab), **json.loads(isi)}
            for nomor, diterima, isi, dijawab in found
        ]


class Inbox:
    """One thread that follows the hub's events for Simfoni and answers each case with its number."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder, self.now, self.cases = folder, now, Cases(folder)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simfoni-tppo", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            if (hub := self._reached()) is not None:
                with hub:
                    self._follow(hub)

    def _reached(self) -> Hub | None:
        try:
            told = json.loads((self.folder / "hub.json").read_text())
            origin = str(told.get("origin", ""))
            return Hub(told["base"], told["client"], Path(told["key"]), origin=origin, timeout_s=ANSWER_S, tries=1)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # not written yet, or half written

    def _follow(self, hub: Hub) -> None:
        try:
            follow(
                hub,
                Place(self.folder / "tppo.place"),
                lambda event: self._take(hub, event),
                stop=self._stopping.is_set,
                once=True,
            )
        except (Refused, Unavailable, BadSignature, ValueError, OSError) as why:
            print(f"Simfoni PPA does not reach the hub: {why}", file=sys.stderr, flush=True)

    def _take(self, hub: Hub, event: Mapping[str, Any]) -> None:
        """Take the case over, then say under which number. Where consent was taken back meanwhile there is nothing to read, and nothing kept."""
        if event["type"] != TYPE:
            return
        try:
            values = hub.view(str(event["id"]), PURPOSE)["values"].get(CLASS, {})
            if values:
                hub.number(str(event["id"]), self.cases.take(str(event["id"]), values, self.now()), PURPOSE)
                self.cases.answered(str(event["id"]))
        except Refused as no:
            if no.status not in (403, 404, 409):
                raise
            print(f"Simfoni PPA was refused a case: {no}", file=sys.stderr, flush=True)
