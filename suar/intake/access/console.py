"""The doors of the integration console to the sources: their connectors, their history, and what came last. Nobody's data is behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.access.counting import counted
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.intake.queries.batches import Batch
from suar.intake.queries.console import Connector, connectors, last_batches
from suar.intake.queries.history import District, districts, watched
from suar.intake.queries.mappings import region_names, sources

MOST_MESSAGES = 100
KABUPATEN = 4  # digits of a kabupaten's or kota's code; a province's has two


@transaction.atomic
def connectors_for(act: Act) -> list[Connector]:
    """Every connector with its state and history. Refuses: DoorShut."""
    enter(act, "integration.see")
    return connectors(act.at)


@transaction.atomic
def connector_for(act: Act, source: str) -> Connector:
    """Refuses: DoorShut; NotFound for a source that has no history here."""
    enter(act, "integration.see")
    return one_of(source, act.at)


def one_of(source: str, at: datetime) -> Connector:
    found = connectors(at, only=source) if source in watched(sources(at)) else []
    if not found:
        raise NotFound()
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """How many kabupaten and kota of a province a source speaks for now, and in which state they are."""

    code: str
    all: int
    states: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A source by district: the provinces, and the districts of the one that was chosen."""

    connector: Connector
    provinces: Sequence[Province]
    province: str
    districts: Sequence[District]
    names: dict[str, str]


@transaction.atomic
def districts_for(act: Act, source: str, province: str) -> Places:
    """Coverage as it is judged: for the kabupaten of residence. Refuses: DoorShut, NotFound."""
    enter(act, "integration.see")
    one = one_of(source, act.at)
    names = region_names()
    regions = sorted(code for code in names if len(code) == KABUPATEN)
    everywhere = one.mapping.covers.everywhere
    found = counted(act.at, lambda wall: districts(source, everywhere, regions, act.at, wall=wall))
    by_province: dict[str, Counter[str]] = {}
    for row in found:
        by_province.setdefault(row.region[:2], Counter())[row.state] += 1
    if province and province not in by_province:
        raise NotFound()
    return Places(
        connector=one,
        provinces=[
            Province(code=code, all=states.total(), states=states) for code, states in sorted(by_province.items())
        ],
        province=province,
        districts=[row for row in found if province and row.region.startswith(province)],
        names={code: names[code] for code in [*by_province, *regions]},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """What came last, and of which sources it may be asked."""

    batches: Sequence[Batch]
    sources: Sequence[str]
    source: str
    faulty: bool


@transaction.atomic
def messages_for(act: Act, source: str, *, faulty: bool) -> Messages:
    """The last messages: ids, kinds, counts, outcome; never a value. Refuses: DoorShut, NotFound."""
    enter(act, "intake.report")
    names = watched(sources(act.at))
    if source and source not in names:
        raise NotFound()
    found = last_batches([source] if source else names, faulty=faulty, most=MOST_MESSAGES)
    return Messages(batches=found, sources=names, source=source, faulty=faulty)
