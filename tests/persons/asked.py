"""Pairs of records that only a human may judge: each human is known to SIMKIM and to SISKOP2MI, by two NIKs that contradict each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

FIRST = ("Rambu", "Mardiyah", "Kornelis", "Tumiyem", "Paulina", "Saridin", "Wagiyem", "Yosafat", "Maimunah", "Kasmirah")
SECOND = ("Simanjuntak", "Banunaek", "Tanggela", "Wirosobo", "Lumbantobing", "Kaesmetan")
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "me", "nu", "pa", "ri", "so", "tu", "wa", "ye")
PASSPORT = {"status": "submitted", "submitted_at": "2026-11-02T03:00:00+00:00"}
PLACED = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}


def human(number: int) -> dict[str, Any]:
    """Somebody invented, alike in both registers but for the NIK, and like nobody of another pair."""
    seldom = number >= len(FIRST) * len(SECOND) // 2  # the words of the lists have all met by then
    own, mothers = (word(number), word(number + 7)) if seldom else (FIRST[number % 10], FIRST[(number + 3) % 10])
    name = f"{own} {SECOND[number % 6]}"
    return {
        "full_name": name,
        "sex": "2",
        "birth_date": f"19{70 + number % 25}-0{1 + number % 9}-1{number % 9}",
        "mother_name": f"Inaq {SECOND[(number + 1) % 6]} {mothers}",
        "birth_place": "Praya",
    }


def word(number: int) -> str:
    """A word of three syllables, of which two others have at most one in common."""
    a, b = number % 16, number // 16
    return "".join(SYLLABLES[n % 16] for n in (a, b, 3 * a + 5 * b)).title() + "n"


def nik(number: int, serial: int) -> str:
    born = human(number)["birth_date"]
    return f"9901{1 + number % 9:02}{int(born[8:]) + 40}{born[5:7]}{born[2:4]}{serial + 131 * (number // 30):04}"


def pairs_wait(count: int = 1, *, at: datetime = cast.NOON, start: int = 0) -> list[tuple[UUID, UUID]]:
    """So many pairs wait for a human; returns them, the smaller id first."""
    numbers = range(start, start + count)
    simkim = [
        {"id": f"p{n}", "who": f"s{n}", **human(n), "nik": nik(n, 1), "application_no": f"A-{n}", **PASSPORT}
        for n in numbers
    ]
    siskop = [{"id": f"q{n}", "who": f"k{n}", **human(n), "nik": nik(n, 2874), **PLACED} for n in numbers]
    arrive("simkim", "passport_application", simkim, at=at)
    arrive("siskop2mi", "placement", siskop, at=at)
    return [pair_of(n) for n in numbers]


def pair_of(number: int) -> tuple[UUID, UUID]:
    one, other = derived_id("simkim", f"s{number}"), derived_id("siskop2mi", f"k{number}")
    return min(one, other), max(one, other)


def changes(number: int, *, at: datetime, **other: Any) -> None:
    """SISKOP2MI says something else of this human from now on."""
    row = {
        "id": f"q{number}",
        "who": f"k{number}",
        **human(number),
        "nik": nik(number, 2874),
        **PLACED,
        "version": "2",
        **other,
    }
    arrive("siskop2mi", "placement", [row], at=at)


def reviewers() -> None:
    """Wulan and Yoga at the hub, Tari at KP2MI; each may read both registers for the review, by agreement."""
    for seat in (cast.WULAN, cast.YOGA, cast.TARI):
        cast.seated(seat)
    for receiver in ("suar", "kp2mi"):
        for giver in ("imigrasi", "kp2mi"):
            if giver != receiver:
                cast.agree(giver, receiver, ["identity_review"])


def persons_of(pair: tuple[UUID, UUID]) -> set[UUID]:
    """Who holds the two now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person FROM persons_member WHERE subject = ANY(%s)", [list(pair)])
        return {person for (person,) in cursor.fetchall()}


def as_the_hub(sql: str, *told: Any) -> list[tuple[Any, ...]]:
    """What a table holds, whoever may see it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(sql, list(told))
        return list(cursor.fetchall())


LAST = """
SELECT l.a, l.b, l.verdict, l.evidence, q.since, j.ruling, j.evidence, j.at FROM persons_link l
LEFT JOIN persons_asked q USING (a, b, evidence) LEFT JOIN persons_judgement j ON (j.a, j.b) = (l.a, l.b)
AND NOT EXISTS (SELECT 1 FROM persons_judgement k WHERE (k.a, k.b) = (l.a, l.b) AND k.id > j.id)
"""


def waits() -> dict[tuple[UUID, UUID], datetime]:
    """Since when each pair that is linked waits for a human, by its verdict and the last ruling: worked out apart, from the tables."""
    found = {}
    for a, b, verdict, evidence, since, ruling, ruled_on, ruled_at in as_the_hub(LAST):
        never_ruled = ruling is None or ruling == "withdrawn"
        changed = ruled_on != evidence
        if (verdict == "ask" and (never_ruled or (changed and ruling != "joined"))) or (
            verdict == "join" and changed and ruling == "not_same"
        ):
            found[a, b] = since or ruled_at
    return found


def noted() -> dict[tuple[UUID, UUID], datetime]:
    """The same as the links themselves say it, which is what the queue goes by."""
    return {(a, b): at for a, b, at in as_the_hub("SELECT a, b, waits FROM persons_link WHERE waits IS NOT NULL")}
