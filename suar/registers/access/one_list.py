"""The door of the one list. Whoever keeps the registers goes through all of it; whoever has a case looks up whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import DoorShut, enter, needs_reference, opens
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.identity.person import Description
from suar.core.registers.listing import asked_by_name, clock, found_by
from suar.intake.queries.health import states
from suar.intake.queries.records import numbers_of
from suar.persons.access import justified, newest_said, source_row
from suar.persons.queries import Subject, candidates, holders, matching_policy, members, subjects
from suar.policies.queries import in_force
from suar.registers.queries.one_list import (
    EVENTS,
    KINDS,
    Place,
    Row,
    Wanted,
    counted,
    listed,
    marked,
    subjects_found,
)

DOOR = "register.list"
MOST = 50  # rows a page (SECURITY T09)
MOST_LOOKED_UP = 10  # persons that a look-up for a case shows; past that the officer says more of whom he looks for
MOST_FOUND = 5_000  # entries of one name that are gone through; past that a list of them helps nobody
YEAR, LAST = 4, 4
FIELDS = ("birth_date", "full_name", "nik", "register")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whom to look for: by a NIK, by a passport's number, or by a name. `typed` is what stood in the field, kept sealed in the log."""

    typed: str = ""
    nik: str = ""
    passport_no: str = ""
    full_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows of theirs."""

    kind: str = ""
    in_force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One person with his rows, newest first. Of the NIK the last digits, to tell two namesakes apart."""

    person: UUID
    subjects: tuple[UUID, ...]  # of whom the values are
    name: str
    birth_year: str
    nik_end: str
    rows: list[dict[str, Any]]
    marker: bool  # "protection desk", and nothing else
    more: bool = False  # he has more rows than the page holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How many rows of one kind there are, and how many are in force; None where a kind is never in force."""

    kind: str
    rows: int
    in_force: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `after` is where the next one begins; `more` says that there is more which is not to be paged through."""

    groups: list[Group]
    after: Place | None
    more: bool
    sources: list[dict[str, Any]]
    opens_persons: bool


@dataclass(slots=True)
class Cut:
    """The persons of one page, in the order of their newest row, while it is being cut; `after` is how far down the list it has come."""

    after: Place | None
    persons: list[UUID] = field(default_factory=list)
    rows: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """To whom the protection desk is offered now: the persons, and all their subjects."""

    persons: frozenset[UUID]
    subjects: tuple[UUID, ...]


def keeps_registers(act: Act) -> bool:
    """Whether this act goes through the whole list. For a case one looks up whom it is about (UU 27/2022 Ps 16; SECURITY 3.2: match only)."""
    return opens(act, DOOR) and not needs_reference(act)


@transaction.atomic
def one_list_for(act: Act, sought: Sought, kept: Filter, *, reference: str = "", after: Place | None = None) -> Page:
    """One page of the list, and one entry that names everybody on it. Refuses: DoorShut, ReferenceMissing, CaseNotOpen."""
    act, keeps = entered(act, reference)
    guarded = guarded_at(act)
    found = found_persons(sought, act) if sought.typed else [] if not keeps else None
    said = [person for person in found or () if person in guarded.persons]
    wanted = Wanted(at=act.at, kind=kept.kind, in_force=kept.in_force, guarded=guarded.subjects)
    if found is not None:
        wanted = replace(wanted, subjects=subjects_of([person for person in found if person not in guarded.persons]))
    most = MOST if keeps else MOST_LOOKED_UP
    cut = cut_page(wanted, said[:MOST_LOOKED_UP] if after is None else [], after)
    groups = described(
        cut.persons[:most], wanted, act, said=guarded.persons if sought.typed else frozenset(), sought=sought
    )
    shown = [subject for group in groups for subject in group.subjects]
    append(
        "register.listed", act, about=shown, fields=FIELDS if groups else (), personal=sought.typed,
        rows=sum(len(group.rows) for group in groups), kind=kept.kind, in_force=kept.in_force,
    )  # fmt: skip
    return Page(
        groups=groups,
        after=cut.after if keeps and cut.full else None,
        more=len(said) > MOST_LOOKED_UP or (not keeps and (cut.full or len(cut.persons) > most)),
        sources=[source_row(state) for state in states(act.at)],
        opens_persons=not keeps and opens(act, "person.see"),
    )


@transaction.atomic
def numbers_for(act: Act) -> list[Numbers]:
    """How many rows of each kind. Refuses: DoorShut, also to whoever comes for a case, since he could not go through them."""
    if not keeps_registers(act):
        raise DoorShut(door=DOOR)
    enter(act, DOOR)
    found = counted(Wanted(at=act.at, guarded=guarded_at(act).subjects))
    kinds = [*KINDS, *sorted(set(found) - set(KINDS))]
    counts = [(kind, *found.get(kind, (0, 0))) for kind in kinds]
    return [
        Numbers(kind=kind, rows=rows, in_force=None if kind in EVENTS else in_force) for kind, rows, in_force in counts
    ]


def entered(act: Act, reference: str) -> tuple[Act, bool]:
    """The act behind the door, and whether it may go through the whole list."""
    if keeps_registers(act):
        enter(act, DOOR)
        return act, True
    return justified(act, reference, door=DOOR), False


def guarded_at(act: Act) -> Guarded:
    persons = persons_of(marked(act.at))
    return Guarded(persons=persons, subjects=tuple(subjects_of(persons)))


def persons_of(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Whose subjects these are: whom nobody joined to another is his own person."""
    ids = list(ids)
    held = holders(ids)
    return frozenset(held.get(one, one) for one in ids)


def subjects_of(persons: Iterable[UUID]) -> list[UUID]:
    persons = list(persons)
    held = members(persons)
    return [subject for person in persons for subject in held.get(person, [person])]


def found_persons(sought: Sought, act: Act) -> list[UUID]:
    """The persons of whom some entry, or some source, states what was asked."""
    if sought.full_name:
        return sorted(persons_of(named(sought.full_name, act)))
    kind, number = ("nik", sought.nik) if sought.nik else ("passport", sought.passport_no)
    if not number:
        return []
    alike = candidates(Description(nik=sought.nik, passport_no=sought.passport_no))
    return sorted(persons_of([*subjects_found(kind, [number], most=MOST_FOUND), *(one.subject for one in alike)]))


def named(full_name: str, act: Act) -> list[UUID]:
    """Who has this name: where an entry states it, all of them; where only another source does, those whom the search at a desk finds."""
    words = asked_by_name(full_name, matching_policy(in_force(act.at)).names)
    alike = candidates(Description(full_name=full_name)) if words else []
    also = [
        one.subject
        for one in alike
        if set(words) <= set(found_by({"full_name": one.description.full_name}).get("name", ()))
    ]
    return [*subjects_found("name", words, most=MOST_FOUND), *also]


def cut_page(wanted: Wanted, first: Sequence[UUID], after: Place | None) -> Cut:
    """Go down the list until the page is full. Somebody stands where his newest row does, with all his rows; further down he is passed over."""
    rows = rows_by_person(first, wanted)
    cut = Cut(after, persons=list(first), rows=sum(1 + len(found) for found in rows.values()))
    while not cut.full:
        window = listed(wanted, after=cut.after, most=MOST + 1)
        held = holders({row.subject for row in window})
        whose = [held.get(row.subject, row.subject) for row in window]
        of = rows_by_person(set(whose), wanted)
        for row, person in zip(window[:MOST], whose, strict=False):
            newest = of[person][0].place == row.place
            cut.full = newest and bool(cut.persons) and cut.rows + len(of[person]) > MOST
            if cut.full:
                break
            if newest:
                cut.persons.append(person)
                cut.rows += len(of[person])
            cut.after = row.place
        if len(window) <= MOST:
            break
    return cut


def rows_by_person(persons: Iterable[UUID], wanted: Wanted) -> dict[UUID, list[Row]]:
    """All rows wanted of each, newest first."""
    persons = list(persons)
    held = members(persons)
    of = {subject: person for person in persons for subject in held.get(person, [person])}
    found: dict[UUID, list[Row]] = {}
    for row in listed(replace(wanted, subjects=list(of))) if of else ():
        found.setdefault(of[row.subject], []).append(row)
    return found


def described(
    persons: Sequence[UUID], wanted: Wanted, act: Act, *, said: frozenset[UUID], sought: Sought
) -> list[Group]:
    """The groups of one page: of each person what his sources say of him, his rows, and whether the protection desk is offered to him."""
    held = members(persons)
    told = subjects([subject for person in persons for subject in held.get(person, [person])])
    of = {person: [told[one] for one in held.get(person, [person]) if one in told] for person in persons}
    known = [person for person in persons if of[person] and states_number(of[person], sought)]
    rows, left = rows_by_person(known, wanted), MOST
    numbers = numbers_of({row.record for found in rows.values() for row in found[:MOST]})
    groups = []
    for person in known:
        group = group_of(person, of[person], rows.get(person, [])[: max(left, 0)], numbers, act, marker=person in said)
        group = replace(group, more=len(rows.get(person, ())) > len(group.rows))
        left -= len(group.rows) + group.marker
        groups += [group] if group.rows or group.marker else []
    return groups


def states_number(of: Sequence[Subject], sought: Sought) -> bool:
    """Whether somebody really states the number asked for: a key is a hash of it, and two numbers may share one."""
    number = sought.nik or sought.passport_no
    name = "nik" if sought.nik else "passport_no"
    return not number or any(claim.values.get(name) == number for one in of for claim in one.claims)


def group_of(
    person: UUID, of: Sequence[Subject], rows: Sequence[Row], numbers: Mapping[UUID, str], act: Act, *, marker: bool
) -> Group:
    year = newest_said(of, "birth_date")[:YEAR]
    return Group(
        person=person,
        subjects=tuple(one.id for one in of),
        name=newest_said(of, "full_name"),
        birth_year=year if year.isdigit() else "",
        nik_end=newest_said(of, "nik")[-LAST:],
        rows=[row_of(row, numbers.get(row.record, ""), act) for row in rows],
        marker=marker,
    )


def row_of(row: Row, number: str, act: Act) -> dict[str, Any]:
    """One entry in codes: what, why, under which law, from when until when, who says so and under which number."""
    stands = clock(row.from_at, row.until_at, act.at)
    return {
        "id": row.id,
        "kind": row.kind,
        "why": why(row),
        "where": where(row),
        "law": row.basis,
        "from_at": row.from_at,
        "until_at": row.until_at,
        "clock": stands,
        "left_s": int((row.until_at - act.at).total_seconds()) if stands == "in_force" else None,
        "source": row.source,
        "agency": row.agency,
        "number": number,
        "confirmed": row.state == "confirmed",
    }


#: Kind to the code list in which its reason stands.
REASONS = {
    "passport_postponement": "passport_reason",
    "departure_deferral": "deferral_reason",
    "prevention": "prevention_way",
    "repatriation": "return_cause",
}


def why(row: Row) -> dict[str, Any] | None:
    """The sentence of its reason. Of an exit ban the source states in free words why, and a list is no place for those: it says who asked."""
    if row.kind in REASONS:
        return {"code": f"{REASONS[row.kind]}.{row.reason}", "params": {}} if row.reason else None
    return {"code": "one_list.asked_by", "params": {"authority": row.authority}} if row.authority else None


def where(row: Row) -> str:
    """The office or place of control that it comes from, as its source names it."""
    if row.kind not in REASONS or not row.authority:
        return ""
    return f"tpi.{row.authority}" if row.kind == "departure_deferral" else row.authority
