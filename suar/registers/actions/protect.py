"""A protection officer marks somebody for the protection desk, or ends the marker with a colleague of another office.

The marker is all that leaves the wall: whom to accompany kindly, until when; not why, and not by whom it is known.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, officer_at
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.core.registers.clock import window
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.queries import subjects
from suar.registers.access.hands import hand_of
from suar.registers.jobs import write_found_by
from suar.registers.queries import protection_desk
from suar.registers.queries.law import legal_basis
from suar.registers.queries.native import local
from suar.vault.queries import PROTECTION, new_id

MARKER = "protection_marker"


class MarkedAlready(Conflict):
    """A marker is in force for this person."""

    code = "register.marked_already"


class MarkerWordGiven(Conflict):
    """This office has said already that the marker may end."""

    code = "register.marker_word_given"


@transaction.atomic(durable=True)
def set_marker(subject: UUID, *, act: Act) -> UUID:
    """Mark this person from now on, for as long as the law of the marker gives. Refuses: DoorShut; NotFound; MarkedAlready."""
    enter(act, "register.protect")
    place = officer_at(act).desk
    as_hub()
    known = subjects([subject])
    if not known:
        raise NotFound()
    if protection_desk([subject], act.at):
        raise MarkedAlready()
    row = legal_basis(act.at)[MARKER]
    zone = local(place.office.zone)
    term = window(row, act.at.astimezone(zone).date(), zone)
    marker = new_id(act.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_marker (id, subject, desk, from_at, until_at) VALUES (%s, %s, %s, %s, %s)",
            [marker, subject, place.code, act.at, term.ends],
        )
    write_found_by([(marker, subject, one.values) for one in known.values()])
    publish(Happened(type="marker.set", giver="suar", thing=marker, subject=subject, classes=("marker",)), act)
    behind(marker, "marker.set", act)
    return marker


@transaction.atomic(durable=True)
def end_marker(marker: UUID, *, act: Act) -> str:
    """One of the two words that end a marker before its time. Returns `waits` after the first and `ended` after the second, which comes from
    another office. Refuses: DoorShut; NotFound; MarkerWordGiven.
    """
    enter(act, "register.protect")
    office = hand_of(act).office
    as_hub()
    with connection.cursor() as cursor:
        cursor.execute("SELECT until_at FROM registers_marker WHERE id = %s AND until_at > %s", [marker, act.at])
        if cursor.fetchone() is None:
            raise NotFound()
        cursor.execute(
            "INSERT INTO registers_marker_end (marker, by, office, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [marker, act.actor, office, act.at],
        )
        if not cursor.rowcount:
            raise MarkerWordGiven()
        cursor.execute("SELECT count(*) FROM registers_marker_end WHERE marker = %s", [marker])
        words: int = cursor.fetchone()[0]
    behind(marker, "marker.end_said", act)
    return "ended" if words > 1 else "waits"


def behind(marker: UUID, what: str, act: Act) -> None:
    """The trace of who did it stands behind the wall, where the officer works: outside it would say whose service somebody is in."""
    with transaction.atomic(using=PROTECTION):
        append(what, act, about=[marker], wall=PROTECTION)
