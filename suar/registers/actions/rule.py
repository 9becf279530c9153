"""The second person: looks at the evidence, and only then at what is recommended; agrees or declines, with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.registers.acts import HOLDING, Hand, Wanted, may_second
from suar.core.registers.law import LegalTermRow, Need
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.registers.access.hands import hand_of, no_officer
from suar.registers.actions.request import still
from suar.registers.actions.write import Step, write_act
from suar.registers.queries.law import law_on, legal_basis
from suar.registers.queries.native import acts_of, place_of, standing_of
from suar.registers.queries.pending import Pending, lacks_word, one_pending, seen_by, unanswered_at
from suar.vault.queries import seal

PROTECTION = "protection_officer"


class EvidenceFirst(Refusal):
    """Whoever agrees has looked at the evidence before."""

    code = "register.evidence_first"
    status = 422


class RulingReason(Refusal):
    """Agreeing and declining both want a reason of one's own."""

    code = "register.ruling_reason"
    status = 422


class MovedOn(Conflict):
    """The entry has changed since this was asked for: it is to be asked for anew."""

    code = "register.moved_on"


LEAST_REASON = 10  # characters


@transaction.atomic(durable=True)
def look(request: UUID, *, act: Act) -> None:
    """This officer has the evidence before him: from now on he may read the recommendation and rule. Twice is once. Refuses: NotFound."""
    one, _ = asked_of(request, act)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_seen (request, by, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [request, act.actor, act.at],
        )
    append("register.evidence_seen", act, about=[one.entry, one.subject, request], fields=["evidence"])


@transaction.atomic(durable=True)
def rule(request: UUID, agrees: bool, reason: str, *, act: Act) -> str:
    """Agree or decline. Returns `acted` where the step took effect, `waits` where a further word is wanted, `declined`.

    Refuses: NotFound for whoever is not asked; EvidenceFirst; RulingReason; MovedOn; ActRefused where the law has come to say no.
    """
    one, hand = asked_of(request, act, lock=True)
    if not seen_by(request, act.actor):
        raise EvidenceFirst()
    if len(reason.strip()) < LEAST_REASON:
        raise RulingReason()
    turn = 2 if act.role == PROTECTION else 1
    write_ruling(one.id, turn, "approved" if agrees else "declined", hand, reason, act)
    if not agrees:
        return "declined"
    row = law_of(one, act)
    against = row.enforcement and one.act in HOLDING
    if against and turn == 1 and lacks_word(one.entry, one.subject, act.at):
        return "waits"
    settle(one, row, one.agreed if turn == 2 else hand, act)
    return "acted"


def settle(one: Pending, row: LegalTermRow, second: Hand | None, act: Act) -> None:
    """Write the act that was asked for and agreed to. Refuses: MovedOn."""
    done = acts_of([one.entry]).get(one.entry, [])
    before = standing_of(done)
    if not still(before, one.of_seq):
        raise MovedOn()
    said, zone = one.said, done[-1].zone if done else zone_of(one)
    number = bytes.fromhex(said["decision_no"]) or None
    step = Step(
        entry=one.entry, kind=one.kind, subject=one.subject, row=row,
        wanted=Wanted(act=one.act, asked_at=one.at, first_day=one.first_day, last_day=one.last_day), before=before, zone=zone, first=one.first,
        second=row.acts[one.act].second, reason=one.reason, owner=done[-1].agency if done else one.first.agency, authority=said["authority"],
        decision_no=number, said=said["words"],
    )  # fmt: skip
    write_act(step, second=second, request=one.id, act=act)


def zone_of(one: Pending) -> str:
    zone: str = one.said["zone"]
    return zone


def law_of(one: Pending, act: Act) -> LegalTermRow:
    """The law of the entry's day."""
    return law_on(one.kind, one.first_day, act.at)


def asked_of(request: UUID, act: Act, *, lock: bool = False) -> tuple[Pending, Hand]:
    """The request, if it waits for this officer. Refuses: NotFound alike for none, for one that is settled, and for another's."""
    enter(act, "register.protect" if act.role == PROTECTION else "register.second")
    hand = hand_of(act)
    as_hub()
    if lock:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7306006))", [str(request)])
    one = one_pending(request)
    if one is None or one.settled or one.until <= act.at or not waits_for(one, hand, law_of(one, act), act):
        raise NotFound()
    return one, hand


def waits_for(one: Pending, hand: Hand, row: LegalTermRow, act: Act) -> bool:
    """Whether it is this officer's turn: the one who was drawn, and after a while anybody who fits as well; nobody's while it is held."""
    if one.held:
        return False
    if hand.role == PROTECTION:
        return (
            one.agreed is not None
            and row.enforcement
            and one.act in HOLDING
            and lacks_word(one.entry, one.subject, act.at)
        )
    need = row.acts[one.act].second
    if one.agreed is not None or not may_second(need, one.first, hand):
        return False
    return one.drawn in {None, hand.officer} or act.at >= one.at + drawn_for(need, act)


def drawn_for(need: Need, act: Act) -> timedelta:
    return timedelta(minutes=legal_basis(act.at).drawn_for_minutes[need])


def write_ruling(request: UUID, turn: int, ruling: str, hand: Hand, reason: str, act: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_ruling (request, turn, ruling, at, by, seen_by, role, agency, office, desk, reason, sealed)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                request, turn, ruling, act.at, hand.officer, hand.officer if ruling in {"approved", "declined"} else None, hand.role, hand.agency,
                hand.office, act.desk, "given" if reason.strip() else "", seal(canonical({"reason": reason.strip()}), about=place_of(request)),
            ],
        )  # fmt: skip
    append("register.ruled", act, about=[request], ruling=ruling, turn=turn)
    publish(Happened(type="register.ruled", giver="suar", thing=request, classes=("register",), effect=ruling), act)


@transaction.atomic(durable=True)
def withdraw(request: UUID, *, act: Act) -> None:
    """Whoever asked takes it back while nobody has agreed. Refuses: NotFound."""
    enter(act, "register.request")
    hand = hand_of(act)
    as_hub()
    one = one_pending(request)
    if one is None or one.settled or one.agreed or one.until <= act.at or one.first.officer != act.actor:
        raise NotFound()
    write_ruling(request, 1, "withdrawn", hand, "", act)


@transaction.atomic(durable=True)
def lapse_requests(since: datetime, *, act: Act) -> int:
    """Requests that nobody answered in time, and whose hour passed since then, lapse. Returns how many. The hub's own."""
    enter(act, "register.second")
    lapsed = unanswered_at(act.at, since)
    for one in lapsed:
        write_ruling(one.id, 2 if one.agreed else 1, "lapsed", no_officer(act), "", act)
    return len(lapsed)
