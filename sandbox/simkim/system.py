"""SIMKIM as one system: absorbs, and listens on two ports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from sandbox.nation import model
from sandbox.nation.model import Happening
from sandbox.running import Address, Place, public_pem
from sandbox.serving import Door
from sandbox.simkim import cegah, edge, rows
from sandbox.simkim.counter import Counter
from sandbox.simkim.door import CLIENT_ID, MainDoor


class System:
    """Applications, passports, crossings, departure deferrals and the list of exit bans. Dukcapil's register stays
    outside.
    """

    name: ClassVar[str] = "simkim"
    more_ports: ClassVar[tuple[str, ...]] = ("sums",)
    hears: ClassVar[tuple[type, ...]] = (
        model.PassportApplication,
        model.Passport,
        model.Crossing,
        model.DepartureDeferral,
        model.ExitBan,
    )

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(edge.SCHEMA + cegah.SCHEMA + rows.SCHEMA)
        self._doors: list[Door] = []
        writing = rows.Rows(self.store, Counter(place.folder).ask) if place.living else rows.Rows(self.store)
        self._writers: dict[type, Callable[[Any, datetime], None]] = {
            model.PassportApplication: writing.application,
            model.Passport: writing.passport,
            model.Crossing: writing.crossing,
            model.DepartureDeferral: writing.deferral,
            model.ExitBan: writing.ban,
        }

    def absorb(self, happening: Happening) -> None:
        writer = self._writers.get(type(happening.of))
        if writer:
            writer(happening.of, self.place.recorded(happening.at))

    def start(self, host: str, port: int) -> Address:
        main = MainDoor(self.place, self.store)
        door = main.open(host, port)
        sums = main.bans.open_sums(host, self.place.ports.get("simkim/sums", 0))
        self._doors = [door, sums]
        return {
            "base": door.base,
            "token_url": f"{door.base}/oauth/token",
            "client_id": CLIENT_ID,
            "client_secret": self.place.secret("client"),
            "sums_base": sums.base,
            "cegah_public_key": public_pem(self.place.signing_key("cegah")),
        }

    def stop(self) -> None:
        for door in self._doors:
            door.close()
        self._doors = []
