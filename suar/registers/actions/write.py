"""One act on an entry, written down: with its trace, its event, and the pin that keeps its person together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.registers.acts import Hand, Standing, State, Wanted, agree, take
from suar.core.registers.law import BY_CLOCK, ActKind, LegalTermRow, Need
from suar.core.registers.notice import due_at
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.actions import pin
from suar.persons.queries import subjects
from suar.registers.actions.effect import note_change
from suar.registers.jobs import write_found_by
from suar.registers.queries.law import law_on
from suar.registers.queries.native import Done, local, place_of, standing_of
from suar.vault.queries import new_id, seal, token

#: Why a person is pinned whom an officer nominated; mirrored entries pin under their own kind.
NOMINATED = "nominated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step on an entry, in full: what is asked, by whom, under which law, with which words."""

    entry: UUID
    kind: str
    subject: UUID
    row: LegalTermRow
    wanted: Wanted
    before: Standing | None
    zone: str
    first: Hand
    second: Need
    reason: str
    owner: str  # the agency whose entry it is
    authority: str
    decision_no: bytes | None
    said: Mapping[str, Any]

    @staticmethod
    def token_of(decision_no: str) -> bytes | None:
        return token("decision", decision_no.strip()) if decision_no.strip() else None


def next_step(done: Sequence[Done], wanted: Wanted, first: Hand, *, reason: str, said: Mapping[str, Any]) -> Step:
    """A step on an entry that is there, with nobody beside whoever takes it: by the clock, or by the ruling on an objection."""
    last = done[-1]
    return Step(
        entry=last.entry, kind=last.kind, subject=last.subject, row=law_on(last.kind, last.first_day, wanted.asked_at), wanted=wanted,
        before=standing_of(done), zone=last.zone, first=first, second=Need.NONE, reason=reason, owner=last.agency, authority=last.authority,
        decision_no=last.decision_no, said=said,
    )  # fmt: skip


INSERT = """
INSERT INTO registers_act (id, entry, seq, kind, act, subject, agency, at, by, by_role, by_agency, by_office, request, second, second_role,
    second_agency, second_office, state, first_day, last_day, zone, begins, ends, review_due, extended, months, days, extensions, reason, authority,
    basis, decision_no, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def write_act(step: Step, *, second: Hand | None, request: UUID | None, act: Act, id_: UUID | None = None) -> UUID:
    """Write the act that a step comes to. In the caller's transaction, which sees as the hub does. Returns its id. Refuses: ActRefused."""
    zone = local(step.zone)
    if step.wanted.act in BY_CLOCK:
        after = take(step.before, step.wanted, step.row, zone, act.at)
    else:
        after = agree(step.before, step.wanted, step.row, zone, step.first, second, act.at)
    id_ = id_ or new_id(act.at)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, step.entry, after.seq, step.kind, step.wanted.act.value, step.subject, step.owner, act.at, step.first.officer,
                step.first.role, step.first.agency, step.first.office, request, *columns_of(second), after.state.value, after.first_day,
                after.last_day, step.zone, after.begins, after.ends, after.review_due, after.extended, step.row.months, step.row.days,
                step.row.extensions, step.reason, step.authority, "; ".join(step.row.law), step.decision_no,
                seal(canonical(dict(step.said)), about=place_of(id_)),
            ],
        )  # fmt: skip
    owe_notices(step, id_, act)
    if step.row.effect == "restriction":
        found_again(step)
        pin(step.subject, by=f"{NOMINATED} {step.entry}", needs_two=after.state is not State.ENDED)
    append(
        "register.acted", act, about=[step.entry, step.subject, id_], kind=step.kind, step=step.wanted.act.value, seq=after.seq,
        second=str(second.officer) if second else "",
    )  # fmt: skip
    note_change(id_, step.wanted.act.value, step.owner, act.at)
    publish(
        Happened(
            type="register.acted",
            giver=step.owner,
            thing=id_,
            subject=step.subject,
            classes=("register",),
            effect=step.wanted.act.value,
        ),
        act,
    )
    return id_


def found_again(step: Step) -> None:
    """The one list finds an entry by what is stated of its person when it begins."""
    if step.wanted.act is ActKind.ADD:
        write_found_by([(step.entry, step.subject, one.values) for one in subjects([step.subject]).values()])


#: Acts of which the person learns: what takes hold of him, and what lets him go, unless it is the clock's own.
TOLD = frozenset(ActKind) - BY_CLOCK - {ActKind.CORRECT, ActKind.REVIEW}
DUE = """
INSERT INTO registers_owed (act, to_whom, entry, kind, agency, office, decided_at, due_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def owe_notices(step: Step, done: UUID, act: Act) -> None:
    """Whom the law wants to be told of this act, and until when."""
    if step.wanted.act not in TOLD:
        return
    zone = local(step.zone)
    rows = [
        [done, whom, step.entry, step.kind, step.owner, step.first.office, act.at, due_at(act.at, zone, days)]
        for whom, days in step.row.notice.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(DUE, rows)


def columns_of(second: Hand | None) -> tuple[Any, ...]:
    return (second.officer, second.role, second.agency, second.office) if second else (None, None, None, None)
