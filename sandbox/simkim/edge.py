"""Where SIMKIM's rows become bytes, and where its breakages show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.serving import Reply, compact
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS berkas (
  urut INTEGER PRIMARY KEY,
  entitas TEXT NOT NULL,
  nomor TEXT NOT NULL,
  versi INTEGER NOT NULL,
  dicatat TEXT NOT NULL,   -- UTC, by SIMKIM's clock, for its own use
  terkini INTEGER NOT NULL,
  isi TEXT NOT NULL,       -- the row as it is given out
  UNIQUE (entitas, nomor, versi)
);
CREATE INDEX IF NOT EXISTS berkas_terkini ON berkas (entitas, urut) WHERE terkini = 1;
"""

STAMP = "%d-%m-%Y %H:%M:%S"
SENT_TWICE = 50  # in a thousand
SENT_OLD = 100
STRANGE_CODE = 30

#: What the field is called after somebody "tidied up" the columns, and which code appears that no list has.
RENAMED = {"tgl_lahir": "tanggal_lahir"}
NEW_CODES = {
    "permohonan": ("tujuan", "17"),
    "paspor": ("status", "DIBEKUKAN"),
    "perlintasan": ("hasil", "TINJAU"),
    "penundaan": ("status", "DITINJAU"),
}

COLUMNS = "SELECT urut, entitas, nomor, versi, isi FROM berkas AS b"

Native = dict[str, Any]


class Edge:
    """Pages of rows as bytes. An unbroken SIMKIM sends its rows as they are stored; a broken one is bent here."""

    def __init__(self, store: Store, breaks: Breaks) -> None:
        self.store, self.breaks = store, breaks

    def latest(self, entity: str, after: int, count: int) -> tuple[list[bytes], int, bool]:
        """Rows as they stand, the last place, and whether there is more. Stale: as they stood when it went stale."""
        stale = self.breaks.since("stale")
        if stale:
            same = "l.entitas = b.entitas AND l.nomor = b.nomor"
            last = f"SELECT max(versi) FROM berkas AS l WHERE {same} AND l.dicatat <= ?"
            return self._cut(f"entitas = ? AND dicatat <= ? AND versi = ({last})", (entity, stale, stale), after, count)
        return self._cut("terkini = 1 AND entitas = ?", (entity,), after, count)

    def changes(self, entity: str, after: int, count: int) -> tuple[list[bytes], int, bool]:
        where, values = ("entitas = ?", [entity]) if entity else ("1 = 1", [])
        return self._cut(f"{where} AND dicatat <= ?", (*values, self._stale()), after, count)

    def one(self, entity: str, number: str) -> bytes | None:
        where = "entitas = ? AND nomor = ? AND dicatat <= ? ORDER BY versi DESC LIMIT 1"
        found = self.store.all(f"{COLUMNS} WHERE {where}", (entity, number, self._stale()))
        return self._rows(found)[0] if found else None

    def written(self, body: bytes) -> Reply:
        """The reply's bytes. Broken: UTF-16 under a label of UTF-8, or only the first half of them."""
        if self.breaks.on("wrong_encoding"):
            body = body.decode().encode("utf-16")
        return Reply(content="application/json; charset=utf-8", body=body, cut=self.breaks.on("half_page"))

    def _cut(self, where: str, values: tuple[str, ...], after: int, count: int) -> tuple[list[bytes], int, bool]:
        found = self.store.all(
            f"{COLUMNS} WHERE {where} AND urut > ? ORDER BY urut LIMIT ?", (*values, after, count + 1)
        )
        more, found = len(found) > count, found[:count]
        last = int(found[-1][0] or 0) if found else after
        return self._rows(found), last, more

    def _stale(self) -> str:
        return self.breaks.since("stale") or "9999"

    def _rows(self, found: list[Row]) -> list[bytes]:
        if not self.breaks.names():
            return [str(row[4]).encode() for row in found]
        sent: list[tuple[str, str, str]] = []
        for _, entity, number, version, content in found:
            key = f"{entity}/{number}/{version}"
            sent.append((str(entity), key, str(content)))
            if self.breaks.strikes("duplicate", key, in_a_thousand=SENT_TWICE):
                sent.append((str(entity), key, str(content)))
        sent += list(self._old(found))
        if self.breaks.on("reordered"):
            sent = reordered(sent, "simkim")
        return [compact(self._bent(entity, key, json.loads(content))) for entity, key, content in sent]

    def _old(self, found: list[Row]) -> Iterable[tuple[str, str, str]]:
        """The version before, of some rows that have one, sent after the newer one."""
        for _, entity, number, version, _ in found:
            key = f"{entity}/{number}/{version}"
            if int(version or 0) > 1 and self.breaks.strikes("old_versions", key, in_a_thousand=SENT_OLD):
                old = self.store.one(
                    "SELECT isi FROM berkas WHERE entitas = ? AND nomor = ? AND versi = ?",
                    (entity, number, int(version or 0) - 1),
                )
                if old:
                    yield str(entity), key, str(old[0])

    def _bent(self, entity: str, key: str, row: Native) -> Native:
        if self.breaks.on("clock_skew"):
            row["diubah_pada"] = skewed(row["diubah_pada"], self.breaks.amount("clock_skew"))
        if self.breaks.strikes("new_code", key, in_a_thousand=STRANGE_CODE):
            field, code = NEW_CODES[entity]
            row[field] = code
        if self.breaks.on("excel_nik"):
            row = with_excel_niks(row)
        return renamed(row) if self.breaks.on("renamed_column") else row


def skewed(stamp: str, seconds: int) -> str:
    return (datetime.strptime(stamp, STAMP) + timedelta(seconds=seconds)).strftime(STAMP)  # noqa: DTZ007  (local by design)


def with_excel_niks(row: Mapping[str, Any]) -> Native:
    return {
        name: with_excel_niks(value)
        if isinstance(value, dict)
        else excel_number(value)
        if name == "nik" and value
        else value
        for name, value in row.items()
    }


def renamed(row: Mapping[str, Any]) -> Native:
    return {
        RENAMED.get(name, name): renamed(value) if isinstance(value, dict) else value for name, value in row.items()
    }
