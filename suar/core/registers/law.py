"""The law of each register, as a lawyer signs it: `policy/legal_basis/*.yaml`, one row for each kind and each period of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Any, Literal

from pydantic import Field

from suar.core.canonical import sha256
from suar.core.registers.articles import Article, BadCitation, articles
from suar.core.standard.tables import BadTable, Dated, Paths, Said, Table, read_table

JourneyStep = Literal["passport_application", "departure", "prelist"]


class ActKind(StrEnum):
    """What may be done to an entry. There is no delete: each is a new fact."""

    ADD = "add"
    EXTEND = "extend"
    SHORTEN = "shorten"
    LIFT = "lift"
    CORRECT = "correct"  # the reason, its words or its document; never the person, the kind or the term
    REVIEW = "review"  # looked at again, and it stays: from suspended as from in force
    SUSPEND = "suspend"  # by the clock alone: its review is overdue
    LIFT_BY_COURT = "lift_by_court"
    LIFT_BY_OBJECTION = "lift_by_objection"
    SHORTEN_BY_OBJECTION = "shorten_by_objection"
    LAPSE = "lapse"  # by the clock alone: its term is over


#: What the clock does by itself, with no officer. `suspend` and `lapse` end or pause, and only when their day has come.
BY_CLOCK = frozenset({ActKind.SUSPEND, ActKind.LAPSE})

#: What only the ruling on an objection carries out, and nobody asks for (`core.registers.objection`).
BY_OBJECTION = frozenset({ActKind.LIFT_BY_OBJECTION, ActKind.SHORTEN_BY_OBJECTION})


class Need(StrEnum):
    """Who must stand beside whoever asks, from nobody to another agency (SECURITY 3.3)."""

    NONE = "none"
    SUPERVISOR = "supervisor"
    OTHER_UNIT = "other_unit"
    OTHER_AGENCY = "other_agency"


class ActRow(Table):
    """Who may ask for an act, and who must agree to it."""

    second: Need
    by: tuple[str, ...] = ()  # roles; empty only for what the clock does


class ReasonRow(Table):
    """A coded reason of an entry, in plain words: most postponements are not trafficking (DOMAIN 0.15)."""

    code: str
    id: str
    en: str


class RemedyRow(Table):
    """What the person may do and until when (UU 30/2014; UU 37/2008): working days where it says so."""

    objection_working_days: int = Field(ge=1)
    decision_working_days: int = Field(ge=1)
    appeal_working_days: int = Field(ge=1)
    court_days: int = Field(ge=1)
    while_in_force: bool = (
        False  # the objection stays open as long as the entry runs (UU 6/2011 Ps 96), if that is longer
    )
    law: Paths


# law: UU 6/2011 Ps 91; Permenkumham 8/2014 Ps 30, 41
class LegalTermRow(Table):
    """One kind of entry under one state of the law, from a day to a day."""

    kind: str
    since: Dated = Field(alias="from")
    until: Dated | None = None  # the first day on which it is the law no more
    name: Said
    law: Paths
    effect: Literal["restriction", "fact", "protection", "signal"]
    enforcement: bool = False  # against the person: whoever is protected gets it only with the protection side's word
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    days_are: Literal["calendar", "working"] = "calendar"
    ends_with: Literal["term", "trip"] = "term"  # trip: ends with the day of the journey that it was about
    extensions: int = Field(default=0, ge=0)
    extension_filed_days_before: int = Field(default=0, ge=0)
    apart_months: int = Field(
        default=0, ge=0
    )  # no second one for the same person that begins within so long: not repeatable
    urgent_form: str = ""
    stops: tuple[JourneyStep, ...] = ()  # the steps that the law lets it stop
    at_gate: Said
    requested_by: Said
    decided_by: Said
    content: tuple[str, ...] = ()  # without these it is not written
    reasons: tuple[ReasonRow, ...] = ()
    notice: Mapping[Literal["person", "family", "mission", "minister"], int] = Field(default_factory=dict)  # days
    remedy: RemedyRow | None = None
    warn_days: int = Field(default=30, ge=0)
    review_months: int = Field(default=0, ge=0)
    acts: Mapping[ActKind, ActRow] = Field(default_factory=dict)
    why: str
    why_id: str = ""  # the same in Bahasa, for docs/law
    checked: tuple[str, ...] = ()  # what was read in a public source, and where
    unverified: tuple[Said, ...] = ()  # what has to be put to counsel before anybody relies on it

    @property
    def has_term(self) -> bool:
        return self.effect != "fact"

    @property
    def cited(self) -> tuple[Article, ...]:
        """Every article on which this row and its remedy rest, in the order of the row. Raises BadCitation."""
        law = (*self.law, *(self.remedy.law if self.remedy else ()))
        return tuple(dict.fromkeys(article for one in law for article in articles(one)))

    def holds_on(self, day: date) -> bool:
        return date.fromisoformat(self.since) <= day and (self.until is None or day < date.fromisoformat(self.until))


class LegalBasisFile(Table):
    dated: Dated
    drawn_for_minutes: Mapping[Need, int] = Field(default_factory=dict)
    request_hours: int = 0
    shared: Any = None  # anchors that rows refer to
    terms: tuple[LegalTermRow, ...]


class UnknownLaw(LookupError):
    """No law that we know let such an entry be made on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """Every kind of entry with its rows, oldest first, as adopted."""

    name: str
    rows: Mapping[str, tuple[LegalTermRow, ...]]
    request_hours: int
    drawn_for_minutes: Mapping[Need, int]

    @classmethod
    def read(cls, tables: Mapping[str, Any]) -> LegalBasis:
        """Read the parsed files of policy/legal_basis (stem → content). Raises BadTable with every mistake.

        An entry without end would be against MK 64/PUU-IX/2011; so each kind that is more than a fact has a term, or ends with the trip.
        """
        files = [read_table(LegalBasisFile, table, f"legal_basis/{name}") for name, table in sorted(tables.items())]
        rows = sorted((row for file in files for row in file.terms), key=lambda row: (row.kind, row.since))
        if problems := [problem for row in rows for problem in _wrong(row)] + [*_overlaps(rows)]:
            raise BadTable("legal_basis", problems)
        return cls(
            name=f"legal_basis {max((file.dated for file in files), default='')} {sha256(dict(tables))}",
            rows={kind: tuple(of_kind) for kind, of_kind in groupby(rows, key=lambda row: row.kind)},
            request_hours=max((file.request_hours for file in files), default=0),
            drawn_for_minutes={need: minutes for file in files for need, minutes in file.drawn_for_minutes.items()},
        )

    @property
    def terms(self) -> Mapping[str, LegalTermRow]:
        """Kinds that hold for a time, each by its newest law."""
        return {kind: rows[-1] for kind, rows in self.rows.items() if rows[-1].has_term}

    def __getitem__(self, kind: str) -> LegalTermRow:
        return self.rows[kind][-1]

    def on(self, kind: str, day: date) -> LegalTermRow:
        """The law of its day: an entry keeps it, whatever changes later. Raises UnknownLaw where none was in force."""
        for row in self.rows.get(kind, ()):
            if row.holds_on(day):
                return row
        raise UnknownLaw(f"{kind} on {day}")

    def of_day(self, kind: str, day: date) -> LegalTermRow:
        """The same for an entry that stands already: the oldest law that we know where it began before that."""
        rows = self.rows[kind]
        return next((row for row in rows if row.holds_on(day)), rows[0])


def _wrong(row: LegalTermRow) -> Iterable[str]:
    if row.has_term and not row.months and not row.days:
        yield f"{row.kind}: has no end"
    if row.months and row.days:
        yield f"{row.kind}: months or days, not both"
    if not row.has_term and (row.stops or row.acts):
        yield f"{row.kind}: a fact stops nobody and is acted on by nobody"
    if row.effect == "restriction" and not row.remedy:
        yield f"{row.kind}: a restriction without a remedy"
    if (ActKind.EXTEND in row.acts) != bool(row.extensions) and row.acts:
        yield f"{row.kind}: extensions and the act to extend go together"
    for act, told in row.acts.items():
        if not told.by and act not in BY_CLOCK:
            yield f"{row.kind}: nobody may {act}"
    if len({reason.code for reason in row.reasons}) < len(row.reasons):
        yield f"{row.kind}: a reason stands twice"
    try:
        _ = row.cited
    except BadCitation as unread:
        yield f"{row.kind}: no law is cited like {unread}"


def _overlaps(rows: Sequence[LegalTermRow]) -> Iterable[str]:
    for earlier, later in pairwise(rows):
        if earlier.kind == later.kind and (earlier.until is None or later.since < earlier.until):
            yield f"{later.kind} stands twice on {later.since}"
