"""Pencegahan: exit bans with their legal clock (UU 63/2024 art. 97; at most six months and once six more)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from sandbox.nation.chronicle import Chronicle, noon
from sandbox.nation.model import ExitBan, Person

BANS_PER_PEOPLE = 1 / 500  # guess: more than in life, so that a small nation has some in force
URGENT_DAYS, REGULAR_DAYS = 20, 182
REASONS = (
    "Penyidikan tindak pidana perdagangan orang", "Penyidikan tindak pidana korupsi", "Piutang negara",
    "Penyidikan tindak pidana narkotika", "Hasil pengawasan keimigrasian",
)  # fmt: skip
REQUESTERS: tuple[Literal["polri", "kpk", "kemenkeu", "bnn", "imigrasi"], ...] = (
    "polri",
    "kpk",
    "kemenkeu",
    "bnn",
    "imigrasi",
)
Way = Literal["in_force", "extended", "lapsed", "lifted"]


def ban(
    c: Chronicle, person: Person, *, way: Way, urgent: bool = False, bare: bool = False, passport_no: str = ""
) -> ExitBan:
    """List one person. A `bare` entry has no NIK and an age only, as the rule allows."""
    rnd, today = c.rnd, c.now.date()
    days = URGENT_DAYS if urgent else REGULAR_DAYS
    ago = {
        "in_force": int(rnd.random() * (days - 12)) + 1,
        "extended": days + int(rnd.random() * 150) + 2,
        "lapsed": days + 10 + int(rnd.random() * 800),
        "lifted": 60 + int(rnd.random() * 600),
    }[way]
    listed_on = today - timedelta(days=ago)
    identity, serial = c.number("exit_ban")
    which = int(rnd.random() * 5)
    age = (listed_on - person.birth_date).days // 365
    entry = ExitBan(
        id=identity,
        serial=serial,
        person=person,
        decision_no=f"IMI-{serial:04d}.GR.04.02/{listed_on.year}",
        full_name=person.full_name,
        sex=person.sex,
        birth=f"~{age}@{listed_on.isoformat()}" if bare else person.birth_date.isoformat(),
        birth_place="" if bare else person.birth_place,
        nik="" if bare or rnd.random() < 0.3 else person.nik,
        passport_no=passport_no,
        address="" if bare else person.address.kabupaten,
        occupation="" if rnd.random() < 0.5 else person.occupation,
        reason=REASONS[which],
        requester=REQUESTERS[which],
        urgent=urgent,
        from_on=listed_on,
        until_on=listed_on + timedelta(days=days),
        extended_until=None,
        status="in_force",
        lifted_on=None,
    )
    c.tell(noon(listed_on), "exit_ban.listed", entry)
    return _course(c, entry, way, listed_on)


def _course(c: Chronicle, entry: ExitBan, way: Way, listed_on: date) -> ExitBan:
    """What becomes of it; an end that lies ahead comes in its time."""
    if way == "lifted":
        on = listed_on + timedelta(days=min(50, (entry.until_on - listed_on).days - 2))
        ended = replace(entry, status="lifted", lifted_on=on)
        c.tell(noon(on), "exit_ban.lifted", ended)
        return ended
    if way == "extended":
        longer = replace(entry, status="extended", extended_until=entry.until_on + timedelta(days=REGULAR_DAYS))
        c.tell(noon(entry.until_on - timedelta(days=4)), "exit_ban.extended", longer)
        c.tell(
            noon(entry.until_on + timedelta(days=REGULAR_DAYS + 1)), "exit_ban.lapsed", replace(longer, status="lapsed")
        )
        return longer
    lapsed = replace(entry, status="lapsed")
    c.tell(noon(entry.until_on + timedelta(days=1)), "exit_ban.lapsed", lapsed)
    return lapsed if way == "lapsed" else entry


def list_some(c: Chronicle, people: Sequence[Person]) -> None:
    rnd = c.rnd
    ways: tuple[Way, ...] = ("in_force", "extended", "lapsed", "lifted")
    grown = [p for p in people if 22 < (c.now.date() - p.birth_date).days / 365 < 66 and p.died_on is None]
    for _ in range(max(6, int(len(people) * BANS_PER_PEOPLE))):
        way = rnd.choices(ways, (45, 15, 30, 10))[0]
        urgent = way in ("in_force", "lapsed") and rnd.random() < 0.08
        ban(c, rnd.choice(grown), way=way, urgent=urgent, bare=rnd.random() < 0.25)
