"""What may be done to an entry, by whom and with whom beside him: a state machine that knows no clock and no database.

The law of each step stands in `policy/legal_basis`; here is only how a step follows from the one before. Whoever asks never agrees with
himself, and where the table wants another unit or agency no chain of command can stand in for it (SECURITY 0.1, 3.3, T03).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

from suar.core.errors import Refusal
from suar.core.registers.clock import months_later, window
from suar.core.registers.law import BY_CLOCK, BY_OBJECTION, ActKind, LegalTermRow, Need


class State(StrEnum):
    """Of an entry that somebody nominated here. Only one in force is acted on, and only within its term."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"


class ActRefused(Refusal):
    """The law of the entry, or the table of second persons, says no."""

    code = "act.refused"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """An officer as the table of second persons knows him."""

    officer: UUID
    role: str
    agency: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One step that somebody asks for. `last_day` is the last local day on which the entry is to hold, where the step sets one."""

    act: ActKind
    asked_at: datetime
    first_day: date | None = None
    last_day: date | None = None
    unfounded: bool = (
        False  # of a suspension by the clock: its ground is gone, so it does not wait until its review is overdue
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an entry stands after its steps so far. `ends` is the first instant at which it holds no more."""

    state: State
    seq: int
    first_day: date
    last_day: date
    begins: datetime
    ends: datetime
    extended: int
    review_due: datetime
    hands: frozenset[UUID]  # everybody who asked for it to hold, or agreed that it does
    offices: frozenset[str]

    def acted_on(self, at: datetime) -> bool:
        """To the second, whether or not the clock's own step was written yet: a lapsed entry and one whose review is overdue hold nobody."""
        return self.state is State.IN_FORCE and self.begins <= at < min(self.ends, self.review_due)


#: Steps after which an entry holds, or holds longer: whoever took part in one of them is no independent decider of an objection.
HOLDING = frozenset({ActKind.ADD, ActKind.EXTEND, ActKind.REVIEW})


def may_ask(row: LegalTermRow, act: ActKind, first: Hand) -> bool:
    """Whether this role may ask for this step at all."""
    return act in row.acts and first.role in row.acts[act].by


def may_second(need: Need, first: Hand, second: Hand) -> bool:
    """Whether `second` is who the table wants beside `first`: never himself; where another unit or agency is wanted, one that is."""
    if second.officer == first.officer:
        return False
    match need:
        case Need.NONE:
            return False
        case Need.SUPERVISOR:
            return second.role == "supervisor" and second.agency == first.agency
        case Need.OTHER_UNIT:
            return second.role == "second_officer" and (second.agency, second.office) != (first.agency, first.office)
        case Need.OTHER_AGENCY:
            return second.role == "second_officer" and second.agency != first.agency


def independent(standing: Standing, decider: Hand) -> bool:
    """Whether somebody had no part in it, nor any colleague of his office: he may decide an objection."""
    return decider.officer not in standing.hands and decider.office not in standing.offices


def begin(standing: Standing | None, wanted: Wanted, row: LegalTermRow, zone: timezone, first: Hand) -> Need:
    """Check a step when it is asked for. Returns who must agree. Refuses: ActRefused with what to do instead."""
    if wanted.act in BY_CLOCK or not may_ask(row, wanted.act, first):
        raise ActRefused("act.not_for_this_role", act=wanted.act.value)
    if wanted.act in BY_OBJECTION and (standing is None or not independent(standing, first)):
        raise ActRefused("act.not_independent")
    take(standing, wanted, row, zone, wanted.asked_at)
    return row.acts[wanted.act].second


def agree(
    standing: Standing | None,
    wanted: Wanted,
    row: LegalTermRow,
    zone: timezone,
    first: Hand,
    second: Hand | None,
    at: datetime,
) -> Standing:
    """The entry after a step that was asked for and agreed to. Refuses: ActRefused."""
    need = begin(standing, wanted, row, zone, first)
    if need is not Need.NONE and (second is None or not may_second(need, first, second)):
        raise ActRefused("act.second_needed", second=need.value)
    after = take(standing, wanted, row, zone, at)
    if wanted.act not in HOLDING:
        return after
    both = {first} | ({second} if second else set())
    return replace(
        after,
        hands=after.hands | {hand.officer for hand in both},
        offices=after.offices | {hand.office for hand in both},
    )


def take(standing: Standing | None, wanted: Wanted, row: LegalTermRow, zone: timezone, at: datetime) -> Standing:
    """The entry after one step at `at`, as the law of its kind lets it be. Refuses: ActRefused."""
    if wanted.act is ActKind.ADD:
        return _added(standing, wanted, row, zone, at)
    if standing is None or standing.state is State.ENDED:
        raise ActRefused("act.ended")
    over = at >= standing.ends
    if over is not (wanted.act is ActKind.LAPSE):
        raise ActRefused("act.ended" if over else "act.not_yet")
    match wanted.act:
        case ActKind.EXTEND:
            after = _extended(standing, wanted, row, zone, at)
        case ActKind.SHORTEN | ActKind.SHORTEN_BY_OBJECTION:
            after = _shortened(standing, wanted, row, zone, at)
        case ActKind.LIFT | ActKind.LIFT_BY_COURT | ActKind.LIFT_BY_OBJECTION:
            after = replace(standing, state=State.ENDED, ends=max(standing.begins, at))
        case ActKind.LAPSE:
            after = replace(standing, state=State.ENDED)
        case ActKind.SUSPEND:
            if standing.state is not State.IN_FORCE or (at < standing.review_due and not wanted.unfounded):
                raise ActRefused("act.not_yet")
            after = replace(standing, state=State.SUSPENDED)
        case ActKind.REVIEW:
            after = replace(standing, state=State.IN_FORCE, review_due=_review_due(row, zone, at, standing.ends))
        case ActKind.CORRECT:
            after = standing
    return replace(after, seq=standing.seq + 1)


def _added(standing: Standing | None, wanted: Wanted, row: LegalTermRow, zone: timezone, at: datetime) -> Standing:
    if standing is not None:
        raise ActRefused("act.added_already")
    today = at.astimezone(zone).date()
    first_day = wanted.first_day or today
    if first_day > today:
        raise ActRefused("act.first_day_ahead", today=today.isoformat())
    term = window(row, first_day, zone, last_day=wanted.last_day)
    _within(term.cut, term.ends, zone)
    if term.ends <= at:
        raise ActRefused("act.over_already")
    return Standing(
        state=State.IN_FORCE,
        seq=1,
        first_day=first_day,
        last_day=_last_day(term.ends, zone),
        begins=max(term.begins, at),
        ends=term.ends,
        extended=0,
        review_due=_review_due(row, zone, at, term.ends),
        hands=frozenset(),
        offices=frozenset(),
    )


# law: Permenimipas 13/2025 Ps 13; UU 6/2011 Ps 97; Permenkumham 38/2021 Ps 5
def _extended(standing: Standing, wanted: Wanted, row: LegalTermRow, zone: timezone, at: datetime) -> Standing:
    """A term of its own, once as often as the law says, filed in time (Permenimipas 13/2025: three days before the end)."""
    if standing.state is not State.IN_FORCE:
        raise ActRefused("act.suspended")
    if standing.extended >= row.extensions:
        raise ActRefused("act.no_extension_left", extensions=row.extensions)
    last_to_file = standing.last_day - timedelta(days=row.extension_filed_days_before)
    if wanted.asked_at.astimezone(zone).date() > last_to_file:
        raise ActRefused("act.filed_too_late", last_day=last_to_file.isoformat())
    term = window(row, standing.first_day, zone, last_day=wanted.last_day, extended=standing.extended + 1)
    _within(term.cut, term.ends, zone)
    if term.ends <= standing.ends:
        raise ActRefused("act.not_longer")
    return replace(
        standing, extended=standing.extended + 1, last_day=_last_day(term.ends, zone), ends=term.ends,
        review_due=_review_due(row, zone, at, term.ends),
    )  # fmt: skip


def _shortened(standing: Standing, wanted: Wanted, row: LegalTermRow, zone: timezone, at: datetime) -> Standing:
    if wanted.last_day is None or wanted.last_day >= standing.last_day or wanted.last_day < at.astimezone(zone).date():
        raise ActRefused("act.not_shorter", last_day=standing.last_day.isoformat())
    ends = window(row, standing.first_day, zone, last_day=wanted.last_day, extended=standing.extended).ends
    return replace(standing, last_day=wanted.last_day, ends=ends, review_due=min(standing.review_due, ends))


def _within(cut: bool, ends: datetime, zone: timezone) -> None:
    if cut:
        raise ActRefused("act.too_long", longest=_last_day(ends, zone).isoformat())


def _last_day(ends: datetime, zone: timezone) -> date:
    return ends.astimezone(zone).date() - timedelta(days=1)


def _review_due(row: LegalTermRow, zone: timezone, at: datetime, ends: datetime) -> datetime:
    """When somebody else must have looked at it again; never after its end."""
    if not row.review_months:
        return ends
    day = months_later(at.astimezone(zone).date(), row.review_months)
    return min(ends, datetime(day.year, day.month, day.day, tzinfo=zone))


def overdue(standing: Standing, at: datetime) -> ActKind | None:
    """What the clock has to write down by now: that it lapsed, or that its review is overdue."""
    if standing.state is State.ENDED:
        return None
    if at >= standing.ends:
        return ActKind.LAPSE
    return ActKind.SUSPEND if standing.state is State.IN_FORCE and at >= standing.review_due else None


def fitting(need: Need, first: Hand, seats: Iterable[Hand]) -> list[Hand]:
    """Of those who are posted now, who may be drawn: in a fixed order, so that the draw can be made again."""
    return sorted(
        (seat for seat in seats if may_second(need, first, seat)), key=lambda seat: (seat.officer, seat.office)
    )
