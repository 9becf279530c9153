"""What the registers know beside which an answer is laid: each with its source and as of when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from suar.core.advice.sources import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One word of one record, as a code or as written."""

    value: str
    source: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One placement that stands: what it says that a traveller could be asked. "" where the record says nothing."""

    source: str
    as_of: datetime | None
    country: str = ""
    employer: str = ""
    p3mi: str = ""
    job: str = ""  # code list jobs
    scheme: str = ""  # code list schemes
    signed: bool = False  # its contract is signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that answers are laid beside. An empty tuple means "none found", which says something only where a source could know."""

    destination: str = ""  # declared at the desk, alpha-3
    purpose: str = ""  # declared at the desk, code list travel_purposes
    departure_day: str = ""  # declared at the desk, or by the booking
    placements: tuple[Placed, ...] = ()
    letters: tuple[Stated, ...] = ()  # recommendation letters that hold: the value is the country
    p3mis: tuple[Stated, ...] = ()  # P3MI named by letters and registrations
    applied_for: tuple[Stated, ...] = ()  # purposes of his open or granted passport applications, the latest first
    deferred: tuple[Stated, ...] = ()  # earlier deferrals, those in force first: the value is the kind
    worked_abroad: tuple[Stated, ...] = ()  # work abroad in the past: the value is the country
    signals: tuple[Stated, ...] = ()  # signals in force on the phone that he names: the value is the grade
    payer_shared: int | None = (
        None  # people of other households for whom the paying phone paid too; None: nobody's phone is known
    )
    payer_source: str = "simkim"
    paid_for: int = 0  # other households for whom the account that paid for him paid: `shared_payer` of the fact sheet when he was asked about
    sources: Mapping[str, SourceState] = field(default_factory=dict)

    def could_know(self, source: str) -> bool:
        """What was declared at this very desk, and what this hub keeps itself, is always known."""
        return source in {"", "suar"} or (source in self.sources and self.sources[source].could_know)
