"""Polri's files: rows closed into numbered batches, written and signed when somebody looks.

A batch holds one day that is over; what has waited since earlier months is closed a month at a time.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.polri.records import WIB, Line, day
from sandbox.running import Place
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS baris (
  urut INTEGER PRIMARY KEY AUTOINCREMENT,
  jenis TEXT NOT NULL,       -- LP, KORBAN or TSK
  kunci TEXT NOT NULL,
  versi INTEGER NOT NULL,
  dicatat TEXT NOT NULL,     -- ISO, WIB
  hari TEXT NOT NULL,        -- YYYYMMDD of `dicatat`
  sel TEXT NOT NULL,         -- cells, parted by the unit separator
  UNIQUE (jenis, kunci, versi)
);
CREATE TABLE IF NOT EXISTS kiriman (
  jenis TEXT NOT NULL,
  nomor INTEGER NOT NULL,
  hari_dari TEXT NOT NULL,
  hari TEXT NOT NULL,        -- the last day of its rows
  dari INTEGER NOT NULL,     -- first row
  sampai INTEGER NOT NULL,   -- last row; rows of other kinds lie between
  PRIMARY KEY (jenis, nomor)
);
"""

ENTRY = ("VERSI", "TGL_DATA", "JAM_DATA")
COLUMNS = {
    "LP": (
        *("NO_LP", "TGL_LAPOR", "JAM_LAPOR", "SATUAN", "KODE_WIL", "JENIS", "PASAL", "URAIAN", "TAHAP"),
        *("JML_KORBAN", "JML_TSK", "BARANG_BUKTI"),
    ),
    "KORBAN": ("NO_LP", "NO_URUT", "NAMA", "NIK", "JK", "GOL", "UMUR", "TGL_LAPOR", "JAM_LAPOR"),
    "TSK": (
        *("ID_TSK", "NO_LP", "NAMA", "ALIAS", "NIK", "JK", "TGL_LAHIR", "HP", "REKENING", "PERAN", "DPO", "KODE_WIL"),
    ),
}
KINDS = tuple(COLUMNS)
SEPARATOR = "\x1f"

RENAMED = {"NO_LP": "NOMOR_LP"}
NEW_CODES = {"LP": ("TAHAP", "RJ"), "KORBAN": ("GOL", "LANSIA"), "TSK": ("PERAN", "AGEN DARING")}
SENT_TWICE = 100  # in a thousand
SENT_OLD = 500
STRANGE = 60


@dataclass(frozen=True, slots=True)
class Batch:
    kind: str
    number: int
    first_day: str
    day: str  # the last one
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"{self.kind}_{self.number:06d}_{self.day}.csv"

    @property
    def closed_at(self) -> datetime:
        """Midnight after its last day, in western Indonesian time."""
        on = datetime.strptime(self.day, "%Y%m%d").replace(tzinfo=WIB)
        return datetime.combine(on.date() + timedelta(days=1), time(), WIB)


def keep(store: Store, line: Line, at: datetime) -> None:
    """Add a version of a row, unless nothing in it changed."""
    store.tells(line.key)
    cells = SEPARATOR.join(line.cells)
    found = store.found_while_writing(
        "SELECT versi, sel FROM baris WHERE jenis = ? AND kunci = ? ORDER BY versi DESC LIMIT 1", (line.kind, line.key)
    )
    if found and found[1] == cells:
        return
    version, local = int(found[0] or 0) + 1 if found else 1, at.astimezone(WIB)
    store.add(
        "INSERT INTO baris (jenis, kunci, versi, dicatat, hari, sel) VALUES (?, ?, ?, ?, ?, ?)",
        (line.kind, line.key, version, local.isoformat(), day(local.date()), cells),
    )


class Files:
    """What lies in the folder `kirim`. A batch once closed never changes; what a breakage does to it lies in a folder
    of its own, and goes when it is mended.
    """

    def __init__(self, store: Store, place: Place) -> None:
        self.store, self.place = store, place
        self.breaks: Breaks = place.breaks
        self.key: Ed25519PrivateKey = place.signing_key("files")
        self._lock = threading.Lock()

    def root(self) -> Path:
        """The folder that a client sees as `/`, brought up to date."""
        with self._lock:
            self._close_days()
            root = self.place.folder / "sftp" / self._view()
            folder = root / "kirim"
            folder.mkdir(parents=True, exist_ok=True)
            self._write_missing(folder)
            self._write_state(root)
            return root

    def batches(self) -> list[Batch]:
        """Closed batches that this Polri shows; a stale one shows none that was closed since."""
        found = self.store.all("SELECT jenis, nomor, hari_dari, hari, dari, sampai FROM kiriman ORDER BY 1, 2")
        batches = [Batch(str(k), int(n or 0), str(f), str(d), int(a or 0), int(b or 0)) for k, n, f, d, a, b in found]
        since = self.breaks.since("stale")
        return [b for b in batches if not since or b.closed_at <= datetime.fromisoformat(since)]

    def _close_days(self) -> None:
        """Every row of a day that is over goes into a batch, also one that was entered late, and none into two."""
        today = day(self.place.now().astimezone(WIB).date())
        for kind in KINDS:
            done = self.store.one("SELECT max(nomor), max(sampai) FROM kiriman WHERE jenis = ?", (kind,))
            last, upto = (int(done[0] or 0), int(done[1] or 0)) if done else (0, 0)
            waiting = self.store.all(
                "SELECT min(hari), max(hari), min(urut), max(urut) FROM baris WHERE jenis = ?1 AND urut > ?2 "
                "AND urut < ifnull((SELECT min(urut) FROM baris WHERE jenis = ?1 AND urut > ?2 AND hari >= ?3), 9e15) "
                "GROUP BY CASE WHEN hari < substr(?3, 1, 6) THEN substr(hari, 1, 6) ELSE hari END ORDER BY 1",
                (kind, upto, today),
            )
            for number, batch in enumerate(waiting, start=last + 1):
                self.store.note("INSERT INTO kiriman VALUES (?, ?, ?, ?, ?, ?)", (kind, number, *batch))

    def _write_missing(self, folder: Path) -> None:
        there = {entry.name for entry in os.scandir(folder)}
        previous: dict[str, str] = {}
        for batch in self.batches():
            if f"{batch.name}.manifest" not in there:
                self._write(folder, batch, self._sum_of(folder, batch.kind, batch.number - 1, previous))

    def _view(self) -> str:
        """The name of the folder for what is broken now: `utuh` when nothing is."""
        broken = [f"{name} {self.breaks.since(name)} {self.breaks.amount(name)}" for name in self.breaks.names()]
        return f"rusak-{zlib.crc32(repr(broken).encode()):08x}" if broken else "utuh"

    def _sum_of(self, folder: Path, kind: str, number: int, known: dict[str, str]) -> str:
        """SHA-256 of the file before, so that a file that is missing shows."""
        if number < 1:
            return "-"
        found = self.store.one("SELECT hari FROM kiriman WHERE jenis = ? AND nomor = ?", (kind, number))
        name = f"{kind}_{number:06d}_{found[0] if found else ''}.csv.manifest"
        return known.setdefault(name, str(json.loads((folder / name).read_text())["sha256"]))

    def _write(self, folder: Path, batch: Batch, before: str) -> None:
        rows = self._rows(batch)
        whole = self._csv(batch, rows)
        sent = whole[: len(whole) // 2] if self.breaks.on("half_page") else whole
        closed = batch.closed_at + timedelta(seconds=self.breaks.amount("clock_skew"))
        manifest = {
            "berkas": batch.name,
            "jumlah": len(rows),
            "sha256": hashlib.sha256(whole).hexdigest(),
            "sebelum": before,
            "ditutup": closed.strftime("%Y%m%d %H%M"),
        }
        signature = base64.b64encode(self.key.sign(whole)) + b"\n"
        for ending, content in (
            ("", sent),
            (".sig", signature),
            (".manifest", json.dumps(manifest, indent=1).encode()),
        ):
            draft = folder / f".{batch.name}{ending}"
            draft.write_bytes(content)
            os.utime(draft, (closed.timestamp(), closed.timestamp()))
            draft.replace(folder / f"{batch.name}{ending}")

    def _write_state(self, root: Path) -> None:
        """`STATUS.txt`: until when days are closed, and the last number of each kind, so that a quiet day shows."""
        newest = {batch.kind: batch.number for batch in self.batches()}
        since = self.breaks.since("stale")
        until = datetime.fromisoformat(since) if since else self.place.now()
        skew = timedelta(seconds=self.breaks.amount("clock_skew"))
        closed = datetime.combine(until.astimezone(WIB).date(), time(), WIB) + skew
        text = f"ditutup_sampai={closed.strftime('%Y%m%d %H%M')}\n"
        draft = root / ".STATUS.txt"
        draft.write_text(text + "".join(f"{kind}={newest.get(kind, 0):06d}\n" for kind in KINDS))
        draft.replace(root / "STATUS.txt")

    def _rows(self, batch: Batch) -> list[Row]:
        found = self.store.all(
            "SELECT kunci, versi, dicatat, sel FROM baris WHERE jenis = ? AND hari BETWEEN ? AND ? "
            "AND urut BETWEEN ? AND ? ORDER BY urut",
            (batch.kind, batch.first_day, batch.day, batch.first, batch.last),
        )
        if not self.breaks.names():
            return found
        sent = []
        for row in found:
            twice = self.breaks.strikes("duplicate", str(row[0]), in_a_thousand=SENT_TWICE)
            sent += [row, row] if twice else [row]
        sent += [old for row in found for old in self._older(batch.kind, row)]
        return reordered(sent, batch.name) if self.breaks.on("reordered") else sent

    def _older(self, kind: str, row: Row) -> list[Row]:
        if not self.breaks.strikes("old_versions", str(row[0]), in_a_thousand=SENT_OLD):
            return []
        return self.store.all(
            "SELECT kunci, versi, dicatat, sel FROM baris WHERE jenis = ? AND kunci = ? AND versi < ? ORDER BY versi",
            (kind, row[0], row[1]),
        )

    def _csv(self, batch: Batch, rows: Sequence[Row]) -> bytes:
        """A line that says what follows, the header, then the rows: semicolons, everything quoted, line feeds."""
        out = io.StringIO()
        out.write(f"#POLRI;{batch.kind};{batch.number:06d};{batch.day};{len(rows)}\n")
        columns = [*COLUMNS[batch.kind], *ENTRY]
        renamed = self.breaks.on("renamed_column")
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([RENAMED.get(name, name) if renamed else name for name in columns])
        writer.writerows(self._cells(batch.kind, columns, row) for row in rows)
        if self.breaks.on("wrong_encoding"):
            return out.getvalue().encode("utf-16-le")
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def _cells(self, kind: str, columns: Sequence[str], row: Row) -> Iterator[str]:
        key, version, recorded, cells = row
        at = datetime.fromisoformat(str(recorded)) + timedelta(seconds=self.breaks.amount("clock_skew"))
        values = [*str(cells).split(SEPARATOR), str(version), at.strftime("%Y%m%d"), at.strftime("%H%M%S")]
        where, code = NEW_CODES[kind]
        strange = self.breaks.strikes("new_code", str(key), in_a_thousand=STRANGE)
        for name, value in zip(columns, values, strict=True):
            if name == "NIK" and self.breaks.on("excel_nik"):
                value = excel_number(value)
            yield code if strange and name == where else value
