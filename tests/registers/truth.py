"""The oracle of the one list: what the sandbox's nation says of everybody, row by row, and not a line of Suar.

Numbers are the agencies' own; days and terms are the law's: six months, twenty days where urgent (UU 63/2024 Ps 97), a trip's week,
thirty days for a postponed application. What only happened has no term.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.bp3mi.book import lines, strikes
from sandbox.nation.model import (
    DepartureDeferral,
    ExitBan,
    Happening,
    PassportApplication,
    Person,
    PreventionRecord,
    RegistryEntry,
    Repatriation,
    Return,
)
from sandbox.peduliwni.defects import typed_birth, typed_nik
from sandbox.simkim import codes
from sandbox.simkim.rows import application_no, struck

WIB = ZoneInfo("Asia/Jakarta")
LIST_MADE_AT = time(5, 0)
DAYS_ON_THE_LIST = timedelta(days=31)  # so long SIMKIM lists what has ended
ADULT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One row that the list must have. `until` None: it happened, nothing runs. `unreadable`: the agency wrote it so that it is no record (an
    O in a NIK), and it is returned to it with that fault; until it is mended nobody can have the row.
    """

    person: str
    source: str
    number: str
    kind: str
    reason: str
    since: datetime
    until: datetime | None
    confirmed: bool = True
    unreadable: bool = False


def truths(told: Iterable[Happening], now: datetime) -> list[Truth]:
    """Every row of everybody, from the last word on each thing."""
    told = list(told)
    last = {one.of.id: one for one in told if not isinstance(one.of, RegistryEntry)}
    found: list[Truth] = []
    for one in last.values():
        found += of_thing(one.of)
    found += [ban for of in bans(told, now) if (ban := term_of(of)) is not None]
    return [*found, *books(told, now)]


def of_thing(of: object) -> Iterator[Truth]:
    if isinstance(of, PassportApplication):
        yield from application(of)
    elif isinstance(of, DepartureDeferral):
        at = whole(of.at)
        number = f"TUNDA/{codes.point_code(of.point)}/{of.at.year}/{of.serial:06d}"
        yield Truth(
            person=of.person.id,
            source="simkim",
            number=number,
            kind="departure_deferral",
            reason=of.reason,
            since=at,
            until=at + timedelta(days=7),
        )
    elif isinstance(of, PreventionRecord) and not of.by_hand:
        yield happened(of.person, "siskop2mi", f"CGH/{of.at.year}/{of.serial:06d}", "prevention", of.how, whole(of.at))
    elif isinstance(of, Return) and not of.by_hand:
        yield from brought_home(of, "siskop2mi", f"PLG{of.serial:09d}", whole(of.at))
    elif isinstance(of, Repatriation) and of.arrived_on and not of.victim and not maybe_child(of):
        number = f"PM/{of.planned_on.year}/{of.serial:06d}"
        row = happened(of.person, "peduliwni", number, "repatriation", of.cause, midnight(of.arrived_on))
        yield replace(row, unreadable=not possible(typed_nik(of.person.nik, of.id)))


def application(of: PassportApplication) -> Iterator[Truth]:
    """Deferred or refused: thirty days to complete it. Cancelled by the office for a reason of its list: over."""
    stopped = of.status in ("deferred", "refused")
    if not of.reason or not of.decided_at or not (stopped or of.status == "cancelled"):
        return
    at = whole(of.decided_at)
    yield Truth(
        person=of.person.id, source="simkim", number=application_no(of), kind="passport_postponement", reason=of.reason, since=at,
        until=at + timedelta(days=30) if stopped else None,
        unreadable=struck("letter_o_in_nik", of.id) and "0" in of.stated.nik,
    )  # fmt: skip


def brought_home(of: Return, source: str, number: str, at: datetime) -> Iterator[Truth]:
    """Sent, fetched or carried home; not the end of a contract, not leave; and nothing of a child."""
    if of.cause not in ("contract_end", "leave") and not child(of.person, of.at.date()):
        yield happened(of.person, source, number, "repatriation", of.cause, at)


def bans(told: Iterable[Happening], now: datetime) -> list[ExitBan]:
    """The decisions on SIMKIM's newest list, each as recorded when it was made."""
    local = now.astimezone(WIB)
    day = local.date() if local.time() >= LIST_MADE_AT else local.date() - timedelta(days=1)
    made = datetime.combine(day, LIST_MADE_AT, WIB)
    last = {one.of.id: one.of for one in told if isinstance(one.of, ExitBan) and one.at <= made}
    return [
        of
        for of in last.values()
        if of.from_on <= day and (of.lifted_on or of.extended_until or of.until_on) >= day - DAYS_ON_THE_LIST
    ]


def term_of(of: ExitBan) -> Truth | None:
    """From its first day to the last, with its extension. What the decision claims beyond the law does not hold, and nobody is held by such an entry."""
    first, last = of.from_on, of.extended_until or of.until_on
    if of.lifted_on:
        last = min(last, of.lifted_on - timedelta(days=1))
    if last < first:
        return None
    lawful = first + timedelta(days=20) if of.urgent else months_later(first, 12 if of.extended_until else 6)
    return Truth(
        person=of.person.id, source="simkim", number=of.decision_no, kind="exit_ban_urgent" if of.urgent else "exit_ban", reason=of.requester,
        since=midnight(first), until=midnight(min(last + timedelta(days=1), lawful)), confirmed=last + timedelta(days=1) <= lawful,
    )  # fmt: skip


def books(told: Iterable[Happening], now: datetime) -> Iterator[Truth]:
    """What stands in the help desks' books at the end of the last Sunday."""
    today = now.astimezone(WIB).date()
    closed = datetime.combine(today - timedelta(days=today.weekday()), time(), WIB)
    for one in told:
        of = one.of
        for line in lines(one):
            if not line.since < closed or (line.until and line.until < closed):
                continue
            if isinstance(of, PreventionRecord):
                yield happened(of.person, "bp3mi", line.number, "prevention", of.how, minute(of.at))
            elif isinstance(of, Return) and not (
                strikes("age_only", of.id) and told_age(of) <= ADULT
            ):  # 18 as told may be 17
                yield from brought_home(of, "bp3mi", line.number, minute(of.at))


def happened(person: Person, source: str, number: str, kind: str, reason: str, at: datetime) -> Truth:
    return Truth(person=person.id, source=source, number=number, kind=kind, reason=reason, since=at, until=None)


def child(person: Person, on: date) -> bool:
    born = person.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT


def maybe_child(of: Repatriation) -> bool:
    """Whether the birth that the mission typed, a year alone at times, leaves it open that somebody below 18 was brought home: a child until
    disproved.
    """
    typed, on = typed_birth(of.person.birth_date, of.id), of.arrived_on
    assert on
    born = date.fromisoformat(typed) if len(typed) > len("2005") else date(int(typed), 12, 31)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT


def told_age(of: Return) -> int:
    born = of.person.birth_date
    return of.at.year - born.year - ((of.at.month, of.at.day) < (born.month, born.day))


def possible(nik: str) -> bool:
    """Whether the six digits of birth in a NIK, 40 added to a woman's day, can be a day; none was given: nothing is wrong."""
    if not nik:
        return True
    day, month = int(nik[6:8]) % 40, int(nik[8:10])
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1] and int(nik[6:8]) <= 71


def whole(at: datetime) -> datetime:
    """Systems write seconds."""
    return at.astimezone(UTC).replace(microsecond=0)


def minute(at: datetime) -> datetime:
    return whole(at).replace(second=0)


def midnight(on: date) -> datetime:
    return datetime.combine(on, time(), WIB).astimezone(UTC)


def months_later(on: date, months: int) -> date:
    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))
