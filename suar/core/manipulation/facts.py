"""What is laid side by side: words of the sources, and what happened; and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from suar.core.errors import Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One current record's word on a human: values of the standard, "" left out.

    `person` and `subject` are opaque; `on` is the day of what the record tells, else the day it was stated; None: nobody says.
    """

    person: str
    subject: str
    source: str
    kind: str
    record: str
    on: date | None
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something dated that befell a human: an application, a passport, a crossing, a deferral, a death that a source told, or the civil
    register's answer to a question (`civil`, with `number` the NIK asked for and `state` the outcome).

    `state` and `reason` are codes of the standard; `number` is opaque (a passport's token), equal only for the same document.
    """

    person: str
    subject: str
    source: str
    kind: str
    record: str
    on: date
    until: date | None = None
    state: str = ""
    reason: str = ""
    number: str = ""
    detail: str = ""  # what was asked for (passport_requests), or the kind of document


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known around one number or one person: the claims and the happenings of everybody whom it touches."""

    said: tuple[Said, ...]
    happened: tuple[Happening, ...] = ()

    @property
    def dated(self) -> list[Said]:
        """Claims in order of their day; those without one come first, since nothing is earlier than they."""
        return sorted(self.said, key=lambda one: (one.on or date.min, one.source, one.kind, one.record))

    def of(self, *kinds: str) -> list[Happening]:
        found = [one for one in self.happened if one.kind in kinds]
        return sorted(found, key=lambda one: (one.on, one.source, one.kind, one.record))

    def claim_of(self, happening: Happening) -> Said | None:
        """What the same record says of the human."""
        wanted = happening.source, happening.kind, happening.record
        return next((one for one in self.said if (one.source, one.kind, one.record) == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Evidence:
    """One record that speaks for a finding. `role` says how (`before`, `after`, …), `field` which of its fields; `value` is personal
    where the field is: the room hashes it and keeps no word of it.
    """

    role: str
    source: str
    kind: str
    record: str
    subject: str
    on: date | None = field(default=None, compare=False)
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that somebody must look at; never an accusation, and it stops nobody."""

    kind: str
    about: str  # what it hangs on: a number, or a person
    evidence: tuple[Evidence, ...]
    params: Params  # counts and days for the sentence, no personal value

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(sorted({one.subject for one in self.evidence}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """What looked like a finding and is none, and why: counted, shown to nobody."""

    kind: str
    why: str


Outcome = Finding | Excused


def from_said(role: str, said: Iterable[Said], name: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            role=role, source=one.source, kind=one.kind, record=one.record, subject=one.subject, on=one.on, field=name,
            value=one.get(name),
        )
        for one in said
    )  # fmt: skip


def from_happening(role: str, one: Happening) -> Evidence:
    return Evidence(
        role=role, source=one.source, kind=one.kind, record=one.record, subject=one.subject, on=one.on, field=one.kind,
        value=f"{one.on.isoformat()} {one.until.isoformat() if one.until else ''} {one.state} {one.reason}",
    )  # fmt: skip
