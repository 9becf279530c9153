"""Peduli WNI's server: XML over HTTP Basic, continued by the `Link` header.

Temper: courteous. It says what is missing in XML of its own; when it is down, the gateway before it says 502.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import ClassVar
from xml.sax.saxutils import escape

from sandbox.nation.model import Complaint, Happening, Repatriation, SelfReport
from sandbox.peduliwni.edge import ELEMENTS, NAMESPACE, SCHEMA, Edge, keep
from sandbox.peduliwni.records import entries
from sandbox.running import Address, Place
from sandbox.serving import Asked, Door, Reply

USER = "kl-suar"
USUAL_ROWS = 100
MOST_ROWS = 1000
XML = "application/xml; charset=UTF-8"


class System:
    """Peduli WNI, as the frame knows it."""

    name: ClassVar[str] = "peduliwni"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (SelfReport, Complaint, Repatriation)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.breaks = place.breaks
        self.edge = Edge(self.store, self.breaks)
        self._door: Door | None = None

    def absorb(self, happening: Happening) -> None:
        for made in entries(happening):
            keep(self.store, made, happening.at)

    def start(self, host: str, port: int) -> Address:
        self._password = self.place.secret("password")
        self._door = Door(
            host,
            port,
            self.answer,
            breaks=self.breaks,
            when_down=gateway_error,
            server_name="PeduliWNI",
            now=self.place.now,
        )
        return {"base": self._door.base, "user": USER, "password": self._password, "services": list(ELEMENTS)}

    def stop(self) -> None:
        if self._door:
            self._door.close()

    def answer(self, asked: Asked) -> Reply:
        if asked.method != "GET":
            return fault(405, "METODE", "hanya GET")
        if not self._logged_in(asked):
            return fault(401, "LOGIN", "nama pengguna atau sandi salah")
        service = asked.path.removeprefix("/layanan/v3/")
        if service == asked.path or service not in ELEMENTS:
            return fault(404, "LAYANAN", "layanan tidak dikenal")
        return self._page(asked, service)

    def _page(self, asked: Asked, service: str) -> Reply:
        """`sejak` starts after a mark of an earlier answer; `lanjut` stands in the links that an answer gives."""
        after = asked.query.get("lanjut", asked.query.get("sejak", "0"))
        wanted = asked.query.get("ukuran", str(USUAL_ROWS))
        if not (after.isdecimal() and after.isascii() and len(after) < 16):
            return fault(400, "PENANDA", "penanda tidak sah")
        if not (wanted.isdecimal() and wanted.isascii() and 1 <= int(wanted) <= MOST_ROWS):
            return fault(400, "UKURAN", f"ukuran 1 sampai {MOST_ROWS}")
        page = self.edge.page(service, int(after), int(wanted), self.place.now())
        asks, rel = ("lanjut", "next") if page.more else ("sejak", "resume")
        link = f'</layanan/v3/{service}?{asks}={page.last}&ukuran={wanted}>; rel="{rel}"'
        return Reply(content=XML, body=page.body, headers={"Link": link}, cut=self.breaks.on("half_page"))

    def _logged_in(self, asked: Asked) -> bool:
        kind, _, coded = asked.headers.get("authorization", "").partition(" ")
        try:
            said = base64.b64decode(coded, validate=True) if kind.lower() == "basic" else b""
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(said, f"{USER}:{self._password}".encode())


def fault(status: int, code: str, words: str) -> Reply:
    said = f'<pw:Galat xmlns:pw="{NAMESPACE}" kode="{code}">{escape(words)}</pw:Galat>'
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{said}\n'
    headers = {"WWW-Authenticate": 'Basic realm="Peduli WNI"'} if status == 401 else {}
    return Reply(status=status, content=XML, body=body.encode(), headers=headers)


def gateway_error(_: Asked) -> Reply:
    return Reply(status=502, content="text/plain", body=b"Bad Gateway\n")
