"""An objection to an entry: until when it may be filed, until when it must be decided, and by whom. It suspends nothing by itself.

UU 6/2011 art. 96: against a ban as long as it runs. UU 30/2014 art. 77: within 21 working days of the day on which the decision became
known, decided within 10. Days count by the Indonesian calendar on the clock of the deciding office; the day itself does not count.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Literal
from uuid import UUID

from suar.core.registers.acts import Hand
from suar.core.registers.law import ActKind, RemedyRow
from suar.core.registers.working_days import midnight_after, working_days_after, works

FiledBy = Literal["person", "family", "counsel", "mission"]
DECIDES = "legal_reviewer"
#: When so many working days are left or fewer, the clock is shown as due. Our own choice: two days to read and to write.
DUE_DAYS = 2
#: So many working days whoever was drawn has it alone; then anybody else who is independent may decide. Our own choice, half of the term.
DRAWN_DAYS = 5


class ObjectionState(StrEnum):
    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"
    DECIDED = "decided"


class Outcome(StrEnum):
    """`partly` shortens; `answered` tells somebody that no entry stands behind the number that was given."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"
    ANSWERED = "answered"


#: What an outcome does to an entry that was nominated here and still runs. The owner of a mirrored one is told instead.
CARRIED_OUT = {Outcome.UPHELD: ActKind.LIFT_BY_OBJECTION, Outcome.PARTLY: ActKind.SHORTEN_BY_OBJECTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Everybody who asked that an entry hold, agreed that it does, or reviewed it; and their offices. The clock is nobody's office."""

    hands: frozenset[UUID] = frozenset()
    offices: frozenset[str] = frozenset()


# law: UU 6/2011 Ps 96; UU 30/2014 Ps 77; UU 27/2022 Ps 10
def may_object_until(
    remedy: RemedyRow, known_at: datetime, ends: datetime, zone: timezone, holidays: Container[date]
) -> datetime:
    """The first instant at which an objection is late: after its working days, or with the entry itself where that is later and the law says so."""
    last = working_days_after(known_at.astimezone(zone).date(), remedy.objection_working_days, holidays)
    late = midnight_after(last, zone).astimezone(UTC)
    return max(late, ends) if remedy.while_in_force else late


# law: UU 30/2014 Ps 77
def decide_by(
    remedy: RemedyRow,
    received_at: datetime,
    zone: timezone,
    holidays: Container[date],
    *,
    counted_in: timezone | None = None,
) -> datetime:
    """The first instant at which its decision is late. `counted_in`: on whose clock the day of receipt is taken, where it is another's."""
    day = received_at.astimezone(counted_in or zone).date()
    return midnight_after(working_days_after(day, remedy.decision_working_days, holidays), zone).astimezone(UTC)


def state_of(
    due: datetime, decided_at: datetime | None, at: datetime, zone: timezone, holidays: Container[date]
) -> ObjectionState:
    """Where its clock stands at `at`, to the second."""
    if decided_at is not None:
        return ObjectionState.DECIDED
    if at >= due:
        return ObjectionState.OVERDUE
    return ObjectionState.DUE if days_left(due, at, zone, holidays) <= DUE_DAYS else ObjectionState.OPEN


def days_left(due: datetime, at: datetime, zone: timezone, holidays: Container[date]) -> int:
    """Working days that remain, today among them; 0 once it is late."""
    day, left = at.astimezone(zone).date(), 0
    while midnight_after(day, zone) <= due:
        left += works(day, holidays)
        day += timedelta(days=1)
    return left if at < due else 0


# law: UU 30/2014 Ps 76; Permenkumham 38/2021 Ps 6
def may_decide(part: Part, decider: Hand) -> bool:
    """Whether somebody may decide an objection: a legal reviewer who had no part in the entry, nor any colleague of his office."""
    return decider.role == DECIDES and decider.officer not in part.hands and decider.office not in part.offices


def deciders(part: Part, seats: Iterable[Hand]) -> list[Hand]:
    """Of those who are posted now, who may be drawn: in a fixed order, so that the draw can be made again."""
    return sorted((seat for seat in seats if may_decide(part, seat)), key=lambda seat: (seat.officer, seat.office))


def turn_of(part: Part, decider: Hand, drawn: UUID | None, alone_until: datetime, at: datetime) -> bool:
    """Whether it is this reviewer's turn: the one who was drawn, and after a while anybody who is independent as well."""
    return may_decide(part, decider) and (drawn in {None, decider.officer} or at >= alone_until)


def alone_until(received_at: datetime, zone: timezone, holidays: Container[date]) -> datetime:
    """Until when whoever was drawn has it alone."""
    return midnight_after(
        working_days_after(received_at.astimezone(zone).date(), DRAWN_DAYS, holidays), zone
    ).astimezone(UTC)
