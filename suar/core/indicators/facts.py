"""What a screening may weigh about one traveller. Typed, closed, and free of protected attributes.

No sex, origin, religion, marital status, disability or income; age only as "below 18", because the law protects
children (UU 21/2007 Ps 1(5); UU 18/2017 Ps 5a). A test fails on a field that is one of those, and a rule can name
nothing that is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from suar.core.advice.sources import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """Facts at the moment of asking, each from a row below the desks or from what the traveller declared.

    A default is what holds where nothing was found. "Nothing found" counts only where the source could know:
    `sources` says so, and rules ask it by `needs`.
    """

    asked_for: str  # passport_application | departure | prelist
    # Declared at the desk, or on the form.
    declared_purpose: str = ""  # code list travel_purposes
    destination: str = ""  # alpha-3
    # Journey (SISKOP2MI, SIAPkerja, Disnaker).
    recommendation: str = "none"  # none | in_force | ended | paper (shown at the desk, not found in a register yet)
    placement: str = "none"  # none | in_force | ended
    registration: str = "none"  # none | in_force | ended
    returning_worker: bool = False  # left on a placement before, and the contract or a residence permit runs
    papers_completed_since: bool = False  # a letter or placement dated after the latest deferral
    # Earlier measures (SIMKIM), with days since the latest; None for none. Only those for suspected non-procedural
    # work: most refusals are duplicates and missing papers (DOMAIN 0.15).
    days_since_departure_deferral: int | None = None
    days_since_passport_deferral: int | None = None
    days_since_prevention: int | None = None  # a prevention record of KP2MI or BP3MI
    # The civil register's answer (Dukcapil), and what the number itself says.
    dukcapil: str = "not_asked"  # not_asked | agrees | not_found | deceased | duplicate | inactive | unreachable
    dukcapil_birth_date: str = "unknown"  # unknown | agrees | disagrees
    nik_birth_date: str = "unknown"  # unknown | agrees | disagrees: digits 7-12 of the NIK beside the stated date
    # Age: by any source that states a birth date, by the NIK and by Dukcapil.
    under_18: bool | None = None  # true where any source says so; None where none says anything
    under_18_by: tuple[str, ...] = ()
    # Protection.
    protection_marker: bool = False  # set by a protection officer's act; says where to send, never why
    asks_for_help: bool = False
    # Who could know what.
    sources: Mapping[str, SourceState] = field(default_factory=dict)


#: Names that a rule's CEL cell may use. The sources are asked through `needs`, never inside a cell.
FACTS: frozenset[str] = frozenset(f.name for f in fields(FactSheet)) - {"sources"}


def as_cel(facts: FactSheet) -> dict[str, object]:
    """The facts as variables of a CEL cell."""
    return {name: list(value) if isinstance(value := getattr(facts, name), tuple) else value for name in FACTS}
