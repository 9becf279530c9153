"""SISKOP2MI's HTTP side: JSON behind an API key, page numbers, an envelope with the total; and the closed SISKOTKLN
file.

Temper: says how many pages there are and means it; when half broken it leaves rows out of a page without changing the
total. When down it hangs up. Dates are DD/MM/YYYY, times DD/MM/YYYY HH:MM:SS in WIB without offset; every value is
text, empty where unknown.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.breakage import excel_number, reordered
from sandbox.running import Place
from sandbox.serving import Asked, Door, Reply
from sandbox.siskop2mi.tables import TABLES
from sandbox.store import Row, Store

MOST_ROWS = 1000
USUAL_ROWS = 100
WIB = ZoneInfo("Asia/Jakarta")
STAMP = "%d/%m/%Y %H:%M:%S"
DUMP = "SISKOTKLN_20230717.txt"
SENT_TWICE = 50  # in a thousand
SENT_OLD = 100
STRANGE_CODE = 30
RENAMED = {"TGL_LAHIR": "TANGGAL_LAHIR", "TGL_SIP3MI": "TANGGAL_SIP3MI", "JABATAN": "NAMA_JABATAN"}
NEW_CODES = {"SKEMA": "G2P2", "STATUS": "DIALIHKAN", "SEBAB": "99", "JENIS_ADUAN": "77", "CARA": "X"}

KTKLN_COLUMNS = (
    "NO_KTKLN", "NIK", "NAMA", "JK", "TGL_LAHIR", "KABUPATEN", "NO_PASPOR", "NEGARA", "JABATAN", "PPTKIS",
    "TGL_BERANGKAT", "TGL_KTKLN",
)  # fmt: skip

VERIFIED = ("penempatan", "epmi")  # what is verified by number

Out = dict[str, str | int]


def hung_up(_: Asked) -> Reply:
    return Reply(drop=True)


class Edge:
    """Answers requests from the store; bends the answers where something is broken."""

    def __init__(self, place: Place, store: Store) -> None:
        self.store, self.breaks = store, place.breaks
        self._key = place.secret("api-key")

    def open(self, host: str, port: int) -> Door:
        return Door(host, port, self.answer, breaks=self.breaks, when_down=hung_up, server_name="Apache/2.4")

    def answer(self, asked: Asked) -> Reply:
        if not hmac.compare_digest(asked.headers.get("x-api-key", "").encode(), self._key.encode()):
            return self._said(401, "API KEY TIDAK VALID")
        if asked.method != "GET":
            return self._said(405, "METODE TIDAK DIIZINKAN")
        parts = asked.path.strip("/").split("/")
        if parts == ["unduh", DUMP]:
            return self._dump()
        if parts == ["unduh", f"{DUMP}.sha256"]:
            digest = hashlib.sha256(self._dump_bytes()).hexdigest()
            return Reply(content="text/plain", body=f"{digest}  {DUMP}\n".encode())
        if parts == ["api", "verifikasi"]:
            return self._verified(asked)
        if parts[:1] != ["api"] or len(parts) != 2 or parts[1] not in TABLES:
            return self._said(404, "DATA TIDAK DITEMUKAN")
        return self._page(asked, parts[1])

    def _verified(self, asked: Asked) -> Reply:
        """The row of one number as it stands now, for whoever asks about just that; `ditemukan` false where no row has it."""
        table, number = asked.query.get("jenis", ""), asked.query.get("nomor", "")
        if table not in VERIFIED or not number:
            return self._said(400, "PARAMETER TIDAK VALID")
        columns = ("REVISI", "TGL_UBAH", *TABLES[table])
        where = f"{TABLES[table][0]} = ? AND TERAKHIR = 1"
        found = self.store.one(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", (number,))
        if found is None:
            return self._said(200, "OK", {"ditemukan": False})
        row: Out = dict(zip(columns, found, strict=True))  # type: ignore[arg-type]
        return self._said(200, "OK", {"ditemukan": True, "baris": self._bent(table, row)})

    def _page(self, asked: Asked, table: str) -> Reply:
        """One page of the last revisions, in the order in which the rows first came. `sejak` leaves out what is older.
        older.
        """
        page, per_page = asked.query.get("halaman", "1"), asked.query.get("per_halaman", str(USUAL_ROWS))
        if not (page.isdigit() and per_page.isdigit() and int(page) >= 1 and 1 <= int(per_page) <= MOST_ROWS):
            return self._said(400, "PARAMETER HALAMAN TIDAK VALID")
        try:
            since = utc_of(asked.query.get("sejak", ""), ahead=self.breaks.amount("clock_skew"))
        except ValueError:
            return self._said(400, "PARAMETER SEJAK TIDAK VALID")
        where, values = self._where(table, since)
        total = int((self.store.one(f"SELECT count(*) FROM {table} WHERE {where}", values) or (0,))[0] or 0)
        columns = ("REVISI", "TGL_UBAH", *TABLES[table])
        found = self.store.all(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY URUT LIMIT ? OFFSET ?",
            (*values, int(per_page), (int(page) - 1) * int(per_page)),
        )
        envelope = {
            "halaman": int(page),
            "per_halaman": int(per_page),
            "total_data": total,
            "total_halaman": -(-total // int(per_page)),
            "baris": self._rows(table, columns, found),
        }
        return self._said(200, "OK", envelope)

    def _where(self, table: str, since: str) -> tuple[str, tuple[str, ...]]:
        """Last revisions only. A stale system gives each row as it stood when it went stale."""
        stale = self.breaks.since("stale")
        where, values = "TERAKHIR = 1", list[str]()
        if stale:
            number = TABLES[table][0]
            last = f"SELECT max(REVISI) FROM {table} AS l WHERE l.{number} = {table}.{number} AND l.DICATAT <= ?"
            where, values = f"DICATAT <= ? AND REVISI = ({last})", [stale, stale]
        if since:
            where, values = f"{where} AND DICATAT >= ?", [*values, since]
        return where, tuple(values)

    def _rows(self, table: str, columns: tuple[str, ...], found: list[Row]) -> list[Out]:
        rows: list[Out] = [dict(zip(columns, row, strict=True)) for row in found]  # type: ignore[arg-type]
        if not self.breaks.names():
            return rows
        number = TABLES[table][0]
        sent: list[Out] = []
        for row in rows:
            sent += [row] * (2 if self.breaks.strikes("duplicate", str(row[number]), in_a_thousand=SENT_TWICE) else 1)
        sent += [old for row in rows if (old := self._old(table, columns, row))]
        if self.breaks.on("reordered"):
            sent = reordered(sent, table)
        if self.breaks.on("half_page"):
            sent = sent[: len(sent) // 2]
        return [self._bent(table, dict(row)) for row in sent]

    def _old(self, table: str, columns: tuple[str, ...], row: Out) -> Out | None:
        number = TABLES[table][0]
        if int(row["REVISI"]) < 2 or not self.breaks.strikes("old_versions", str(row[number]), in_a_thousand=SENT_OLD):
            return None
        old = self.store.one(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {number} = ? AND REVISI = ?",
            (row[number], int(row["REVISI"]) - 1),
        )
        return dict(zip(columns, old, strict=True)) if old else None  # type: ignore[arg-type]

    def _bent(self, table: str, row: Out) -> Out:
        if self.breaks.on("clock_skew"):
            row["TGL_UBAH"] = skewed(str(row["TGL_UBAH"]), self.breaks.amount("clock_skew"))
        if self.breaks.strikes("new_code", str(row[TABLES[table][0]]), in_a_thousand=STRANGE_CODE):
            row |= next(({column: code} for column, code in NEW_CODES.items() if column in row), {})
        if self.breaks.on("excel_nik") and "NIK" in row:
            row["NIK"] = excel_number(str(row["NIK"]))
        if self.breaks.on("renamed_column"):
            row = {RENAMED.get(column, column): value for column, value in row.items()}
        return row

    def _said(self, code: int, words: str, result: dict[str, object] | None = None) -> Reply:
        body = json.dumps({"sukses": code == 200, "kode": code, "pesan": words, "hasil": result}, ensure_ascii=False)
        return Reply(status=code, content="application/json; charset=utf-8", body=self._encoded(body))

    def _encoded(self, text: str) -> bytes:
        """UTF-8. Broken: windows-1252 under the label of UTF-8, with the hard blanks that an office program puts in."""
        if not self.breaks.on("wrong_encoding"):
            return text.encode()
        return text.replace(" ", "\u00a0").encode("cp1252", "replace")

    def _dump(self) -> Reply:
        whole = self._dump_bytes()
        return Reply(content="text/plain; charset=windows-1252", body=whole, cut=self.breaks.on("half_page"))

    def _dump_bytes(self) -> bytes:
        """The closed generation: every row of the day it was shut, never changed since, as text parted by bars."""
        renamed = RENAMED if self.breaks.on("renamed_column") else {}
        lines = ["|".join(renamed.get(column, column) for column in KTKLN_COLUMNS)]
        for row in self.store.all(f"SELECT {', '.join(KTKLN_COLUMNS)} FROM ktkln ORDER BY NO_KTKLN"):
            cells = [str(cell) for cell in row]
            if self.breaks.on("excel_nik"):
                cells[1] = excel_number(cells[1])
            twice = self.breaks.strikes("duplicate", cells[0], in_a_thousand=SENT_TWICE)
            lines += ["|".join(cells)] * (2 if twice else 1)
        if self.breaks.on("reordered"):
            lines = [lines[0], *reordered(lines[1:], DUMP)]
        text = "\r\n".join(lines) + "\r\n"
        return text.encode("utf-16" if self.breaks.on("wrong_encoding") else "cp1252", "replace")


def utc_of(stamp: str, *, ahead: int = 0) -> str:
    """A moment as clients write it (DD/MM/YYYY, with or without HH:MM:SS, WIB, by our clock) as the store's UTC text."""
    if not stamp:
        return ""
    at = datetime.strptime(stamp, STAMP if " " in stamp else "%d/%m/%Y")  # noqa: DTZ007  (WIB is put on below)
    at -= timedelta(seconds=ahead)
    return at.replace(tzinfo=WIB).astimezone(ZoneInfo("UTC")).isoformat(timespec="microseconds")


def skewed(stamp: str, seconds: int) -> str:
    return (datetime.strptime(stamp, STAMP) + timedelta(seconds=seconds)).strftime(STAMP)  # noqa: DTZ007  (local by design)
