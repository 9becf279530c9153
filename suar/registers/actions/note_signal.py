"""A complaint, freed of who made it, is put to another agency as a signal; and a signal whose complaint is gone is suspended by the clock.

The law of a signal wants two agencies: the protection officer asks, whoever the system draws elsewhere agrees, and only then a desk is told
(docs/decisions/0035). Which signal came of which complaint stands behind the wall alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, connections

from suar.agencies.access import as_hub, officer_at
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound
from suar.core.registers.acts import State, Wanted
from suar.core.registers.law import ActKind
from suar.registers.access.hands import hand_of, no_officer
from suar.registers.actions.request import Asked, about_thing, step_of, wait
from suar.registers.actions.write import next_step, write_act
from suar.registers.queries.native import acts_of, standing_of
from suar.registers.queries.released import release_place
from suar.registers.queries.things import SIGNAL
from suar.vault.queries import PROTECTION, seal

COMPLAINT = "complaint"  # the coded reason, of the register's own list
GONE = "ground_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """All that leaves the protection desk: a thing, its grades and a code. `release` is the number under which the desk keeps the rest."""

    release: UUID
    kind: str
    thing: str
    source_grade: str
    content_grade: str
    why: str

    def leaving(self) -> Mapping[str, str]:
        return {
            "kind": self.kind, "thing": self.thing, "source": self.source_grade, "content": self.content_grade, "why": self.why,
            "evidence": str(evidence_of(self)),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noted:
    request: UUID
    entry: UUID
    thing: UUID


@dataclass(frozen=True, slots=True)
class Read:
    """The complaint that was read: under which keyed id it is known, which record said it, and a keyed hash of what that said."""

    complaint: UUID
    record: UUID
    named: bytes


def evidence_of(freed: Freed) -> UUID:
    """What the other agency sees in the place of evidence: the number of the release, which leads nowhere outside the wall."""
    return freed.release


def note_signal(freed: Freed, *, act: Act) -> Noted:
    """Ask for the signal, in the caller's transaction and behind the caller's door. Refuses: ThingUnread; ContentMissing."""
    assert connection.in_atomic_block
    asked = about_thing(
        Asked(
            act=ActKind.ADD,
            kind=SIGNAL,
            reason=COMPLAINT,
            text="",
            coded=freed.why,
            thing=(freed.kind, freed.thing),
            grades={"source": freed.source_grade, "content": freed.content_grade},
            evidence=(evidence_of(freed),),
        )
    )
    step = step_of(asked, [], hand_of(act), officer_at(act).desk.office.zone, act)
    return Noted(wait(step, act), step.entry, step.subject)


def ask_end(entry: UUID, why: str, *, act: Act) -> UUID:
    """Ask that a signal of this agency's protection desk be lifted, in the caller's transaction. Refuses: NotFound; ActRefused."""
    assert connection.in_atomic_block
    as_hub()
    done = acts_of([entry]).get(entry, [])
    if not done or done[-1].agency != act.agency:
        raise NotFound()
    asked = Asked(act=ActKind.LIFT, entry=entry, reason=why, text="", coded=why)
    return wait(step_of(asked, done, hand_of(act), officer_at(act).desk.office.zone, act), act)


INSERT = """
INSERT INTO registers_release (id, complaint, record, named, at, by, agency, office, ruling, code, kind, thing, entry, request, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def keep_ruling(
    release: UUID,
    read: Read,
    ruling: str,
    code: str,
    *,
    act: Act,
    freed: Freed | None = None,
    noted: Noted | None = None,
) -> None:
    """What was ruled on a complaint, behind the wall, in the caller's transaction there."""
    assert connections[PROTECTION].in_atomic_block
    body = canonical(dict(freed.leaving()) if freed else {})
    row: list[Any] = [
        release, read.complaint, read.record, read.named, act.at, act.actor, act.agency, hand_of(act).office, ruling, code, freed.kind if freed else "",
        noted.thing if noted else None, noted.entry if noted else None, noted.request if noted else None,
        seal(body, about=release_place(release), wall=PROTECTION),
    ]  # fmt: skip
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(INSERT, row)
    append(f"complaint.{ruling}", act, about=[release, read.complaint], code=code, wall=PROTECTION)


def suspend_unfounded(entries: Sequence[UUID], *, act: Act) -> list[UUID]:
    """Suspend those of these signals that are in force, because what they came of is gone. In the caller's transaction, as the hub.

    Returns which. Nobody is told why: the register's reason says that the ground is gone, and no more.
    """
    found = acts_of(entries)
    suspended = []
    for entry, done in found.items():
        if done[-1].kind != SIGNAL or done[-1].state is not State.IN_FORCE or act.at >= done[-1].ends:
            continue
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO registers_unfounded (entry, at) VALUES (%s, %s)", [entry, act.at])
        wanted = Wanted(act=ActKind.SUSPEND, asked_at=act.at, unfounded=True)
        assert standing_of(done)
        write_act(next_step(done, wanted, no_officer(act), reason=GONE, said={}), second=None, request=None, act=act)
        suspended.append(entry)
    return suspended
