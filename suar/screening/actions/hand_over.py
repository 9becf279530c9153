"""A protection officer hands a victim's case over to the services' own system, with consent; a child's without a guardian only with a colleague.

What stays true whoever calls: no case without consent for this receiver, none without an agreement that gives it, none twice from one source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import enter, officer_at
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.identity.dates import ages_on
from suar.core.standard.cross import ADULT
from suar.core.standard.typed import read_typed
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.intake.queries.mappings import sources
from suar.policies.queries import in_force
from suar.registers.actions.hand_over import Handed, keep_case, keep_step
from suar.registers.queries.handed import Case, case, cases_from
from suar.registers.queries.native import local
from suar.screening.access.cases import (
    OVER,
    WRITTEN_FOR_HER,
    Origin,
    case_at,
    case_kind,
    fields_for,
    origin_at,
    receiver_at,
)
from suar.screening.access.refusals import office_of
from suar.vault.queries import PROTECTION

ZONE = "Asia/Jakarta"  # a form's days carry no time


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an officer typed: the fields, by whose word they go to whom, and why where a centre's word stands for a guardian's."""

    typed: Mapping[str, Any]
    consent: str  # adult | guardian | ppt; "" is none
    receiver: str  # for whom consent was given
    why: str = ""


class ConsentMissing(Refusal):
    """Nothing leaves without consent for just this receiver."""

    code = "case.consent"
    status = 422


class AgeUnknown(Refusal):
    """By whose word a case leaves depends on the age: at least the year of birth is needed."""

    code = "case.age"
    status = 422


class ChildsWord(Refusal):
    """A child's case leaves by a parent's or guardian's word, or the centre's."""

    code = "case.child"
    status = 422


class AdultsWord(Refusal):
    """An adult's case leaves by her own word and nobody else's."""

    code = "case.adult"
    status = 422


class WhyMissing(Refusal):
    """Why the centre's word stands for a guardian's, by a reason of the list."""

    code = "case.why"
    status = 422


class NotAgreed(Refusal):
    """No agreement in force gives this case to the receiver."""

    code = "case.no_agreement"
    status = 409


class Unreadable(Refusal):
    """What was typed cannot be read; `fields` names where."""

    code = "case.unreadable"
    status = 422


class HandedAlready(Conflict):
    """It was handed over already, or waits for a colleague."""

    code = "case.already"


class OwnWord(Refusal):
    """Whoever hands a case over does not agree with herself."""

    code = "case.own_word"


class Settled(Conflict):
    """Nothing of this kind is open on this case."""

    code = "case.settled"


class OtherNumber(Conflict):
    """It was received under another number."""

    code = "case.other_number"


LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7306037))"


# law: UU 21/2007 Ps 46, 51; UU 27/2022 Ps 20, 25; Permen PPPA 8/2021
@transaction.atomic(durable=True)
def hand_over(of: UUID, wanted: Wanted, *, act: Act) -> UUID:
    """Hand over the case of whoever this task or report is about. Returns the case.

    Refuses: NotFound; HandedAlready; NotAgreed; ConsentMissing; Unreadable; AgeUnknown; ChildsWord; AdultsWord; WhyMissing.
    """
    act = replace(act, reference=str(of))
    with transaction.atomic(using=PROTECTION):
        lock(of)
        origin = origin_at(act, of)
        known = cases_from([of]).get(of)
        if known is not None and known.state not in OVER:
            raise HandedAlready()
        values = fit_values(wanted, origin, act)
        child = by_whose_word(values, wanted, act)
        one = Handed(
            giver=origin.giver, receiver=wanted.receiver, origin=origin.kind, source=of, child=child, consent=wanted.consent, code=wanted.why,
            values=values,
        )  # fmt: skip
        return keep_case(one, act=act)


def lock(of: UUID) -> None:
    """Two officers at one thing come one after the other."""
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(LOCK, [str(of)])


def fit_values(wanted: Wanted, origin: Origin, act: Act) -> dict[str, Any]:
    """What was typed, as the standard reads it, with the desk it comes from; only fields that the agreement lists."""
    given = fields_for(origin.giver, act)
    if not given:
        raise NotAgreed()
    kind, known = case_kind(act.at), sources(act.at)
    typed = {name: value for name, value in wanted.typed.items() if name not in WRITTEN_FOR_HER and value}
    typed |= {"consent_given": wanted.consent or "adult", "unit": office_of(act)}
    leaving = {name: typed[name] for name in typed if name in {*given, "consent_given"} or name not in kind.fields}
    read = read_typed(leaving, kind, known.codes, ZONE)
    if not read.ok:
        raise Unreadable(fields=", ".join(sorted({fault.field for fault in read.faults})))
    return {name: value for name, value in read.get().items() if name != "consent_given"}


def by_whose_word(values: Mapping[str, Any], wanted: Wanted, act: Act) -> bool:
    """Whether it is a child; refuses where whoever consented may not. Of a year of birth alone the younger age counts."""
    if wanted.receiver != receiver_at(act.at) or wanted.consent not in {"adult", "guardian", "ppt"}:
        raise ConsentMissing()
    born = values.get("birth_date")
    if not isinstance(born, str):
        raise AgeUnknown()
    child = ages_on(born, local_day(act))[0] < ADULT
    if child and wanted.consent == "adult":
        raise ChildsWord()
    if not child and wanted.consent != "adult":
        raise AdultsWord()
    if (wanted.consent == "ppt") != bool(wanted.why) or (
        wanted.why and wanted.why not in in_force(act.at).tables["desk/handovers"]["override"]
    ):
        raise WhyMissing()
    return child


def local_day(act: Act) -> date:
    """Today where the officer sits."""
    return act.at.astimezone(local(officer_at(act).desk.office.zone)).date()


@transaction.atomic(durable=True)
def agree(id_: UUID, *, act: Act) -> None:
    """The second officer's word: now it is handed over. Refuses: NotFound; Settled; OwnWord; NotAgreed."""
    with transaction.atomic(using=PROTECTION):
        one = waiting_case(id_, act)
        if not fields_for(one.giver, act):
            raise NotAgreed()
        keep_step(one, "agreed", act=replace(act, reference=str(id_)), office=office_of(act))


@transaction.atomic(durable=True)
def decline(id_: UUID, *, act: Act) -> None:
    """The second officer's no: nothing leaves. Refuses: NotFound; Settled; OwnWord."""
    with transaction.atomic(using=PROTECTION):
        keep_step(waiting_case(id_, act), "declined", act=replace(act, reference=str(id_)), office=office_of(act))


def waiting_case(id_: UUID, act: Act) -> Case:
    """The case, locked, that waits for another officer's word."""
    lock(id_)
    one = case_at(replace(act, reference=str(id_)), id_)
    if one.state != "waits":
        raise Settled()
    if one.by == act.actor:
        raise OwnWord()
    return one


# law: UU 27/2022 Ps 40
@transaction.atomic(durable=True)
def withdraw(id_: UUID, *, act: Act) -> None:
    """Consent was taken back: from now on the receiver reads nothing of it here. What it has read already is its own to mend, by its own law.

    Refuses: NotFound; Settled.
    """
    with transaction.atomic(using=PROTECTION):
        lock(id_)
        one = case_at(replace(act, reference=str(id_)), id_)
        if one.state in OVER:
            raise Settled()
        keep_step(one, "withdrawn", act=replace(act, reference=str(id_)), office=office_of(act))


def note_number(id_: UUID, number: str, act: Act) -> None:
    """The receiver's own number of a case, in its own transaction outside the wall. The same again changes nothing.

    Refuses: NotFound where it is not the receiver or nothing was handed over; OtherNumber.
    """
    with transaction.atomic(using=PROTECTION):
        enter(act, "events.number", wall=PROTECTION)
        lock(id_)
        one = case(id_)
        if one is None or one.receiver != act.agency or one.told_at is None or one.state in OVER:
            raise NotFound()
        if "received" in one.steps:
            if one.number != number:
                raise OtherNumber()
            return
        keep_step(one, "received", act=act, office="", number=number)
        publish(Happened(type="case.received", giver=one.giver, thing=id_, classes=("trafficking_case",)), act)
