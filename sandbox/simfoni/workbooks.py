"""Workbooks of a month: every case opened or changed in it, on a sheet for victims and one for witnesses."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from openpyxl import Workbook

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.simfoni.cases import COLUMNS, WIB, Case, Cell, excel_instant
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS kasus (
  urut INTEGER PRIMARY KEY AUTOINCREMENT,
  lembar TEXT NOT NULL,     -- Korban or Saksi
  nomor TEXT NOT NULL,
  revisi INTEGER NOT NULL,
  diubah TEXT NOT NULL,     -- UTC, ISO
  bulan TEXT NOT NULL,      -- 2026-11, of `diubah` in western Indonesian time
  sel TEXT NOT NULL,        -- JSON list
  UNIQUE (nomor, revisi)
);
CREATE INDEX IF NOT EXISTS kasus_bulan ON kasus (bulan, urut);
"""

SHEETS = ("Korban", "Saksi")
HEADER_LINE = 4
TITLE = ("SISTEM INFORMASI ONLINE PERLINDUNGAN PEREMPUAN DAN ANAK", "RAHASIA: hanya untuk petugas layanan")
RENAMED = {"Nama Lengkap": "Nama"}
STRANGE_FORM = "Kekerasan Berbasis Gender Online"  # a form of violence that no list has
SENT_TWICE = 60  # in a thousand
SENT_OLD = 300
STRANGE = 60


def keep(store: Store, case: Case, at: datetime) -> None:
    store.tells(case.number)
    cells = json.dumps(case.cells, ensure_ascii=False)
    found = store.found_while_writing(
        "SELECT revisi, sel FROM kasus WHERE nomor = ? ORDER BY revisi DESC LIMIT 1", (case.number,)
    )
    if found and found[1] == cells:
        return
    revision = int(found[0] or 0) + 1 if found else 1
    month = at.astimezone(WIB).strftime("%Y-%m")
    utc = at.astimezone(UTC).isoformat()
    store.add(
        "INSERT INTO kasus (lembar, nomor, revisi, diubah, bulan, sel) VALUES (?, ?, ?, ?, ?, ?)",
        (case.sheet, case.number, revision, utc, month, cells),
    )


class Workbooks:
    """A workbook is made when it is asked for, and kept until something in it changes."""

    def __init__(self, store: Store, breaks: Breaks) -> None:
        self.store, self.breaks = store, breaks
        self._made: dict[str, tuple[object, bytes]] = {}
        self._lock = threading.Lock()

    def months(self) -> list[str]:
        rows = self.store.all("SELECT DISTINCT bulan FROM kasus WHERE diubah <= ? ORDER BY bulan", (self._until(),))
        return [str(row[0]) for row in rows]

    def workbook(self, month: str) -> bytes:
        found = self.store.all(
            "SELECT lembar, nomor, revisi, diubah, sel FROM kasus WHERE bulan = ? AND diubah <= ? ORDER BY urut",
            (month, self._until()),
        )
        names = self.breaks.names()
        state = (len(found), tuple((name, self.breaks.since(name), self.breaks.amount(name)) for name in names))
        with self._lock:
            made = self._made.get(month)
            if made is None or made[0] != state:
                made = self._made[month] = (state, self._written(found, month))
        return made[1]

    def _written(self, found: list[Row], month: str) -> bytes:
        rows = self._sent(found, month) if self.breaks.names() else found
        if self.breaks.on("wrong_encoding"):  # "export to Excel" of many a web page: an HTML table under another name
            cells = "".join(f"<tr><td>{row[1]}</td><td>{row[4]}</td></tr>" for row in rows)
            return f"<html><body><table>{cells}</table></body></html>".encode("utf-16")
        book = Workbook(write_only=True)
        renamed = self.breaks.on("renamed_column")
        for name in SHEETS:
            sheet = book.create_sheet(name)
            for line in (TITLE[0], f"Data {name} bulan {month}", TITLE[1]):
                sheet.append([line])
            sheet.append(["No", *(RENAMED.get(c, c) if renamed else c for c in COLUMNS), "Revisi", "Diubah"])
            ours = (row for row in rows if row[0] == name)
            for number, row in enumerate(ours, start=1):
                sheet.append([number, *self._cells(row)])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def _cells(self, row: Row) -> Iterator[Cell]:
        _, number, revision, changed, cells = row
        strange = self.breaks.strikes("new_code", str(number), in_a_thousand=STRANGE)
        for name, value in zip(COLUMNS, json.loads(str(cells)), strict=True):
            if name == "NIK" and value and self.breaks.on("excel_nik"):
                value = excel_number(value)
            yield STRANGE_FORM if strange and name == "Bentuk Kekerasan" else value
        yield revision
        yield excel_instant(datetime.fromisoformat(str(changed)) + timedelta(seconds=self.breaks.amount("clock_skew")))

    def _sent(self, found: list[Row], month: str) -> list[Row]:
        sent = []
        for row in found:
            twice = self.breaks.strikes("duplicate", str(row[1]), in_a_thousand=SENT_TWICE)
            sent += [row, row] if twice else [row]
        for row in found:
            if int(row[2] or 0) > 1 and self.breaks.strikes("old_versions", str(row[1]), in_a_thousand=SENT_OLD):
                sent += self.store.all(
                    "SELECT lembar, nomor, revisi, diubah, sel FROM kasus WHERE nomor = ? AND revisi < ?",
                    (row[1], row[2]),
                )
        return reordered(sent, month) if self.breaks.on("reordered") else sent

    def _until(self) -> str:
        return self.breaks.since("stale") or "9999"
