"""SISKOP2MI as one system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from sandbox.nation import model
from sandbox.nation.model import Happening
from sandbox.running import Address, Place
from sandbox.serving import Door
from sandbox.siskop2mi.edge import DUMP, Edge
from sandbox.siskop2mi.rows import Rows
from sandbox.siskop2mi.tables import Writing, schema


class System:
    """P3MI, job orders, registrations, placements, E-PMI, departures, returns, complaints, preventions; and the old
    dump.
    """

    name: ClassVar[str] = "siskop2mi"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (
        model.P3mi,
        model.JobOrder,
        model.Registration,
        model.Placement,
        model.EPmi,
        model.Return,
        model.Complaint,
        model.PreventionRecord,
    )

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(schema())
        self._door: Door | None = None
        rows = Rows(Writing(self.store))
        self._writers: dict[type, Callable[[Any, datetime], None]] = {
            model.P3mi: rows.p3mi,
            model.JobOrder: rows.job_order,
            model.Registration: rows.registration,
            model.Placement: rows.placement,
            model.EPmi: rows.e_pmi,
            model.Return: rows.returned,
            model.Complaint: rows.complaint,
            model.PreventionRecord: rows.prevention,
        }

    def absorb(self, happening: Happening) -> None:
        writer = self._writers.get(type(happening.of))
        if writer:
            writer(happening.of, self.place.recorded(happening.at))

    def start(self, host: str, port: int) -> Address:
        self._door = Edge(self.place, self.store).open(host, port)
        return {
            "base": self._door.base,
            "api_key": self.place.secret("api-key"),
            "ktkln_url": f"{self._door.base}/unduh/{DUMP}",
        }

    def stop(self) -> None:
        if self._door:
            self._door.close()
        self._door = None
