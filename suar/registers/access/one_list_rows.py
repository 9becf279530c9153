"""One page of the one list as it is shown: persons with their rows, in codes; of a NIK its last digits, of a marker the desk alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from suar.core.act import Act
from suar.core.registers.listing import clock
from suar.intake.queries.records import numbers_of
from suar.persons.queries import Subject, newest_said, subjects
from suar.persons.queries.membership import members
from suar.registers.queries.one_list import Row, Wanted, listed

MOST = 50  # rows a page (SECURITY T09)
YEAR, LAST = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whom to look for: by a NIK, by a passport's number, or by a name. `typed` is what stood in the field, kept sealed in the log."""

    typed: str = ""
    nik: str = ""
    passport_no: str = ""
    full_name: str = ""


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
