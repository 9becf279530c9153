"""Where Peduli WNI's rows become XML, and where its breakages show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.peduliwni.records import Entry
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS layanan (
  penanda INTEGER PRIMARY KEY AUTOINCREMENT,  -- place in the change feed
  layanan TEXT NOT NULL,
  nomor TEXT NOT NULL,
  versi INTEGER NOT NULL,
  terakhir INTEGER NOT NULL,                  -- 1: no newer version
  dicatat TEXT NOT NULL,                      -- UTC, ISO
  perwakilan TEXT NOT NULL,
  zona TEXT NOT NULL,
  status TEXT NOT NULL,
  unsur TEXT NOT NULL,                        -- JSON: element name -> text
  UNIQUE (layanan, nomor, versi)
);
CREATE INDEX IF NOT EXISTS layanan_terakhir ON layanan (layanan, penanda) WHERE terakhir = 1;
"""

NAMESPACE = "urn:go-id:kemlu:peduliwni:3"
ELEMENTS = {
    "laporan-diri": "LaporanDiri",
    "kasus": "Kasus",
    "penampungan": "Penampungan",
    "pemulangan": "Pemulangan",
}
#: Dates that the mission's calendar gives, written as its midnight with that mission's offset. A birth date has no zone.
LOCAL_DATES = {"TanggalTiba", "TanggalRencana", "TanggalTibaID", "TanggalMasuk", "TanggalKeluar"}
INSTANTS = {"Diterima", "Ditutup"}

RENAMED = {"Lahir": "TanggalLahir"}
STRANGE_STATUS = "DITUNDA"  # a status that no list has
SENT_TWICE = 50  # in a thousand
SENT_OLD = 200
STRANGE = 30

COLUMNS = "penanda, layanan, nomor, versi, dicatat, perwakilan, zona, status, unsur"


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    last: int
    more: bool


def keep(store: Store, made: Entry, at: datetime) -> None:
    """Add a version of a row, unless nothing in it changed."""
    store.tells(made.number)
    content = json.dumps(made.fields, ensure_ascii=False)
    found = store.found_while_writing(
        "SELECT versi, status, unsur FROM layanan WHERE layanan = ? AND nomor = ? ORDER BY versi DESC LIMIT 1",
        (made.service, made.number),
    )
    if found and found[1:] == (made.status, content):
        return
    version = int(found[0] or 0) + 1 if found else 1
    if found:
        store.add(
            "UPDATE layanan SET terakhir = 0 WHERE layanan = ? AND nomor = ? AND terakhir = 1",
            (made.service, made.number),
        )
    store.add(
        "INSERT INTO layanan (layanan, nomor, versi, terakhir, dicatat, perwakilan, zona, status, unsur) "
        "VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)",
        (made.service, made.number, version, at.isoformat(), made.mission, made.zone, made.status, content),
    )


class Edge:
    """Pages of XML. The rows in the store are never touched by a breakage."""

    def __init__(self, store: Store, breaks: Breaks) -> None:
        self.store, self.breaks = store, breaks

    def page(self, service: str, after: int, count: int, now: datetime) -> Page:
        """Rows that changed after a mark, each once and as it stands, in the order of their changes."""
        since = self.breaks.since("stale") or "9999"
        found = self.store.all(
            f"SELECT {COLUMNS} FROM layanan WHERE layanan = ? AND terakhir = 1 AND penanda > ? AND dicatat <= ? "
            "ORDER BY penanda LIMIT ?",
            (service, after, since, count + 1),
        )
        more, found = len(found) > count, found[:count]
        last = int(found[-1][0] or 0) if found else after
        sent = list(self._sent(found)) if self.breaks.names() else found
        return Page(self._document(service, [self._element(row) for row in sent], last, now), last, more)

    def _sent(self, found: list[Row]) -> list[Row]:
        sent = []
        for row in found:
            twice = self.breaks.strikes("duplicate", str(row[2]), in_a_thousand=SENT_TWICE)
            sent += [row, row] if twice else [row]
        sent += [old for row in found for old in self._older(row)]
        return reordered(sent, "peduliwni") if self.breaks.on("reordered") else sent

    def _older(self, row: Row) -> Iterator[Row]:
        """The versions before, of some rows, after all newer ones."""
        if int(row[3] or 0) > 1 and self.breaks.strikes("old_versions", str(row[2]), in_a_thousand=SENT_OLD):
            yield from self.store.all(
                f"SELECT {COLUMNS} FROM layanan WHERE layanan = ? AND nomor = ? AND versi < ? ORDER BY versi",
                (row[1], row[2], row[3]),
            )

    def _document(self, service: str, elements: list[str], last: int, now: datetime) -> bytes:
        made = now.astimezone(ZoneInfo("Asia/Jakarta")) + timedelta(seconds=self.breaks.amount("clock_skew"))
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<pw:Jawaban xmlns:pw="{NAMESPACE}" layanan="{service}" jumlah="{len(elements)}" penanda="{last}" '
            f'dibuat="{made.isoformat(timespec="seconds")}">\n' + "".join(elements) + "</pw:Jawaban>\n"
        )
        if self.breaks.on("wrong_encoding"):  # pasted from a word processor: no-break spaces, saved as Windows-1252
            return text.replace(": ", ":\u00a0").replace("</pw:Nama>", "\u00a0</pw:Nama>").encode("cp1252", "replace")
        return text.encode()

    def _element(self, row: Row) -> str:
        _, service, number, version, recorded, mission, zone, status, content = row
        changed = datetime.fromisoformat(str(recorded)).astimezone(ZoneInfo(str(zone)))
        changed += timedelta(seconds=self.breaks.amount("clock_skew"))
        offset = changed.isoformat()[-6:]
        if self.breaks.strikes("new_code", str(number), in_a_thousand=STRANGE):
            status = STRANGE_STATUS
        name = ELEMENTS[str(service)]
        head = (
            f"<pw:{name} nomor={quoteattr(str(number))} versi={quoteattr(str(version))} "
            f'perwakilan="{mission}" status="{status}" diubah="{changed.isoformat(timespec="seconds")}">'
        )
        return head + "".join(self._fields(json.loads(str(content)), offset)) + f"</pw:{name}>\n"

    def _fields(self, fields: dict[str, str], offset: str) -> Iterator[str]:
        broken = bool(self.breaks.names())
        for name, value in fields.items():
            if name in LOCAL_DATES:
                value += f"T00:00:00{offset}"
            if broken and name == "NIK" and self.breaks.on("excel_nik"):
                value = excel_number(value)
            if broken and self.breaks.on("renamed_column"):
                name = RENAMED.get(name, name)
            yield f"<pw:{name}>{escape(value)}</pw:{name}>"
