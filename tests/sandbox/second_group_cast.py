"""A small frozen nation made by hand for the second group of systems: all invented, NIKs lie under region 99."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sandbox.nation import model
from sandbox.running import Address, Place, System, make_system, write_private

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # a Saturday noon in Jakarta
BROKEN_AT = "2026-11-21T05:00:00+00:00"
HISTORY_FROM = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)

KHM, MYS = "KHM", "MYS"
BATAM = model.Point(name="Batam Centre", code="IDBTC", kind="sea", region_code="2171")


def address(region_code: str = "990101") -> model.Address:
    return model.Address(
        street="Jl. Kenanga 7",
        rt="003",
        rw="002",
        village="Sukasari",
        region_code=region_code,
        kecamatan="Kecamatan Uji",
        kabupaten="Kabupaten Uji",
        province="Provinsi Uji",
    )


def person(serial: int = 1, *, sex: int = 2, name: str = "Siti Nur'aini", region_code: str = "990101") -> model.Person:
    """Sari and her like: born on 12 May 1990, her NIK says so with 40 added to the day."""
    return model.Person(
        id=f"P{serial:06d}",
        serial=serial,
        nik=f"990101{52 if sex == 2 else 12}0590{serial % 10_000:04d}",
        kk=f"990101010120{serial % 10_000:04d}",
        full_name=name,
        name_variants=("St. Nuraini", "Siti Noeraini"),
        titles=("Hj.", ""),
        sex=sex,
        birth_date=date(1990, 5, 12),
        birth_place="Blitar",
        mother_name="Sumiati",
        father_name="Karto",
        mother_id="",
        father_id="",
        spouse_id="",
        marital_status="married",
        education="lower_secondary",
        occupation="Ibu rumah tangga",
        phone=f"+62812{serial:08d}",
        earlier_phones=(),
        email="",
        address=address(region_code),
        moves=(),
        died_on=None,
    )


def stated(who: model.Person) -> model.Statement:
    return model.Statement(
        full_name=who.full_name,
        nik=who.nik,
        sex=who.sex,
        birth_date=who.birth_date,
        birth_place=who.birth_place,
        mother_name=who.mother_name,
        father_name=who.father_name,
        phone=who.phone,
        address=who.address.street,
        region_code=who.address.region_code,
    )


MOTHER = model.Contact(name="Sumiati", phone="+6281399990001", relation="ibu")


def happening(kind: str, of: model.Thing, at: datetime) -> model.Happening:
    return model.Happening(at=at, kind=kind, of=of)


def spread(count: int, make: Callable[[int, datetime], model.Happening]) -> list[model.Happening]:
    """`count` happenings, evenly over the weeks of history, in order."""
    step = (NOW - timedelta(hours=1) - HISTORY_FROM) / max(count, 1)
    return [make(serial, HISTORY_FROM + step * (serial - 1)) for serial in range(1, count + 1)]


@contextmanager
def running(
    name: str,
    home: Path,
    happenings: Iterable[model.Happening],
    *,
    ports: dict[str, int] | None = None,
    now: Callable[[], datetime] = lambda: NOW,
) -> Iterator[tuple[System, Address]]:
    """A system that has absorbed these happenings and listens, on a free port, as long as the test wants."""
    place = Place(name=name, home=home, now=now, ports=ports or {})
    system = make_system(place)
    absorb(system, happenings)
    reached = system.start("127.0.0.1", 0)
    try:
        yield system, reached
    finally:
        system.stop()
        system.store.close()


def absorb(system: System, happenings: Iterable[model.Happening]) -> None:
    upto = system.store.upto()
    for happened in happenings:
        system.absorb(happened)
        upto += 1
    system.store.keep(upto)


def broken(home: Path, name: str, *whats: str, amount: int = 0, since: str = BROKEN_AT) -> None:
    """Break a system in these ways and no others; none mends it."""
    write_private(home / name / "breaks.json", {what: {"since": since, "amount": amount} for what in whats})
