"""SIAPkerja as one system: pushes, and can be pulled."""

from __future__ import annotations

from typing import ClassVar

from sandbox.nation.model import Happening, Registration
from sandbox.running import Address, Place
from sandbox.serving import Door
from sandbox.siapkerja.edge import Edge
from sandbox.siapkerja.push import Pusher
from sandbox.siapkerja.rows import SCHEMA, Rows


class System:
    """Registrations of prospective workers, from February 2023 to the end of 2025, and what became of them."""

    name: ClassVar[str] = "siapkerja"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (Registration,)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self._rows = Rows(self.store)
        self._door: Door | None = None
        self._pusher: Pusher | None = None

    def absorb(self, happening: Happening) -> None:
        if isinstance(happening.of, Registration):
            self._rows.registration(happening, self.place.recorded(happening.at))

    def start(self, host: str, port: int) -> Address:
        edge = Edge(self.place, self.store)
        self._door = edge.open(host, port)
        self._pusher = Pusher(self.place, self.store, edge)
        self._pusher.start()
        return {
            "base": self._door.base,
            "token": self.place.secret("pull-token"),
            "push_secret": self.place.secret("push"),
            "target_file": str(self.place.folder / "target.json"),
        }

    def stop(self) -> None:
        if self._pusher:
            self._pusher.stop()
        if self._door:
            self._door.close()
        self._door = self._pusher = None
