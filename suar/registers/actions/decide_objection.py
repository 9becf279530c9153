"""Whoever had no part in an entry decides an objection to it; what is upheld is carried out in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound, Refusal
from suar.core.registers.acts import ActRefused, Hand, State, Wanted
from suar.core.registers.objection import CARRIED_OUT, Outcome, turn_of
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.registers.access.hands import hand_of
from suar.registers.actions.write import next_step, write_act
from suar.registers.queries.native import Done, acts_of, local, place_of
from suar.registers.queries.objections import Objection, one_objection, part_of
from suar.vault.queries import new_id, seal

LEAST_REASON = 20  # characters: below that nobody learns why


class ObjectionReason(Refusal):
    """Whoever objects is owed a reason, and a day where the entry is shortened."""

    code = "objection.reason"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """How an objection is decided, and why. `last_day`: of one upheld in part, the last day on which the entry is to hold."""

    outcome: Outcome
    reason: str
    last_day: date | None = None


# law: UU 30/2014 Ps 77; UU 6/2011 Ps 96; Permenkumham 38/2021 Ps 6
@transaction.atomic(durable=True)
def decide_objection(id_: UUID, ruling: Ruling, *, act: Act) -> Objection:
    """Decide it, once. One upheld lifts the entry and one upheld in part shortens it, at once and at every desk; the owner of a mirrored
    entry is told instead.

    Refuses: NotFound alike for none, for one that is decided and for whoever may not decide it; ObjectionReason; ActRefused.
    """
    enter(act, "register.objection")
    hand = hand_of(act)
    as_hub()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7306007))", [str(id_)])
    one = asked_of(id_, hand, act)
    check(one, ruling, act)
    done = acts_of([one.entry]).get(one.entry, []) if one.entry else []
    runs = bool(done) and done[-1].state is not State.ENDED and act.at < done[-1].ends
    if ruling.outcome is Outcome.PARTLY and done and not runs:
        raise ActRefused("act.ended")
    carried = new_id(act.at) if runs and ruling.outcome in CARRIED_OUT else None
    write_ruling(one, ruling, hand, carried, act)
    if carried:
        carry_out(carried, ruling, done, hand, act)
    append("register.objection_decided", act, about=[id_, *([one.entry, one.subject] if one.entry and one.subject else [])],
           outcome=ruling.outcome.value, in_time=act.at < one.decide_by)  # fmt: skip
    publish(
        Happened(
            type="register.objection_decided", giver=one.agency, thing=id_, subject=one.subject, classes=("register",),
            effect=ruling.outcome.value,
        ),
        act,
    )  # fmt: skip
    return one


def asked_of(id_: UUID, hand: Hand, act: Act) -> Objection:
    one = one_objection(id_)
    if (
        one is None
        or one.outcome
        or one.received_by == hand.officer
        or not turn_of(part_of(one.entry), hand, one.drawn, one.alone_until, act.at)
    ):
        raise NotFound()
    return one


def check(one: Objection, ruling: Ruling, act: Act) -> None:
    if (ruling.outcome is Outcome.ANSWERED) is not (one.entry is None):
        raise NotFound()
    if len(ruling.reason.strip()) < LEAST_REASON:
        raise ObjectionReason(field="reason")
    partly = ruling.outcome is Outcome.PARTLY
    today = act.at.astimezone(local(one.zone)).date()
    if partly is not (ruling.last_day is not None) or (ruling.last_day and ruling.last_day < today):
        raise ObjectionReason("objection.last_day", field="last_day")


INSERT = """
INSERT INTO registers_objection_ruling (objection, outcome, at, by, role, agency, office, desk, last_day, act, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def write_ruling(one: Objection, ruling: Ruling, hand: Hand, carried: UUID | None, act: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                one.id, ruling.outcome.value, act.at, hand.officer, hand.role, hand.agency, hand.office, act.desk, ruling.last_day, carried,
                seal(canonical({"reason": ruling.reason.strip()}), about=place_of(one.id)),
            ],
        )  # fmt: skip


def carry_out(id_: UUID, ruling: Ruling, done: list[Done], hand: Hand, act: Act) -> None:
    """The act that the ruling names."""
    wanted = Wanted(act=CARRIED_OUT[ruling.outcome], asked_at=act.at, last_day=ruling.last_day)
    step = next_step(done, wanted, hand, reason="objection", said={"text": ruling.reason.strip()})
    write_act(step, second=None, request=None, act=act, id_=id_)
