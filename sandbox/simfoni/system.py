"""Simfoni PPA's export page, as the frame knows it: workbooks of months over HTTP.

Temper: polite to the point of lying. When it is down it says 200 and shows a page about maintenance.
"""

from __future__ import annotations

import hmac
import re
from typing import ClassVar

from sandbox.nation.model import Happening, VictimService
from sandbox.running import Address, Place
from sandbox.serving import Asked, Door, Reply, compact
from sandbox.simfoni.cases import case
from sandbox.simfoni.tppo import Inbox
from sandbox.simfoni.workbooks import HEADER_LINE, SCHEMA, SHEETS, Workbooks, keep

KEY_HEADER = "X-Token-Unit"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = re.compile(r"Simfoni_PPA_([0-9]{4}-[0-9]{2})-01\.xlsx")
MAINTENANCE = b"<!doctype html><title>Simfoni PPA</title><p>Mohon maaf, aplikasi sedang dalam pemeliharaan.</p>"


class System:
    """Simfoni PPA, as the frame knows it."""

    name: ClassVar[str] = "simfoni"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (VictimService,)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.breaks = place.breaks
        self.workbooks = Workbooks(self.store, self.breaks)
        self._door: Door | None = None
        self._inbox: Inbox | None = None

    def absorb(self, happening: Happening) -> None:
        made = case(happening)
        if made:
            keep(self.store, made, happening.at)

    def start(self, host: str, port: int) -> Address:
        self._token = self.place.secret("unit")
        self._inbox = Inbox(self.place.folder, self.place.now)
        self._inbox.start()
        self._door = Door(
            host,
            port,
            self.answer,
            breaks=self.breaks,
            when_down=lambda _: Reply(content="text/html", body=MAINTENANCE),
            server_name="Apache",
            now=self.place.now,
        )
        return {
            "base": self._door.base,
            "key_header": KEY_HEADER,
            "api_key": self._token,
            "sheets": list(SHEETS),
            "header_line": HEADER_LINE,
        }

    def stop(self) -> None:
        if self._inbox:
            self._inbox.stop()
        if self._door:
            self._door.close()

    def answer(self, asked: Asked) -> Reply:
        """`/unduh/` the names of the workbooks; `/unduh/<name>` a workbook; `/tppo/` the cases taken over from the hub."""
        if not hmac.compare_digest(asked.headers.get(KEY_HEADER.lower(), "").encode(), self._token.encode()):
            return Reply(status=401, body=compact({"galat": "token unit tidak dikenal"}))
        if asked.method not in ("GET", "HEAD"):
            return Reply(status=405, body=compact({"galat": "hanya GET"}))
        if asked.path == "/unduh/":
            months = self.workbooks.months()
            return Reply(body=compact({"berkas": [f"Simfoni_PPA_{month}-01.xlsx" for month in months]}))
        if asked.path == "/tppo/":
            return Reply(body=compact({"kasus": self._inbox.cases.rows() if self._inbox else []}))
        found = NAME.fullmatch(asked.path.removeprefix("/unduh/"))
        if not found or found[1] not in self.workbooks.months():
            return Reply(status=404, body=compact({"galat": "berkas tidak ada"}))
        return Reply(content=XLSX, body=self.workbooks.workbook(found[1]), cut=self.breaks.on("half_page"))
