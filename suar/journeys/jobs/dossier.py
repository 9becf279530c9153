"""Rows as the core lays them side by side: claims of subjects, dated by the steps of the same records, and what befell them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.manipulation.facts import Dossier, Happening, Said
from suar.core.manipulation.travel import ENDED
from suar.journeys.jobs.step import JAKARTA
from suar.persons.queries import Subject
from suar.vault.queries import DEFAULT, derived_id, token

STEPS = """
SELECT id, subject, source, agency, kind, at, until_at, state, token, facts FROM {table} WHERE subject = ANY(%b)
"""
NUMBERS = ("nik", "kk")
DIED = "died"


@dataclass(slots=True)
class Known:
    """Everything around some subjects: what each said, what befell each, whose person each is, and which agency told it."""

    said: dict[UUID, list[Said]] = field(default_factory=dict)
    happened: dict[UUID, list[Happening]] = field(default_factory=dict)
    agency: dict[UUID, str] = field(default_factory=dict)
    steps: dict[str, datetime] = field(default_factory=dict)  # the instant of each record that is a step

    def dossier(self, subjects: Iterable[UUID], civil: Sequence[Happening] = ()) -> Dossier:
        chosen = sorted(set(subjects), key=lambda id_: id_.int)
        return Dossier(
            tuple(one for id_ in chosen for one in self.said.get(id_, ())),
            tuple(one for id_ in chosen for one in self.happened.get(id_, ())) + tuple(civil),
        )

    def numbers(self) -> dict[bytes, tuple[str, str]]:
        """Every NIK and family card that is stated, by its token: which of the two, and its digits."""
        stated = {(name, one.get(name)) for said in self.said.values() for one in said for name in NUMBERS}
        return {number_token(name, value): (name, value) for name, value in stated if value}


def known(subjects: Mapping[UUID, Subject], person: Mapping[UUID, UUID]) -> Known:
    """Lay out these subjects. `person` says whose each is; one that nobody holds stands for itself."""
    found = Known()
    rows = steps_of(subjects)
    found.steps = {str(row[0]): row[5] for row in rows}
    for row in rows:
        if one := happening(row, str(person.get(row[1], row[1]))):
            found.happened.setdefault(row[1], []).append(one)
    for id_, subject in subjects.items():
        found.agency[id_] = subject.agency
        found.said[id_] = [said(subject, n, str(person.get(id_, id_)), found.steps) for n in range(len(subject.claims))]
    return found


def steps_of(subjects: Iterable[UUID]) -> list[tuple[Any, ...]]:
    asked, rows = list(subjects), list[tuple[Any, ...]]()
    with connections[DEFAULT].cursor() as cursor:
        for table in ("journeys_step", "journeys_crossing"):
            cursor.execute(STEPS.format(table=table), [asked])
            rows += cursor.fetchall()
    return rows


def record_of(source: str, kind: str, record_id: str) -> UUID:
    """The id under which a record is evidence: that of the step it makes, whether it makes one or not; it tells nothing of the record's own."""
    return derived_id("step", source, kind, record_id)


def said(subject: Subject, at: int, person: str, steps: Mapping[str, datetime]) -> Said:
    claim = subject.claims[at]
    record = str(record_of(subject.source, claim.kind, claim.record))
    when = steps.get(record) or (datetime.fromisoformat(claim.stated_at) if claim.stated_at else None)
    return Said(
        person=person, subject=str(subject.id), source=subject.source, kind=claim.kind, record=record, on=local(when) if when else None,
        values={name: str(value) for name, value in claim.values.items() if value not in ("", None)},
    )  # fmt: skip


def happening(row: tuple[Any, ...], person: str) -> Happening | None:
    """A step as something that befell somebody; a crossing that was not allowed is no journey."""
    id_, subject, source, _, kind, at, until_at, state, number, facts = row
    told = json.loads(facts) if isinstance(facts, str) else facts
    if kind == "crossing" and told.get("result", "allowed") != "allowed":
        return None
    dead = DIED in (state if kind == "worker_return" else "", told.get("cause"), told.get("subject"))
    until = local(until_at) if until_at else None
    if kind == "passport" and state in ENDED and told.get("status_on"):
        until = date.fromisoformat(told["status_on"])
    return Happening(
        person=person, subject=str(subject), source=source, kind="death" if dead else kind, record=str(id_), on=local(at), until=until,
        state=state, reason=str(told.get("reason", "")), number=bytes(number).hex() if number else "",
        detail=str(told.get("request") or told.get("passport_type") or ""),
    )  # fmt: skip


def local(at: datetime) -> date:
    return at.astimezone(JAKARTA).date()


def tokens_of(subject: Subject) -> set[bytes]:
    """Every NIK and family card that any claim of a subject states, as keyed tokens."""
    return {
        number_token(name, str(claim.values[name]))
        for claim in subject.claims
        for name in NUMBERS
        if claim.values.get(name)
    }


def number_token(name: str, value: str) -> bytes:
    return token(name, value)


def civil_of(niks: Mapping[bytes, str]) -> dict[bytes, list[Happening]]:
    """What the civil register answered about these numbers, by their tokens."""
    found: dict[bytes, list[Happening]] = {}
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT id, token, outcome, at FROM journeys_civil WHERE token = ANY(%b)", [list(niks)])
        for id_, number, outcome, at in cursor.fetchall():
            number = bytes(number)
            one = Happening(
                person="", subject="", source="dukcapil", kind="civil", record=str(id_), on=local(at), state=outcome, number=niks[number],
            )  # fmt: skip
            found.setdefault(number, []).append(one)
    return found
