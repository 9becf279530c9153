"""The book as it stood at the end of each Sunday: whole, in Windows-1252, as a spreadsheet of the desks saves it.

A line that stood there a week ago and no longer does was struck out: it is withdrawn.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sandbox.bp3mi.book import COLUMNS, FOREVER, Line
from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.running import Place
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS buku (
  buku TEXT NOT NULL,
  nomor TEXT NOT NULL,
  sejak TEXT NOT NULL,     -- UTC, ISO
  sampai TEXT NOT NULL,    -- UTC, ISO, or 9999
  sel TEXT NOT NULL,       -- JSON list
  PRIMARY KEY (buku, nomor, sejak)
);
CREATE INDEX IF NOT EXISTS buku_sejak ON buku (buku, sejak);
"""

WIB = ZoneInfo("Asia/Jakarta")
WEEKS_KEPT = 26
ENCODING = "cp1252"
RENAMED = {"NO_REG": "NOMOR"}
NEW_CODES = {"pencegahan": ("CARA", "OPERASI DRONE"), "kepulangan": ("SEBAB", "PHK")}
SENT_TWICE = 50  # in a thousand
STRANGE = 40
WEEKS_BACK = 3  # how old a book the breakage old_versions hands out under a new date

T = TypeVar("T")


def keep(store: Store, line: Line) -> None:
    store.tells(line.number)
    until = line.until.isoformat() if line.until else FOREVER
    cells = json.dumps(line.cells, ensure_ascii=False)
    row = (line.book, line.number, line.since.isoformat(), until, cells)
    store.add("INSERT OR REPLACE INTO buku VALUES (?, ?, ?, ?, ?)", row)


class Snapshots:
    """Files named by their book and their Sunday."""

    def __init__(self, store: Store, place: Place) -> None:
        self.store, self.place = store, place
        self.breaks: Breaks = place.breaks

    def names(self) -> list[str]:
        """The last 26 Sundays that are over; a stale desk has brought none since."""
        since = self.breaks.since("stale")
        now = min(self.place.now(), datetime.fromisoformat(since)) if since else self.place.now()
        today = now.astimezone(WIB).date()
        last = today - timedelta(days=today.weekday() + 1)
        sundays = [last - timedelta(weeks=back) for back in range(WEEKS_KEPT - 1, -1, -1)]
        return [f"{book}_{sunday.isoformat()}.csv" for book in COLUMNS for sunday in sundays]

    def file(self, name: str) -> bytes:
        book, _, day = name.removesuffix(".csv").partition("_")
        sunday = date.fromisoformat(day)
        if self.breaks.on("old_versions"):
            sunday -= timedelta(weeks=WEEKS_BACK)
        closed = datetime.combine(sunday + timedelta(days=1), time(), WIB).astimezone(ZoneInfo("UTC")).isoformat()
        found = self.store.all(
            "SELECT nomor, sel FROM buku WHERE buku = ? AND sejak < ? AND sampai >= ? ORDER BY nomor",
            (book, closed, closed),
        )
        return self._written(book, self._sent(found, name))

    def _sent(self, found: list[Row], name: str) -> list[Row]:
        sent: list[Row] = []
        for row in found:
            twice = self.breaks.strikes("duplicate", str(row[0]), in_a_thousand=SENT_TWICE)
            sent += [row, row] if twice else [row]
        return reordered(sent, name) if self.breaks.on("reordered") else sent

    def _written(self, book: str, rows: Sequence[Row]) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=",", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        renamed = self.breaks.on("renamed_column")
        writer.writerow([RENAMED.get(name, name) if renamed else name for name in COLUMNS[book]])
        writer.writerows(list(self._cells(book, row)) for row in rows)
        if self.breaks.on("wrong_encoding"):
            return out.getvalue().encode("utf-16-le")
        return out.getvalue().encode(ENCODING, "replace")

    def _cells(self, book: str, row: Row) -> Iterator[str]:
        number, cells = str(row[0]), json.loads(str(row[1]))
        where, code = NEW_CODES[book]
        strange = self.breaks.strikes("new_code", number, in_a_thousand=STRANGE)
        for name, value in zip(COLUMNS[book], cells, strict=True):
            if name == "NIK" and self.breaks.on("excel_nik"):
                value = excel_number(value)
            if name == "TGL_JAM" and self.breaks.on("clock_skew"):
                told = datetime.strptime(value, "%d.%m.%Y %H.%M")  # noqa: DTZ007  (the desk's own clock)
                value = (told + timedelta(seconds=self.breaks.amount("clock_skew"))).strftime("%d.%m.%Y %H.%M")
            yield code if strange and name == where else value or "-"
