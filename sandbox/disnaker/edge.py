"""Where letters become bytes: bundles of a week in JSON, and one list of typed paper letters, parted by tabs."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.disnaker.letters import TypedLine, zone_of
from sandbox.serving import compact
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS surat (
  urut INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  rev INTEGER NOT NULL,
  kab TEXT NOT NULL,
  dicatat TEXT NOT NULL,   -- UTC, ISO
  minggu TEXT NOT NULL,    -- 2026-W47, of `dicatat` in western Indonesian time
  isi TEXT NOT NULL,       -- JSON
  UNIQUE (id, rev)
);
CREATE INDEX IF NOT EXISTS surat_minggu ON surat (minggu, urut);
CREATE TABLE IF NOT EXISTS ketikan (
  nomor INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  diketik TEXT NOT NULL,   -- ISO date
  sel TEXT NOT NULL,       -- JSON list
  PRIMARY KEY (nomor, rev)
);
"""

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
TYPED_COLUMNS = (
    *("Nomor Surat", "Tgl Surat", "Nama", "NIK", "Tempat Lahir", "Tgl Lahir", "JK", "Alamat", "Kab", "PT", "Negara"),
    *("Jabatan", "Ket"),
)
RENAMED = {"no_surat": "nomor", "Nomor Surat": "No. Surat"}
SENT_TWICE = 50  # in a thousand
SENT_OLD = 300
STRANGE = 30

T = TypeVar("T")


def week_of(at: datetime) -> str:
    year, week, _ = at.astimezone(ZoneInfo("Asia/Jakarta")).isocalendar()
    return f"{year}-W{week:02d}"


def keep_digital(store: Store, letter: dict[str, Any], at: datetime) -> None:
    store.tells(letter["id"])
    content = json.dumps(letter, ensure_ascii=False)
    found = store.found_while_writing("SELECT rev, isi FROM surat WHERE id = ? ORDER BY rev DESC", (letter["id"],))
    if found and found[1] == content:
        return
    utc = at.astimezone(UTC).isoformat()
    store.add(
        "INSERT INTO surat (id, rev, kab, dicatat, minggu, isi) VALUES (?, ?, ?, ?, ?, ?)",
        (letter["id"], int(found[0] or 0) + 1 if found else 1, letter["kab"], utc, week_of(at), content),
    )


def keep_typed(store: Store, line: TypedLine) -> None:
    store.tells(str(line.number))
    cells = json.dumps(line.cells, ensure_ascii=False)
    found = store.found_while_writing("SELECT rev, sel FROM ketikan WHERE nomor = ? ORDER BY rev DESC", (line.number,))
    if found and found[1] == cells:
        return
    revision = int(found[0] or 0) + 1 if found else 1
    store.add("INSERT INTO ketikan VALUES (?, ?, ?, ?)", (line.number, revision, line.typed_on.isoformat(), cells))


class Edge:
    """What the server says of its letters, bent where it is broken."""

    def __init__(self, store: Store, breaks: Breaks) -> None:
        self.store, self.breaks = store, breaks

    def weeks(self) -> list[str]:
        rows = self.store.all("SELECT DISTINCT minggu FROM surat WHERE dicatat <= ? ORDER BY minggu", (self._until(),))
        return [str(row[0]) for row in rows]

    def bundle(self, week: str) -> bytes:
        """Every letter issued or changed in a week."""
        return self._document(week, "minggu = ?", week)

    def of_district(self, code: str) -> bytes:
        """Every letter of one kabupaten, as it stands."""
        return self._document(code, "kab = ? AND rev = (SELECT max(rev) FROM surat AS s WHERE s.id = surat.id)", code)

    def _document(self, name: str, where: str, value: str) -> bytes:
        found = self.store.all(
            f"SELECT id, rev, kab, dicatat, isi FROM surat WHERE {where} AND dicatat <= ? ORDER BY urut",
            (value, self._until()),
        )
        letters = [self._letter(row) for row in self._sent(found, name, self._older_letters)]
        body = compact({"bundel": name, "jumlah": len(letters), "surat": letters})
        return body.decode().replace(" ", "\u00a0").encode("latin-1", "replace") if self._garbled() else body

    def _garbled(self) -> bool:
        return self.breaks.on("wrong_encoding")

    def _letter(self, row: Row) -> dict[str, Any]:
        identity, revision, district, recorded, content = row
        letter: dict[str, Any] = json.loads(str(content))
        zone = zone_of(str(district))
        at = datetime.fromisoformat(str(recorded)).astimezone(ZoneInfo(ZONES[zone]))
        at += timedelta(seconds=self.breaks.amount("clock_skew"))
        letter |= {"rev": revision, "dicatat": at.strftime("%Y/%m/%d %H:%M:%S"), "zona": zone}
        if not self.breaks.names():
            return letter
        if self.breaks.on("excel_nik"):
            letter["pemohon"]["nik"] = excel_number(letter["pemohon"]["nik"])
        if self.breaks.strikes("new_code", str(identity), in_a_thousand=STRANGE):
            letter["status"] = "DITANGGUHKAN"
        renamed = self.breaks.on("renamed_column")
        return {RENAMED.get(name, name): value for name, value in letter.items()} if renamed else letter

    def typed(self, now: datetime) -> bytes:
        """The whole list of paper letters typed in so far, under one header, parted by tabs."""
        today = min(now.isoformat(), self._until())[:10]
        found = self.store.all(
            "SELECT nomor, rev, diketik, sel FROM ketikan AS k WHERE diketik <= ? AND rev = "
            "(SELECT max(rev) FROM ketikan WHERE nomor = k.nomor AND diketik <= ?) ORDER BY nomor",
            (today, today),
        )
        renamed = self.breaks.on("renamed_column")
        header = [RENAMED.get(name, name) if renamed else name for name in TYPED_COLUMNS]
        lines = ["\t".join(["No", *header, "Diketik"])]
        lines += ["\t".join(self._typed_cells(row)) for row in self._sent(found, "ketikan", self._older_typed)]
        text = "\r\n".join(lines) + "\r\n"
        return text.encode("utf-16" if self._garbled() else "utf-8")

    def _typed_cells(self, row: Row) -> Iterator[str]:
        number, _, typed_on, cells = row
        yield str(number)
        for name, value in zip(TYPED_COLUMNS, json.loads(str(cells)), strict=True):
            value = " ".join(str(value).split())
            if name == "NIK" and self.breaks.on("excel_nik"):
                value = excel_number(value)
            if name == "Ket" and self.breaks.strikes("new_code", str(number), in_a_thousand=STRANGE):
                value = "DITANGGUHKAN"
            yield value
        on = datetime.fromisoformat(str(typed_on)) + timedelta(seconds=self.breaks.amount("clock_skew"))
        yield f"{on.day}/{on.month}/{on.year}"

    def _sent(self, found: list[Row], name: str, older: Callable[[Row], list[Row]]) -> list[Row]:
        if not self.breaks.names():
            return found
        sent = []
        for row in found:
            twice = self.breaks.strikes("duplicate", str(row[0]), in_a_thousand=SENT_TWICE)
            sent += [row, row] if twice else [row]
        for row in found:
            if int(row[1] or 0) > 1 and self.breaks.strikes("old_versions", str(row[0]), in_a_thousand=SENT_OLD):
                sent += older(row)
        return reordered(sent, name) if self.breaks.on("reordered") else sent

    def _older_letters(self, row: Row) -> list[Row]:
        return self.store.all(
            "SELECT id, rev, kab, dicatat, isi FROM surat WHERE id = ? AND rev < ? ORDER BY rev", (row[0], row[1])
        )

    def _older_typed(self, row: Row) -> list[Row]:
        return self.store.all(
            "SELECT nomor, rev, diketik, sel FROM ketikan WHERE nomor = ? AND rev < ? ORDER BY rev", (row[0], row[1])
        )

    def _until(self) -> str:
        return self.breaks.since("stale") or "9999"


def tag_of(body: bytes) -> str:
    return f'"{zlib.crc32(body):08x}-{len(body)}"'
