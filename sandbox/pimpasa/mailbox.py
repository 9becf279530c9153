"""The gateway's mailbox: one line a report, torn off from the front, each line an HTML form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from sandbox.breakage import Breaks, excel_number, reordered
from sandbox.pimpasa.reports import Form
from sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS kotak (
  urut INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  ke INTEGER NOT NULL,       -- the report's first, second … telling
  terima TEXT NOT NULL,      -- UTC, ISO
  isi TEXT NOT NULL,         -- JSON
  UNIQUE (id, ke)
);
"""

RENAMED = {"kec": "kecamatan"}
STRANGE_KIND = "rapat"  # a kind of report that no list has
SENT_TWICE = 50  # in a thousand
SENT_OLD = 300
STRANGE = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Torn:
    """Lines torn off, the place behind the last one, and whether there are more."""

    body: bytes
    last: int
    more: bool


def keep(store: Store, form: Form, at: datetime) -> None:
    content = json.dumps(form, ensure_ascii=False)
    found = store.found_while_writing("SELECT ke, isi FROM kotak WHERE id = ? ORDER BY ke DESC LIMIT 1", (form["id"],))
    if found and found[1] == content:
        return
    telling = int(found[0] or 0) + 1 if found else 1
    store.add(
        "INSERT INTO kotak (id, ke, terima, isi) VALUES (?, ?, ?, ?)", (form["id"], telling, at.isoformat(), content)
    )


class Mailbox:
    def __init__(self, store: Store, breaks: Breaks) -> None:
        self.store, self.breaks = store, breaks

    def tear(self, after: int, count: int) -> Torn:
        """Every telling of every report, in the order in which they were received."""
        since = self.breaks.since("stale") or "9999"
        found = self.store.all(
            "SELECT urut, id, ke, terima, isi FROM kotak WHERE urut > ? AND terima <= ? ORDER BY urut LIMIT ?",
            (after, since, count + 1),
        )
        more, found = len(found) > count, found[:count]
        last = int(found[-1][0] or 0) if found else after
        sent = self._sent(found) if self.breaks.names() else found
        body = "".join(self._line(row) for row in sent).encode()
        if self.breaks.on("wrong_encoding"):  # no-break spaces of a chat, unescaped, in the phone's own character set
            body = body.replace(b"+", b"\xa0")
        return Torn(body, last, more)

    def _sent(self, found: list[Row]) -> list[Row]:
        sent = []
        for row in found:
            twice = self.breaks.strikes("duplicate", str(row[1]), in_a_thousand=SENT_TWICE)
            sent += [row, row] if twice else [row]
        sent += [old for row in found for old in self._older(row)]
        return reordered(sent, "pimpasa") if self.breaks.on("reordered") else sent

    def _older(self, row: Row) -> Iterator[Row]:
        if int(row[2] or 0) > 1 and self.breaks.strikes("old_versions", str(row[1]), in_a_thousand=SENT_OLD):
            yield from self.store.all(
                "SELECT urut, id, ke, terima, isi FROM kotak WHERE id = ? AND ke < ? ORDER BY ke", (row[1], row[2])
            )

    def _line(self, row: Row) -> str:
        _, identity, telling, received, content = row
        skew = self.breaks.amount("clock_skew")
        form: Form = {
            **json.loads(str(content)),
            "ke": str(telling),
            "terima": str(int(datetime.fromisoformat(str(received)).timestamp()) + skew),
        }
        if self.breaks.names():
            form = self._bent(form, str(identity), skew)
        return urlencode(form) + "\n"

    def _bent(self, form: Form, identity: str, skew: int) -> Form:
        for stamp in ("waktu", "waktu_jawab"):
            if form.get(stamp):
                form[stamp] = str(int(form[stamp]) + skew)
        if self.breaks.strikes("new_code", identity, in_a_thousand=STRANGE):
            form["jenis"] = STRANGE_KIND
        if self.breaks.on("excel_nik"):  # a village knows no NIK: its spreadsheet spoils phones instead
            form |= {name: excel_number(form[name]) for name in ("hp", "hp_calo") if name in form}
        if not self.breaks.on("renamed_column"):
            return form
        return {RENAMED.get(name, name): value for name, value in form.items()}
