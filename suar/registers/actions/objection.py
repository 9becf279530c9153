"""Somebody objects to an entry, at a desk or by the public form; whoever decides is drawn by the system among those who had no part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, may_read, officer_at
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound, Refusal
from suar.core.registers.objection import DECIDES, FiledBy, alone_until, decide_by, deciders, may_object_until
from suar.core.registers.working_days import working_days_after
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.registers.access.hands import draw_one, posted_as
from suar.registers.queries.calendar import holidays_from
from suar.registers.queries.law import legal_basis
from suar.registers.queries.native import local, place_of
from suar.registers.queries.objections import (
    HUB_ZONE,
    Target,
    heard,
    law_of_target,
    part_of,
    shortest,
    target,
    target_named,
    to_escalate,
)
from suar.registers.queries.papers import paper_said
from suar.vault.queries import new_id, seal, token

MOST_IN_AN_HOUR = 10  # from one address: a family at one phone files a few; a program files thousands


class TooMany(Refusal):
    """More came from this address within the hour than people write."""

    code = "objection.too_many"
    status = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An objection as it is put forward."""

    filed_by: FiledBy
    number: str = ""
    entry: UUID | None = None
    name: str
    words: str
    contact: str
    document: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What whoever files takes home, and it is the same whatever stands behind the number."""

    id: UUID
    number: str
    received_at: datetime
    answered_by: date


@transaction.atomic(durable=True)
def file_objection(filed: Filed, *, heard_from: str = "", act: Act) -> Receipt:
    """Take down an objection. `heard_from`: of the public form, whence it came.

    Refuses: DoorShut, NotPosted; NotFound for an entry that this officer may not see; TooMany.
    """
    enter(act, "register.object")
    readable = may_read(act).split(",")
    if act.role != "system":
        officer_at(act)
    as_hub()
    hour = act.at.strftime("%Y-%m-%dT%H")
    whence = token("heard", f"{heard_from} {hour}") if heard_from else None
    if whence and heard(whence) >= MOST_IN_AN_HOUR:
        raise TooMany()
    found = target(filed.entry) if filed.entry else target_named(filed.number)
    if filed.entry and (found is None or found.agency not in readable):
        raise NotFound()
    return receive(filed, found, whence, act)


def receive(filed: Filed, found: Target | None, whence: bytes | None, act: Act) -> Receipt:
    legal = legal_basis(act.at)
    row = law_of_target(found, legal) if found else None
    if found is None or row is None or row.remedy is None:
        found = None
    least, days_off = shortest(legal), holidays_from(act.at.date())
    remedy, zone = row.remedy if found and row and row.remedy else least, local(found.zone if found else HUB_ZONE)
    known_at, ends = (found.known_at, found.ends) if found else (act.at, act.at)
    in_time = act.at < may_object_until(remedy, known_at, ends, zone, holidays_from(known_at.date()))
    due = decide_by(remedy, act.at, zone, days_off, counted_in=local(HUB_ZONE) if whence else None)
    id_ = new_id(act.at)
    write(
        id_, filed, found, in_time=in_time, due=due, alone=min(alone_until(act.at, zone, days_off), due), whence=whence,
        chosen=draw(id_, found, act), act=act,
    )  # fmt: skip
    agency = found.agency if found else "suar"
    append(
        "register.objected",
        act,
        about=[id_, *([found.entry, found.subject] if found else [])],
        filed_by=filed.filed_by,
        in_time=in_time,
    )
    publish(
        Happened(
            type="register.objected", giver=agency, thing=id_, subject=found.subject if found else None, classes=("register",),
            effect="in_time" if in_time else "late",
        ),
        act,
    )  # fmt: skip
    said = working_days_after(act.at.astimezone(local(HUB_ZONE)).date(), least.decision_working_days, days_off)
    return Receipt(id=id_, number=number_of(id_), received_at=act.at, answered_by=said)


def number_of(id_: UUID) -> str:
    """The number of a receipt: enough of the id that an office finds it again."""
    last = id_.hex[-10:].upper()
    return f"KB-{last[:5]}-{last[5:]}"


def draw(id_: UUID, found: Target | None, act: Act) -> UUID | None:
    """Who decides: drawn among the legal reviewers who had no part. None where nobody is posted who could; its clock runs all the same."""
    part = part_of(found.entry if found else None)
    return draw_one("objection", id_, deciders(part, posted_as([DECIDES], act.at)))


INSERT = """
INSERT INTO registers_objection (id, entry, origin, kind, subject, agency, zone, received_at, received_by, desk, heard_from, filed_by, in_time,
    decide_by, alone_until, drawn, sealed) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def write(
    id_: UUID, filed: Filed, found: Target | None, *, in_time: bool, due: datetime, alone: datetime, whence: bytes | None, chosen: UUID | None,
    act: Act,
) -> None:  # fmt: skip
    said = {
        "number": filed.number.strip(), "name": filed.name.strip(), "words": filed.words.strip(), "contact": filed.contact.strip(),
    } | paper_said(filed.document)  # fmt: skip
    about: Sequence[Any] = (
        (found.entry, found.origin, found.kind, found.subject, found.agency, found.zone)
        if found
        else (None, "unplaced", None, None, "suar", HUB_ZONE)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, *about, act.at, None if whence else act.actor, act.desk, whence, filed.filed_by, in_time, due, alone, chosen,
                seal(canonical(said), about=place_of(id_)),
            ],
        )  # fmt: skip


@transaction.atomic(durable=True)
def escalate(*, act: Act) -> int:
    """Objections that nobody decided in time are told to the oversight. Returns how many. Doing it twice changes nothing."""
    as_hub()
    late = to_escalate(act.at)
    for one in late:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO registers_objection_late (objection, at) VALUES (%s, %s)", [one.id, act.at])
        append("register.objection_overdue", act, about=[one.id], agency_of=one.agency)
        publish(Happened(type="register.objection_overdue", giver=one.agency, thing=one.id, classes=("register",)), act)
    return len(late)
