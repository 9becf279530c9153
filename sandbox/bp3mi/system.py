"""Where the help desks' weekly books are laid out, as the frame knows it.

Temper: Monday's. Files of Sundays, a bearer word that never changes, 503 without a promise when it is down.
"""

from __future__ import annotations

import hmac
from typing import ClassVar

from sandbox.bp3mi.book import COLUMNS, lines
from sandbox.bp3mi.snapshots import SCHEMA, Snapshots, keep
from sandbox.nation.model import Happening, PreventionRecord, Return
from sandbox.running import Address, Place
from sandbox.serving import Asked, Door, Reply, compact


class System:
    """The help desks of BP3MI, as the frame knows them."""

    name: ClassVar[str] = "bp3mi"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (PreventionRecord, Return)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.breaks = place.breaks
        self.snapshots = Snapshots(self.store, place)
        self._door: Door | None = None

    def absorb(self, happening: Happening) -> None:
        for line in lines(happening):
            keep(self.store, line)

    def start(self, host: str, port: int) -> Address:
        self._token = self.place.secret("token")
        self._door = Door(
            host,
            port,
            self.answer,
            breaks=self.breaks,
            when_down=lambda _: Reply(status=503, content="text/html", body=b"<h1>Service Unavailable</h1>"),
            server_name="Microsoft-IIS/8.5",
            now=self.place.now,
        )
        return {"base": self._door.base, "token": self._token, "books": list(COLUMNS)}

    def stop(self) -> None:
        if self._door:
            self._door.close()

    def answer(self, asked: Asked) -> Reply:
        """`/rekap/` the names of the files; `/rekap/<name>` a file."""
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._token.encode()):
            challenge = {"WWW-Authenticate": 'Bearer realm="rekap"'}
            return Reply(status=401, content="text/plain", body=b"tidak berhak\r\n", headers=challenge)
        if asked.method not in ("GET", "HEAD"):
            return Reply(status=405, content="text/plain", body=b"hanya GET\r\n")
        names = self.snapshots.names()
        if asked.path == "/rekap/":
            return Reply(content="application/json", body=compact({"berkas": names}))
        name = asked.path.removeprefix("/rekap/")
        if name not in names:
            return Reply(status=404, content="text/plain", body=b"tidak ada\r\n")
        declared = "text/csv; charset=windows-1252; header=present"
        return Reply(content=declared, body=self.snapshots.file(name), cut=self.breaks.on("half_page"))
