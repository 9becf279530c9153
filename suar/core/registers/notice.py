"""The notice to somebody under a measure: what is decided, why, until when, and what can be done about it until which day.

UU 6/2011 Ps 91-97 (pencegahan: to the person within seven days), UU 30/2014 Ps 77-78 (objection, appeal), UU 5/1986 Ps 55 (court), UU 37/2008
(Ombudsman), UU 27/2022 Ps 30 (correction). The words are policy; what is here puts them together and counts the days.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal
from uuid import UUID

from suar.core.identity.zones import WIB, WIT, WITA
from suar.core.registers.notice_words import Addressee, RemedyRow, Wording
from suar.core.registers.working_days import DAY, midnight_after, working_days_after
from suar.core.standard.tables import Said

LETTERS = {WIB: "WIB", WITA: "WITA", WIT: "WIT"}
#: Of a masked identifier its holder still knows it by its end; nobody else learns it.
SHOWN = 3


ClockState = Literal["due", "met", "missed"]


class NoNotice(ValueError):
    """Nobody is told on paper of an entry of this kind: it is no measure, or it belongs to the protection desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What a notice must know of an entry, mirrored or nominated here. `ends` is the first instant at which it holds no longer."""

    id: UUID
    kind: str
    subject: UUID
    agency: str
    authority: Said  # as it was called on the day of the decision
    law: tuple[str, ...]  # the articles of the day, as the entry states them
    decision_no: str
    reason: str
    begins: datetime
    ends: datetime
    office: str  # code of the office that is asked about it; "" where none is known
    zone: timezone
    act: UUID  # the act of which the notice tells
    verb: str = "decide"  # what that act did: a key of `acts` in policy/notices
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTerms:
    """Who must be told of an act on an entry of one kind, and within how many days of it (policy/legal_basis)."""

    to: tuple[str, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """An instant as the clock of an office shows it."""

    day: date
    clock: str  # 14.05
    letters: str  # WIB, WITA or WIT


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a notice is about: the name as recorded, the birth year, and identifiers of which the end alone shows."""

    name: str
    birth_year: str
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One thing that can be done: to whom, on which grounds of law, and the last day. `latest` None: at any time."""

    code: str
    name: Said
    words: Said
    law: tuple[str, ...]
    to: Said
    counted_from: str
    days: int
    days_are: str
    years: int
    latest: date | None
    answered_in_days: int
    answered_in_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where to ask: an office by its name, and how it is reached, where that is written down."""

    office: str
    address: Said | None = None
    phone: str = ""
    hours: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a notice is known to be genuine: its number, and the code and address of the page that says so."""

    number: str
    code: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the paper says. Made of an entry and of words in force; nothing in it can know of a protection record (SECURITY T15)."""

    proof: Proof
    kind: str
    title: Said
    act: Said
    to_whom: Addressee
    addressee: Said
    about: About
    measure: Said
    law: tuple[str, ...]
    authority: Said
    decision_no: str
    reason: str
    ground: Said
    begins: LocalTime
    ends: LocalTime
    means: tuple[Said, ...]
    not_means: tuple[Said, ...]
    remedies: tuple[Remedy, ...]
    ask: Contact
    issued: LocalTime
    issued_at: datetime
    words: Mapping[str, Said]
    policy: str


def notice_of(
    facts: EntryFacts,
    about: About,
    *,
    title: Said,
    to_whom: Addressee,
    wording: Wording,
    holidays: Container[date],
    ask: Contact,
    proof: Proof,
    at: datetime,
) -> Notice:
    """The notice of one act on an entry, as it is made at `at`. Raises NoNotice for a kind of which nobody is told on paper."""
    row = wording.kinds.get(facts.kind)
    if row is None:
        raise NoNotice(facts.kind)
    act, issued = wording.acts[facts.verb], local(at, facts.zone)
    said = wording.over if act.over else row
    return Notice(
        proof=proof,
        kind=facts.kind,
        title=title,
        act=act.words,
        to_whom=to_whom,
        addressee=wording.addressees[to_whom],
        about=about,
        measure=said.measure,
        law=facts.law,
        authority=facts.authority,
        decision_no=facts.decision_no,
        reason=facts.reason,
        ground=wording.ground(facts.reason),
        begins=local(facts.begins, facts.zone),
        ends=end_of(facts.ends, facts.zone),
        means=said.means,
        not_means=wording.not_means,
        remedies=remedies([wording.remedies[code] for code in said.remedies], issued.day, last_day(facts), holidays),
        ask=ask,
        issued=issued,
        issued_at=at.astimezone(UTC),
        words=wording.words,
        policy=wording.name,
    )


# law: UU 30/2014 Ps 78; UU 5/1986 Ps 55
def remedies(rows: Sequence[RemedyRow], issued: date, term: date, holidays: Container[date]) -> tuple[Remedy, ...]:
    """Each step with its last day. A step that waits for an answer is counted from the last day on which the step before may be answered."""
    found, answered = [], issued
    for row in rows:
        latest = latest_of(row, {"notice": issued, "answer": answered, "term": term}, holidays)
        if row.answered_in_days and latest:
            answered = working_days_after(latest, row.answered_in_days, holidays)
        found.append(
            Remedy(
                code=row.code, name=row.name, words=row.words, law=row.law, to=row.to, counted_from=row.counted_from, days=row.days,
                days_are=row.days_are, years=row.years, latest=latest, answered_in_days=row.answered_in_days,
                answered_in_hours=row.answered_in_hours,
            )
        )  # fmt: skip
    return tuple(found)


def latest_of(row: RemedyRow, start: Mapping[str, date], holidays: Container[date]) -> date | None:
    """The last day of a step, or None where it may be taken at any time."""
    if row.counted_from == "any":
        return None
    day = start[row.counted_from]
    if row.years:
        return years_after(day, row.years)
    if row.days_are == "working":
        return working_days_after(day, row.days, holidays)
    return day + row.days * DAY


def years_after(day: date, years: int) -> date:
    """The same day of a later year; 29 February has its counterpart on the 28th."""
    leap = day.month == 2 and day.day == 29
    return date(day.year + years, day.month, 28 if leap else day.day)


# law: UU 6/2011 Ps 94; PP 31/2013 Ps 229
def due_at(decided_at: datetime, zone: timezone, days: int) -> datetime:
    """The first instant at which a notice is late: the end of the local day so many days after the day of the decision."""
    return midnight_after(decided_at.astimezone(zone).date() + days * DAY, zone).astimezone(UTC)


def clock_of(due: datetime, sent: datetime | None, at: datetime) -> ClockState:
    """Whether the notice clock was met: sent before it ran out, still running, or missed; one sent too late stays missed."""
    if (sent or at) >= due:
        return "missed"
    return "met" if sent else "due"


def local(at: datetime, zone: timezone) -> LocalTime:
    there = at.astimezone(zone)
    return LocalTime(day=there.date(), clock=f"{there:%H.%M}", letters=LETTERS[zone])


def end_of(ends: datetime, zone: timezone) -> LocalTime:
    """An end as people say it: a term that is over at midnight holds through the day before, to 24.00."""
    there = ends.astimezone(zone)
    if there.time() == time():
        return LocalTime(day=there.date() - DAY, clock="24.00", letters=LETTERS[zone])
    return local(ends, zone)


def last_day(facts: EntryFacts) -> date:
    """The last local day on some instant of which the entry holds."""
    return (facts.ends - timedelta(microseconds=1)).astimezone(facts.zone).date()


def masked(identifier: str) -> str:
    """An identifier of which the end alone shows."""
    return (
        "•" * max(len(identifier) - SHOWN, 0) + identifier[-SHOWN:]
        if len(identifier) > 2 * SHOWN
        else "•" * len(identifier)
    )
