"""The door of the one list. Whoever keeps the registers goes through all of it; whoever has a case looks up whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import DoorShut, enter, needs_reference, opens
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.identity.person import Description
from suar.core.registers.listing import asked_by_name, found_by
from suar.intake.queries.health import states
from suar.intake.queries.mappings import sources
from suar.persons.access import justified, source_row
from suar.persons.queries.found import candidates, matching_policy
from suar.persons.queries.membership import holders, members
from suar.policies.queries import in_force
from suar.registers.access.one_list_rows import MOST, Group, Sought, described, rows_by_person
from suar.registers.jobs import READERS
from suar.registers.queries.one_list import EVENTS, KINDS, Place, Wanted, counted, listed, marked, subjects_found

DOOR = "register.list"
MOST_LOOKED_UP = 10  # persons that a look-up for a case shows; past that the officer says more of whom he looks for
MOST_FOUND = 5_000  # entries of one name that are gone through; past that a list of them helps nobody
FIELDS = ("birth_date", "full_name", "nik", "register")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows of theirs."""

    kind: str = ""
    in_force: bool = False


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
class Found:
    """Who was found; `more` where so many have the name that not all were gone through."""

    persons: tuple[UUID, ...] = ()
    more: bool = False


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
    wanted = Wanted(at=act.at, kind=kept.kind, in_force=kept.in_force, guarded=guarded.subjects)
    hits = found_by_what(sought, act) if sought.typed else Found()
    said = [person for person in hits.persons if person in guarded.persons]
    if sought.typed or not keeps:
        wanted = replace(wanted, subjects=subjects_of([one for one in hits.persons if one not in guarded.persons]))
    most = MOST if keeps else MOST_LOOKED_UP
    cut = cut_page(wanted, said[:MOST_LOOKED_UP] if after is None else [], after)
    groups = described(cut.persons[:most], wanted, act, said=frozenset(said), sought=sought)
    append(
        "register.listed", act, about=[one for group in groups for one in group.subjects], fields=FIELDS if groups else (),
        personal=sought.typed, rows=sum(len(group.rows) for group in groups), kind=kept.kind, in_force=kept.in_force,
    )  # fmt: skip
    heard = feeding(act)
    return Page(
        groups=groups,
        after=cut.after if keeps and cut.full else None,
        more=hits.more or len(said) > MOST_LOOKED_UP or (not keeps and (cut.full or len(cut.persons) > most)),
        sources=[source_row(state) for state in states(act.at) if state.source in heard],
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


def feeding(act: Act) -> set[str]:
    """The sources that fill the registers: of the others the list could not know anything."""
    known = sources(act.at)
    return {name for name in known.names if any(one.kind.name in READERS for one in known[name].kinds.values())}


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


def found_by_what(sought: Sought, act: Act) -> Found:
    """The persons of whom some entry, or some source, states what was asked."""
    if sought.full_name:
        return named(sought.full_name, act)
    kind, number = ("nik", sought.nik) if sought.nik else ("passport", sought.passport_no)
    if not number:
        return Found()
    alike = candidates(Description(nik=sought.nik, passport_no=sought.passport_no))
    return found([*subjects_found(kind, [number], most=MOST_FOUND), *(one.subject for one in alike)])


def named(full_name: str, act: Act) -> Found:
    """Who has this name: where an entry states it, all of them; where only another source does, those whom the search at a desk finds."""
    words = asked_by_name(full_name, matching_policy(in_force(act.at)).names)
    alike = candidates(Description(full_name=full_name)) if words else []
    stated = [(one.subject, found_by({"full_name": one.description.full_name}).get("name", ())) for one in alike]
    return found(
        [*subjects_found("name", words, most=MOST_FOUND), *(one for one, name in stated if set(words) <= set(name))]
    )


def found(ids: Sequence[UUID]) -> Found:
    return Found(persons=tuple(sorted(persons_of(ids))), more=len(ids) >= MOST_FOUND)


def cut_page(wanted: Wanted, first: Sequence[UUID], after: Place | None) -> Cut:
    """Go down the list until the page is full. Somebody stands where his newest row does, with all his rows; further down he is passed over."""
    rows = rows_by_person(first, wanted)
    cut = Cut(after, persons=list(first), rows=len(first) + sum(map(len, rows.values())))
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
