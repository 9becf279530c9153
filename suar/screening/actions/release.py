"""A protection officer lets a complaint out as a signal, freed of who made it; or says why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connections, transaction

from suar.core.act import Act
from suar.core.errors import Conflict, Refusal
from suar.core.registers.freeing import kept_back, told_in
from suar.journeys.queries.shared import named_by
from suar.policies.queries import in_force
from suar.registers.actions.note_signal import Freed, Read, ask_end, keep_ruling, note_signal
from suar.registers.queries.things import thing_of
from suar.screening.access.complaints import Complaint, named_token, one_complaint
from suar.vault.queries import PROTECTION, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a protection officer chose: a thing that the complaint names, its grades, and why, by a code. No word of hers goes along."""

    kind: str
    thing: str
    source_grade: str
    content_grade: str
    why: str


class NotNamed(Refusal):
    """The complaint does not tell of such a thing."""

    code = "complaint.not_named"
    status = 422


class NotFreed(Refusal):
    """What would leave says who made the complaint, or whom it is about."""

    code = "complaint.not_freed"
    status = 422


class TooFew(Refusal):
    """So few know this employer that its name would say who complained."""

    code = "complaint.too_few"
    status = 422


class CodeUnknown(Refusal):
    """The reason, or the grade, is not one of the list."""

    code = "complaint.code"
    status = 422


class RuledAlready(Conflict):
    """A colleague has ruled on it, or it has a signal already."""

    code = "complaint.ruled"


LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7306035))"
SOURCES, CONTENTS = frozenset("ABCDE"), frozenset("12345")


@transaction.atomic(durable=True)
def approve(complaint: UUID, wanted: Wanted, *, act: Act) -> UUID:
    """Ask another agency for the signal. Returns the request.

    Refuses: NotFound; RuledAlready; CodeUnknown; NotNamed; NotFreed; TooFew; what the law of signals refuses.
    """
    act = replace(act, reference=str(complaint))
    with transaction.atomic(using=PROTECTION):
        one = to_rule_on(complaint, act)
        freed = Freed(release=new_id(act.at), **{field: getattr(wanted, field) for field in Wanted.__slots__})
        checked(freed, one, act)
        noted = note_signal(
            freed, act=replace(act, reference=str(freed.release))
        )  # outside the wall no number leads back
        keep_ruling(freed.release, read_of(one), "approved", freed.why, act=act, freed=freed, noted=noted)
    return noted.request


@transaction.atomic(durable=True)
def decline(complaint: UUID, code: str, *, act: Act) -> None:
    """Say why nothing of it leaves. Nothing of it does. Refuses: NotFound; RuledAlready; CodeUnknown."""
    act = replace(act, reference=str(complaint))
    with transaction.atomic(using=PROTECTION):
        one = to_rule_on(complaint, act)
        if code not in in_force(act.at).tables["desk/releases"]["decline"]:
            raise CodeUnknown()
        keep_ruling(new_id(act.at), read_of(one), "declined", code, act=act)


@transaction.atomic(durable=True)
def end_signal(complaint: UUID, code: str, *, act: Act) -> UUID:
    """Ask that the signal of a complaint be lifted: it was suspended since the complaint was withdrawn or says it no more.

    Returns the request. Refuses: NotFound; RuledAlready where nothing is suspended; CodeUnknown.
    """
    act = replace(act, reference=str(complaint))
    with transaction.atomic(using=PROTECTION):
        one = to_rule_on(complaint, act, suspended=True)
        if code not in in_force(act.at).tables["desk/releases"]["decline"]:
            raise CodeUnknown()
        assert one.ruling and one.ruling.entry
        return ask_end(one.ruling.entry, code, act=replace(act, reference=str(one.ruling.entry)))


def read_of(one: Complaint) -> Read:
    return Read(one.id, one.record.id, named_token(one.values))


def to_rule_on(complaint: UUID, act: Act, *, suspended: bool = False) -> Complaint:
    """The complaint, locked against a second officer until this transaction ends. Refuses: NotFound; RuledAlready."""
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(LOCK, [str(complaint)])
    one = one_complaint(act, complaint)
    if not one.open or suspended is not (one.state == "suspended"):
        raise RuledAlready()
    return one


def checked(freed: Freed, one: Complaint, act: Act) -> None:
    """Refuse what is not named in it, what is not of the lists, and all that would say who complained."""
    table = in_force(act.at).tables["desk/releases"]
    if freed.why not in table["approve"] or freed.source_grade not in SOURCES or freed.content_grade not in CONTENTS:
        raise CodeUnknown()
    if not told_in(one.values, freed.kind, freed.thing):
        raise NotNamed()
    if fields := kept_back(freed.leaving().values(), one.values, one.ids):
        raise NotFreed(fields=", ".join(fields))
    least = int(table["least_others"].get(freed.kind, 0))
    thing = thing_of(freed.kind, freed.thing)
    if least and (thing is None or named_by(thing, without=one.record.subject, most=least) < least):
        raise TooFew(least=least)
