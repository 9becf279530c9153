"""Objections as their readers see them: the reviewer's queue, one objection beside its entry, and the oversight's clocks with nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, may_read
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.registers.acts import Hand
from suar.core.registers.objection import ObjectionState, Outcome, turn_of
from suar.registers.access.hands import hand_of
from suar.registers.access.work import ended_or, history, person_shown, reason_said
from suar.registers.actions.objection import number_of
from suar.registers.queries.law import legal_basis
from suar.registers.queries.native import acts_of, local
from suar.registers.queries.objections import (
    Objection,
    clocks_by_agency,
    law_of_target,
    objections,
    one_objection,
    part_of,
    target,
    undecided,
)
from suar.registers.queries.papers import paper_in

LATELY = timedelta(days=30)
MOST_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for a reviewer, and what was decided lately; nobody is opened by it."""

    turn: list[dict[str, Any]]
    others: list[dict[str, Any]]  # in another's hands, or not this reviewer's to decide
    decided: list[dict[str, Any]]


@transaction.atomic
def queue_for(act: Act) -> Queue:
    """Every objection that waits, the nearest clock first: those that this reviewer may decide now, and those that others have."""
    enter(act, "register.objections")
    hand = hand_of(act)
    as_hub()
    waits = [(one, is_turn(one, hand, act)) for one in undecided()]
    decided = objections("r.at > %(since)s", {"since": act.at - LATELY})
    return Queue(
        turn=[row_of(one, act) for one, turn in waits if turn],
        others=[row_of(one, act) for one, turn in waits if not turn][:MOST_ROWS],
        decided=[row_of(one, act) for one in reversed(decided)][:MOST_ROWS],
    )


def is_turn(one: Objection, hand: Hand, act: Act) -> bool:
    return one.received_by != hand.officer and turn_of(part_of(one.entry), hand, one.drawn, one.alone_until, act.at)


def row_of(one: Objection, act: Act) -> dict[str, Any]:
    """What a queue shows of an objection: never a name."""
    return {
        "id": one.id, "number": number_of(one.id), "kind": one.kind, "origin": one.origin, "agency": one.agency, "filed_by": one.filed_by,
        "received_at": one.received_at, "decide_by": one.decide_by, "decide_on": last_day_of(one), "in_time": one.in_time, "state": one.state(act.at).value,
        "days_left": one.days_left(act.at), "drawn": one.drawn == act.actor, "outcome": one.outcome.value if one.outcome else "",
        "decided_at": one.decided_at, "decided_late": bool(one.decided_at and one.decided_at >= one.decide_by),
        "escalated_at": one.escalated_at, "by_me": one.decided_by == act.actor,
    }  # fmt: skip


def last_day_of(one: Objection) -> date:
    """The last local day on which it is decided in time."""
    return (one.decide_by - timedelta(seconds=1)).astimezone(local(one.zone)).date()


@transaction.atomic
def objection_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One objection and the entry that it is about: for whoever may decide it now, and for whoever has decided it. Refuses: NotFound alike."""
    act = replace(act, reference=act.reference or str(id_))
    enter(act, "register.objection")
    hand = hand_of(act)
    as_hub()
    one = one_objection(id_)
    if one is None or not (one.decided_by == act.actor or (one.outcome is None and is_turn(one, hand, act))):
        raise NotFound()
    append(
        "register.objection_seen", act, about=[id_, *([one.entry, one.subject] if one.entry and one.subject else [])],
        fields=["register", "full_name", "birth_date", "contact"],
    )  # fmt: skip
    said = one.said
    return row_of(one, act) | {
        "name": said["name"], "words": said["words"], "contact": said["contact"], "given_number": said["number"], "document": said["document"],
        "reason": one.reason, "last_day": one.last_day, "turn": one.outcome is None, "entry": entry_shown(one, act),
        "received_by": officer_names([one.received_by]).get(one.received_by, "") if one.received_by else "",
        "decided_by": officer_names([one.decided_by]).get(one.decided_by, "") if one.decided_by else "",
        "outcomes": outcomes(one, act),
    }  # fmt: skip


def outcomes(one: Objection, act: Act) -> list[dict[str, Any]]:
    """How it may be decided, each with its key."""
    if one.outcome is not None:
        return []
    if one.entry is None:
        return [{"outcome": Outcome.ANSWERED.value, "key": "1"}]
    found = target(one.entry)
    over = found is not None and act.at >= found.ends
    may = [Outcome.UPHELD, *([] if over else [Outcome.PARTLY]), Outcome.DISMISSED]
    return [{"outcome": outcome.value, "key": str(key)} for key, outcome in enumerate(may, start=1)]


def entry_shown(one: Objection, act: Act) -> dict[str, Any] | None:
    """The entry with its law, its term and all that was done to it. None where no number led to one, or its owner has withdrawn it."""
    found = target(one.entry) if one.entry else None
    if found is None:
        return None
    row = law_of_target(found, legal_basis(act.at))
    done = acts_of([found.entry]).get(found.entry, [])
    shown = {
        "kind": found.kind, "agency": found.agency, "ends": found.ends, "person": person_shown(found.subject, masked=False),
        "law": list(row.law) if row else [], "at_gate": {"id": row.at_gate.id, "en": row.at_gate.en} if row else {},
        "history": history(done), "mirrored": not done,
    }  # fmt: skip
    if not done:
        return shown | mirrored(found.entry, act)
    return shown | {
        "state": ended_or(done[-1], act.at), "begins": done[-1].begins, "authority": done[-1].authority, "last_day": done[-1].last_day,
        "reason": reason_said(row, done[0].reason) if row else done[0].reason, "text": done[0].said.get("text", ""),
    }  # fmt: skip


def mirrored(entry: UUID, act: Act) -> dict[str, Any]:
    """What its owner's list states of an entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT authority, reason, lower(in_force), upper(in_force) FROM registers_entry WHERE id = %s", [entry]
        )
        authority, reason, begins, ends = cursor.fetchone()
    state = "in_force" if begins <= act.at < ends else "ended"
    return {"state": state, "begins": begins, "authority": authority, "last_day": None, "reason": reason, "text": ""}


@transaction.atomic
def document_of(act: Act, id_: UUID) -> tuple[str, bytes]:
    """The paper that came with an objection, for whoever may see it. Refuses: NotFound."""
    if not objection_for(act, id_)["document"]:
        raise NotFound()
    one = one_objection(id_)
    assert one
    append("register.document_seen", act, about=[id_], fields=["document"])
    return paper_in(one.said)


@transaction.atomic
def target_for(act: Act, entry: UUID) -> dict[str, Any]:
    """The entry from which an officer takes an objection down: its kind and no person. Refuses: DoorShut, NotFound."""
    act = replace(act, reference=act.reference or str(entry))
    enter(act, "register.object")
    readable: Sequence[str] = may_read(act).split(",")
    as_hub()
    found = target(entry)
    if found is None or found.agency not in readable:
        raise NotFound()
    return {"entry": entry, "kind": found.kind, "agency": found.agency}


@transaction.atomic
def clocks_for(act: Act) -> dict[str, Any]:
    """The oversight's page: of each agency's entries how many objections were decided in time; and each that is late, by its number alone."""
    enter(act, "register.objection_clocks")
    as_hub()
    rows = clocks_by_agency(act.at)
    late = [row_of(one, act) for one in undecided() if one.state(act.at) is ObjectionState.OVERDUE]
    append("register.objection_clocks_seen", act, fields=["counts"])
    return {
        "rows": rows,
        "late": late[:MOST_ROWS],
        "more": max(0, len(late) - MOST_ROWS),
        "overdue": sum(row["overdue"] for row in rows),
    }
