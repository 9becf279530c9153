"""The daily list of exit bans (pencegahan): a CSV, its detached signature, and count and root over a second channel.

UU 6/2011 Ps 91-97: a ban is a written decision for at most six months. Mandatory are name, sex, place and date of
birth or an age; NIK and document number only "if available" (Permenimipas 13/2025). So rows without NIK and with an
age alone are no defect but the rule.

The list of a day has every decision recorded by 05:00 WIB of that day that is in force on it, and those that ended in
the 31 days before, with the word of how they ended. Who stands on no list any more is free.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.running import Place
from sandbox.serving import Asked, Door, Reply, compact
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS cegah (
  urut INTEGER PRIMARY KEY,
  nomor_sk TEXT NOT NULL,
  versi INTEGER NOT NULL,
  dicatat TEXT NOT NULL,       -- UTC
  nama TEXT NOT NULL,
  alias TEXT NOT NULL,
  jk TEXT NOT NULL,
  tempat_lahir TEXT NOT NULL,
  tgl_lahir TEXT NOT NULL,     -- DD-MM-YYYY, 00 for what is unknown, or empty where only an age is known
  usia TEXT NOT NULL,
  nik TEXT NOT NULL,
  no_dokim TEXT NOT NULL,
  alamat TEXT NOT NULL,
  pekerjaan TEXT NOT NULL,
  alasan TEXT NOT NULL,
  peminta TEXT NOT NULL,
  jenis TEXT NOT NULL,         -- B ordinary, M urgent (mendesak)
  mulai TEXT NOT NULL,         -- days are ISO here
  sampai TEXT NOT NULL,
  diperpanjang_sd TEXT NOT NULL,
  dicabut TEXT NOT NULL,
  UNIQUE (nomor_sk, versi)
);
"""

COLUMNS = (
    "NO", "NO_SK", "VERSI", "NAMA", "ALIAS", "JK", "TEMPAT_LAHIR", "TGL_LAHIR", "USIA", "NIK", "NO_DOKIM",
    "KEWARGANEGARAAN", "ALAMAT", "PEKERJAAN", "ALASAN", "PEMINTA", "JENIS", "MULAI", "SAMPAI", "DIPERPANJANG_SD",
    "TGL_CABUT", "STATUS", "DICATAT",
)  # fmt: skip
WIB = ZoneInfo("Asia/Jakarta")
MADE_AT = time(5, 0)
DAYS_KEPT = 31
SENT_TWICE = 200  # in a thousand; the list is short
STRANGE_CODE = 200

LISTED = """
SELECT nomor_sk, versi, nama, alias, jk, tempat_lahir, tgl_lahir, usia, nik, no_dokim, alamat, pekerjaan, alasan,
peminta,
  jenis, mulai, sampai, diperpanjang_sd, dicabut, dicatat
FROM cegah AS c
WHERE dicatat <= :at AND mulai <= :day
  AND versi = (SELECT max(versi) FROM cegah WHERE nomor_sk = c.nomor_sk AND dicatat <= :at)
  AND CASE WHEN dicabut <> '' THEN dicabut WHEN diperpanjang_sd <> '' THEN diperpanjang_sd ELSE sampai END >= :ended
ORDER BY nomor_sk
"""


class BanLists:
    """The lists of the last 31 days, each made again from the store whenever asked: the same bytes each time."""

    def __init__(self, store: Store, place: Place) -> None:
        self.store, self.place = store, place
        self.breaks: Breaks = place.breaks
        self.key = place.signing_key("cegah")

    def answer(self, parts: list[str]) -> Reply:
        """`/cegah` the days; `/cegah/2026-11-21.csv` a list; `….csv.sig` its signature, 64 bytes Ed25519 in base64."""
        if not parts:
            return Reply(body=compact({"daftar": [f"{day.isoformat()}.csv" for day in self.days()]}))
        day = self._day(parts[0]) if len(parts) == 1 else None
        if day is None:
            return Reply(status=404, body=compact({"galat": "TIDAK_ADA", "keterangan": "tidak ada daftar hari itu"}))
        listed = self.written(day)
        if parts[0].endswith(".sig"):
            return Reply(content="text/plain", body=base64.b64encode(self.key.sign(listed)) + b"\n")
        return Reply(content="text/csv; charset=utf-8", body=listed, cut=self.breaks.on("half_page"))

    def sums(self, asked: Asked) -> Reply:
        """Second channel, `/ringkasan/2026-11-21`: how many rows the list must have and what their root is."""
        name = asked.path.removeprefix("/ringkasan/")
        day = self._day(f"{name}.csv")
        if day is None or "/" in name:
            return Reply(status=404, content="text/plain", body=b"tidak ada\n")
        lines = self._lines(day)
        said = f"tanggal={day.isoformat()}\njumlah={len(lines)}\nakar={root_of(lines)}\n"
        return Reply(content="text/plain; charset=us-ascii", body=said.encode())

    def open_sums(self, host: str, port: int) -> Door:
        return Door(
            host,
            port,
            self.sums,
            breaks=self.breaks,
            when_down=lambda _: Reply(status=503, content="text/plain", body=b"tidak tersedia\n"),
            server_name="ringkasan",
        )

    def days(self) -> list[date]:
        """Days that have a list, newest last. A stale SIMKIM makes no new ones."""
        now = self.place.now()
        since = self.breaks.since("stale")
        now = min(now, datetime.fromisoformat(since)) if since else now
        local = now.astimezone(WIB)
        newest = local.date() if local.time() >= MADE_AT else local.date() - timedelta(days=1)
        return [newest - timedelta(days=back) for back in range(DAYS_KEPT - 1, -1, -1)]

    def written(self, day: date) -> bytes:
        """The file of a day. The signature is always over the bytes that are sent, also over broken ones."""
        lines = self._lines(day)
        header = ";".join(
            "TANGGAL_LAHIR" if self.breaks.on("renamed_column") and c == "TGL_LAHIR" else c for c in COLUMNS
        )
        if self.breaks.on("duplicate"):
            lines = [
                again for line in lines for again in [line] * (2 if self._struck("duplicate", line, SENT_TWICE) else 1)
            ]
        if self.breaks.on("reordered"):
            lines = reordered(lines, day.isoformat())
        text = "".join(f"{line}\r\n" for line in [header, *lines])
        return text.encode("utf-16" if self.breaks.on("wrong_encoding") else "utf-8")

    def _lines(self, day: date) -> list[str]:
        as_of = datetime.combine(day, MADE_AT, WIB).astimezone(ZoneInfo("UTC")).isoformat(timespec="microseconds")
        if self.breaks.on("old_versions"):  # the list of the week before under today's name
            day = day - timedelta(days=7)
        ended = (day - timedelta(days=DAYS_KEPT)).isoformat()
        sql = LISTED.replace(":at", "?1").replace(":day", "?2").replace(":ended", "?3")
        rows = self.store.all(sql, (as_of, day.isoformat(), ended))
        return [self._line(number, day, row) for number, row in enumerate(rows, start=1)]

    def _line(self, number: int, day: date, row: Row) -> str:
        (decree, version, name, alias, sex, place, born, age, nik, document, address, work, reason, by, kind, start, end,
         longer, lifted, recorded) = map(str, row)  # fmt: skip
        if self.breaks.on("excel_nik"):
            nik = excel_number(nik)
        if self._struck("new_code", decree, STRANGE_CODE):
            by = "LEMBAGA-X"
        at = datetime.fromisoformat(recorded) + timedelta(seconds=self.breaks.amount("clock_skew"))
        cells = [
            str(number), decree, version, name, alias, sex, place, born, age, nik, document, "IDN", address, work,
            reason,
            by, kind, local_day(start), local_day(end), local_day(longer), local_day(lifted),
            state_on(day, end=end, longer=longer, lifted=lifted), at.astimezone(WIB).strftime("%d-%m-%Y %H:%M:%S"),
        ]  # fmt: skip
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="").writerow(cells)
        return out.getvalue()

    def _struck(self, what: str, key: str, share: int) -> bool:
        return self.breaks.strikes(what, key, in_a_thousand=share)

    def _day(self, name: str) -> date | None:
        try:
            day = date.fromisoformat(name.removesuffix(".sig").removesuffix(".csv"))
        except ValueError:
            return None
        return day if day in self.days() and ".csv" in name else None


def state_on(day: date, *, end: str, longer: str, lifted: str) -> str:
    """BERLAKU, DIPERPANJANG, DICABUT, or BERAKHIR: it lapsed by law on its last day (UU 6/2011 Ps 97)."""
    if lifted and lifted <= day.isoformat():
        return "DICABUT"
    if (longer or end) < day.isoformat():
        return "BERAKHIR"
    return "DIPERPANJANG" if longer else "BERLAKU"


def local_day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d-%m-%Y") if iso else ""


def root_of(lines: list[str]) -> str:
    """SHA-256 over the lines without the header, sorted by their bytes, each ended by one line feed."""
    whole = hashlib.sha256()
    for line in sorted(line.encode() for line in lines):
        whole.update(line + b"\n")
    return whole.hexdigest()
