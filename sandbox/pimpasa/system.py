"""The phones' gateway: a mailbox of reports, torn off line by line over HTTP.

Temper: that of a village line. Everything is a form, also what is wrong; when it is down it answers 504 and nothing else.
"""

from __future__ import annotations

import hmac
from typing import ClassVar
from urllib.parse import urlencode

from sandbox.nation.model import EducationSession, Happening, Question, Tip, VillageProfile
from sandbox.pimpasa.mailbox import SCHEMA, Mailbox, keep
from sandbox.pimpasa.reports import forms
from sandbox.running import Address, Place
from sandbox.serving import Asked, Door, Reply

KEY_HEADER = "X-Gerbang"
PATH = "/kotak"
USUAL_LINES = 200
MOST_LINES = 2000
FORM = "application/x-www-form-urlencoded"
LINES = "text/plain; charset=utf-8"


class System:
    """The gateway of the village phones, as the frame knows it."""

    name: ClassVar[str] = "pimpasa"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (Tip, Question, EducationSession, VillageProfile)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.breaks = place.breaks
        self.mailbox = Mailbox(self.store, self.breaks)
        self._door: Door | None = None

    def absorb(self, happening: Happening) -> None:
        for form in forms(happening):
            keep(self.store, form, happening.at)

    def start(self, host: str, port: int) -> Address:
        self._key = self.place.secret("gate")
        self._door = Door(
            host,
            port,
            self.answer,
            breaks=self.breaks,
            when_down=lambda _: Reply(status=504, content="text/plain"),
            server_name="gerbang-desa",
            now=self.place.now,
        )
        return {"base": self._door.base, "key_header": KEY_HEADER, "api_key": self._key}

    def stop(self) -> None:
        if self._door:
            self._door.close()

    def answer(self, asked: Asked) -> Reply:
        """`/kotak?sobek=<place>&maks=<lines>`: the lines behind a place."""
        if not hmac.compare_digest(asked.headers.get(KEY_HEADER.lower(), "").encode(), self._key.encode()):
            return fault(403, "kunci")
        if asked.path != PATH:
            return fault(404, "alamat")
        if asked.method != "GET":
            return fault(405, "metode")
        after, wanted = asked.query.get("sobek", "0"), asked.query.get("maks", str(USUAL_LINES))
        if not (after.isascii() and after.isdecimal() and len(after) < 16):
            return fault(400, "sobek")
        if not (wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted) <= MOST_LINES):
            return fault(400, "maks")
        torn = self.mailbox.tear(int(after), int(wanted))
        rel = "next" if torn.more else "resume"
        link = f'<{PATH}?{urlencode({"sobek": torn.last, "maks": wanted})}>; rel="{rel}"'
        return Reply(content=LINES, body=torn.body, headers={"Link": link}, cut=self.breaks.on("half_page"))


def fault(status: int, what: str) -> Reply:
    return Reply(status=status, content=FORM, body=urlencode({"galat": what}).encode())
