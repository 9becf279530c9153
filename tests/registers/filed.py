"""What stands in the registers in the tests of this room: Sari and others, all invented, as their own sources state it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from suar.persons.queries.membership import person_of
from suar.registers.access.one_list import Filter, Page, one_list_for
from suar.registers.access.one_list_rows import Sought
from suar.registers.jobs import write_found_by
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

GIVERS = ("kp2mi", "kemlu")
PURPOSES = ("register_keeping", "departure_screening")
NOBODY = Sought()
EVERY = Filter()
SARI = {name: cast.SARI[name] for name in ("full_name", "nik", "sex", "birth_date", "passport_no")}
#: Of everybody else only what a decision must name.
BAGUS = {"full_name": "Bagus Rahmat Simanjuntak", "sex": "1", "birth_date": "1979-03-04", "nik": "9901010403790001"}
RINI = {"full_name": "Rini Handoyowati", "sex": "2", "birth_date": "1998-08-09", "nik": "9901014908980001"}

DELAYED = {"application_no": "A-1", "office": "Kanim Malang", "status": "deferred", "reason": "duplicate",
    "submitted_at": "2026-11-02T03:00:00+00:00", "decided_at": "2026-11-05T03:00:00+00:00"}  # fmt: skip
BANNED = {
    "decision_no": "IMI-0001.GR.04.02/2026",
    "requester": "kpk",
    "valid_from": "2026-10-01",
    "valid_to": "2026-11-30",
    "status": "in_force",
}
DEFERRED = {"deferred_at": "2026-11-20T02:00:00+00:00", "tpi": "cgk", "reason": "document", "expires_on": "2026-11-22"}
PREVENTED = {"prevented_at": "2026-09-01T04:00:00+00:00", "how": "airport", "office": "BP3MI Jawa Timur"}
BROUGHT_HOME = {
    "at": "2026-06-01T00:00:00+00:00",
    "country": "KHM",
    "mission": "KBRI Phnom Penh",
    "cause": "overstay",
    "arrived_on": "2026-06-01",
    "status": "arrived",
}
RETURNED = {
    "at": "2026-06-02T01:00:00+00:00",
    "returned_at": "2026-06-02T01:00:00+00:00",
    "country": "KHM",
    "cause": "deported",
    "office": "BP3MI Banten",
}


def agreed() -> None:
    for giver in GIVERS:
        for purpose in PURPOSES:
            cast.agree(giver, "imigrasi", [purpose])


def minute(number: int) -> datetime:
    """A source says what its fields are from an instant on; what comes later speaks under the later saying."""
    return cast.NOON + timedelta(minutes=number)


def filed() -> None:
    """One row of every register: three of Sari, over three sources; a ban of Bagus; Rini was stopped at the border."""
    arrive("simkim", "passport_application", [{"id": "A-1", "who": "sari", **SARI, **DELAYED}])
    arrive("simkim", "exit_ban", [{"id": BANNED["decision_no"], "who": "bagus", **BAGUS, **BANNED}], at=minute(1))
    arrive("simkim", "departure_deferral", [{"id": "TUNDA/1", "who": "rini", **RINI, **DEFERRED}], at=minute(2))
    arrive("siskop2mi", "prevention_record", [{"id": "CGH/1", "who": "w-sari", **SARI, **PREVENTED}], at=minute(3))
    arrive("peduliwni", "repatriation", [{"id": "PM/1", "who": "PM/1", **SARI, **BROUGHT_HOME}], at=minute(4))


def at_the_list(
    seat: cast.Seat = cast.RAKA,
    sought: Sought = NOBODY,
    kept: Filter = EVERY,
    *,
    at: datetime = cast.NOON + timedelta(hours=1),
    reference: str = "",
    **more: Any,
) -> Page:
    return one_list_for(cast.act(seat, at=at), sought, kept, reference=reference, **more)


def named(name: str) -> Sought:
    return Sought(typed=name, full_name=name)


def rows_of(page: Page) -> list[tuple[str, str, str]]:
    """Who, what, and the number at its source."""
    return [(group.name, row["kind"], row["number"]) for group in page.groups for row in group.rows]


def whose(source: str, who: str) -> UUID:
    subject = derived_id(source, who)
    return person_of(subject) or subject


def mark(source: str, who: str, name: str, *, days: int = 30) -> UUID:
    """A protection officer marks somebody: the desk, from, to; and by which name he is found."""
    marker, subject = uuid4(), derived_id(source, who)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_marker (id, subject, desk, from_at, until_at) VALUES (%s, %s, 'LINDUNG-1', %s, %s)",
            [marker, subject, cast.NOON - timedelta(days=1), cast.NOON + timedelta(days=days)],
        )
        write_found_by([(marker, subject, {"full_name": name})])
    return marker
