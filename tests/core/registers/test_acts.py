"""Who may do what to an entry, walked exhaustively beside an oracle that reads the law's tables by itself (SECURITY Z4, T03)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from suar.core.registers import acts
from suar.core.registers.acts import ActRefused, Hand, Standing, State, Wanted, agree, begin, overdue, take
from suar.core.registers.law import BY_CLOCK, BY_OBJECTION, ActKind, LegalTermRow, Need
from tests.golden import adopted

ZONE = timezone(timedelta(hours=7))
START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
BASIS = adopted.legal_basis()
DEPTH = 8


def hand(number: int, role: str, agency: str, office: str) -> Hand:
    return Hand(officer=UUID(int=number), role=role, agency=agency, office=office)


#: Officer 5 sits in two chairs: he nominates at one agency and agrees at another. Nobody may be two persons by that.
PEOPLE = (
    hand(1, "register_officer", "imigrasi", "PUSAT"),
    hand(2, "counter_officer", "imigrasi", "TPI"),
    hand(3, "supervisor", "imigrasi", "TPI"),
    hand(4, "second_officer", "imigrasi", "WILAYAH"),
    hand(5, "register_officer", "polri", "BARESKRIM"),
    hand(5, "second_officer", "kp2mi", "PUSAT-P2MI"),
    hand(6, "second_officer", "ombudsman", "ORI"),
    hand(7, "legal_reviewer", "imigrasi", "HUKUM"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits for the second person."""

    wanted: Wanted
    first: Hand
    seq: int


@dataclass(frozen=True, slots=True)
class Place:
    """One state of the walk: the entry, what waits, and what time it is."""

    standing: Standing | None
    asked: Asked | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """One step of the walk, with whoever took part in it."""

    who: str
    before: Place
    after: Place
    hands: tuple[Hand, ...]
    act: ActKind | None


def walk(row: LegalTermRow, depth: int) -> Iterator[Move]:
    """Every move from every place that can be reached within so many steps, each place once."""
    frontier = [Place(None, None, START)]
    seen = {key_of(frontier[0])}
    for _ in range(depth):
        reached: list[Place] = []
        for place in frontier:
            for move in moves(place, row):
                yield move
                if (key := key_of(move.after)) not in seen:
                    seen.add(key)
                    reached.append(move.after)
        frontier = reached


def key_of(place: Place) -> object:
    """Two places are one when nothing that the rules look at tells them apart: how many steps it took does not."""
    standing = place.standing and replace(place.standing, seq=0)
    fresh = place.asked and place.standing and place.asked.seq == place.standing.seq
    return standing, place.asked and replace(place.asked, seq=0), fresh, place.at


def moves(place: Place, row: LegalTermRow) -> Iterator[Move]:
    """Anybody may ask for anything, anybody may agree to what waits, and time may pass."""
    yield from asking(place, row)
    yield from agreeing(place, row)
    yield from waiting(place, row)


def asking(place: Place, row: LegalTermRow) -> Iterator[Move]:
    for first in PEOPLE:
        for act in ActKind:
            for last_day in days_for(place, act):
                wanted = Wanted(act=act, asked_at=place.at, last_day=last_day)
                try:
                    need = begin(place.standing, wanted, row, ZONE, first)
                except ActRefused:
                    continue
                if need is Need.NONE:
                    after = agree(place.standing, wanted, row, ZONE, first, None, place.at)
                    yield Move("asked", place, Place(after, place.asked, place.at), (first,), act)
                else:
                    asked = Asked(wanted, first, place.standing.seq if place.standing else 0)
                    yield Move("asked", place, Place(place.standing, asked, place.at), (first,), None)


SHORTER = {ActKind.SHORTEN, ActKind.SHORTEN_BY_OBJECTION}


def days_for(place: Place, act: ActKind) -> tuple[date | None, ...]:
    today = place.at.astimezone(ZONE).date()
    if act in {ActKind.ADD, ActKind.EXTEND}:
        return None, today + timedelta(days=3), today + timedelta(days=3000)
    return (today, today + timedelta(days=3000)) if act in SHORTER else (None,)


def agreeing(place: Place, row: LegalTermRow) -> Iterator[Move]:
    asked = place.asked
    if asked is None or asked.seq != (place.standing.seq if place.standing else 0):
        return  # the entry has moved on since: what was asked lapses
    for second in PEOPLE:
        try:
            after = agree(place.standing, asked.wanted, row, ZONE, asked.first, second, place.at)
        except ActRefused:
            continue
        yield Move("agreed", place, Place(after, None, place.at), (asked.first, second), asked.wanted.act)


def waiting(place: Place, row: LegalTermRow) -> Iterator[Move]:
    """A day and an hour, to its review, and past its end; what the clock then has to write down, it writes down."""
    times = {place.at + timedelta(hours=25)}
    if place.standing:
        times |= {time for time in (place.standing.review_due, place.standing.ends) if time > place.at}
    for at in sorted(times):
        standing = place.standing
        if standing and (due := overdue(standing, at)):
            standing = take(standing, Wanted(act=due, asked_at=at), row, ZONE, at)
        yield Move("waited", place, Place(standing, None, at), (), None)


# The oracle: it reads the YAML as a lawyer does, knows who sits where from PEOPLE alone, and looks at what changed, not at what it was called.


def law_of(kind: str) -> dict[str, Any]:
    rows = [row for table in adopted.tables("legal_basis").values() for row in table["terms"] if row["kind"] == kind]
    newest: dict[str, Any] = max(rows, key=lambda row: str(row["from"]))
    return newest


def wrong(move: Move, law: dict[str, Any]) -> str:
    """Why a move should not have been possible; "" where it may be."""
    before, after = held_until(move.before), held_until(move.after)
    if move.who == "waited":
        return "waiting made it longer" if after > before else ""
    if after == before:
        return ""
    if after > before:
        steps = {"add", "extend"} if move.before.standing is None or move.act is ActKind.EXTEND else {"add"}
    elif move.act in {ActKind.LIFT_BY_COURT, *BY_OBJECTION}:
        steps = {move.act.value}
    else:
        steps = {"shorten", "lift"}
    return too_few(move.hands, [law["acts"][step]["second"] for step in steps if step in law["acts"]])


def held_until(place: Place) -> datetime:
    """Until when an entry would be acted on if nothing more happened; the beginning of time where it would not."""
    standing = place.standing
    if standing is None or standing.state is not State.IN_FORCE:
        return datetime.min.replace(tzinfo=UTC)
    return standing.ends


def too_few(hands: tuple[Hand, ...], seconds: list[str]) -> str:
    persons = {one.officer for one in hands}
    agencies = {one.agency for one in hands}
    for second in seconds:
        if second != "none" and len(persons) < 2:
            return f"one person, where {second} is wanted"
        if second == "other_agency" and len(agencies) < 2:
            return "one agency"
        if second == "other_unit" and len({(one.agency, one.office) for one in hands}) < 2:
            return "one unit"
        if second == "supervisor" and hands[1].role != "supervisor":
            return "no supervisor"
    return "" if seconds else "the law has no such step"


WALKED = ("exit_ban", "exit_ban_urgent", "passport_suspension", "passport_postponement", "departure_deferral", "signal")


@pytest.mark.parametrize("kind", WALKED)
def test_no_path_adds_shortens_or_ends_a_restriction_with_fewer_than_the_law_demands(kind: str) -> None:
    law, tried, found = law_of(kind), set(), []
    for move in walk(BASIS[kind], DEPTH):
        tried.add(move.act)
        if why := wrong(move, law):
            found.append((why, move))
    assert not found, found[:3]
    assert {ActKind(act) for act in law["acts"]} - BY_CLOCK <= tried  # the walk reached every act that the law knows


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (lambda need, first, second: True, "exit_ban"),
        (lambda need, first, second: second.officer != first.officer, "signal"),
        (lambda need, first, second: second.role in {"supervisor", "second_officer"}, "exit_ban_urgent"),
        (lambda need, first, second: second.agency != first.agency, "exit_ban"),
    ],
    ids=["anybody", "anybody_else", "any_second", "any_other_agency_even_himself"],
)
def test_with_the_rule_off_the_walk_finds_the_path(
    broken: Callable[[Need, Hand, Hand], bool], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "may_second", broken)
    law = law_of(kind)
    assert any(wrong(move, law) for move in walk(BASIS[kind], 4))
