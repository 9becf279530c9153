"""SIPMI as one system."""

from __future__ import annotations

from typing import ClassVar

from sandbox.nation.model import Complaint, Happening, PanicCall
from sandbox.running import Address, Place
from sandbox.serving import Door
from sandbox.sipmi.edge import USER, Edge
from sandbox.sipmi.rows import SCHEMA, Rows


class System:
    """Panic calls and complaints from the app. Workers without papers use it too [R15]."""

    name: ClassVar[str] = "sipmi"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (PanicCall, Complaint)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self._rows = Rows(self.store)
        self._door: Door | None = None

    def absorb(self, happening: Happening) -> None:
        if isinstance(happening.of, PanicCall):
            self._rows.panic(happening.of, self.place.recorded(happening.at))
        elif isinstance(happening.of, Complaint):
            self._rows.complaint(happening.of, self.place.recorded(happening.at))

    def start(self, host: str, port: int) -> Address:
        self._door = Edge(self.place, self.store).open(host, port)
        return {"base": self._door.base, "user": USER, "password": self.place.secret("password")}

    def stop(self) -> None:
        if self._door:
            self._door.close()
        self._door = None
