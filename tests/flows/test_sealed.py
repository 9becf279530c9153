"""What is sealed changes nothing outside its wall, and nothing at all lies in plain (DESIGN 7, SECURITY T05)."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from suar.core.canonical import canonical
from suar.intake.access import health_for
from suar.persons.access import person_for
from suar.screening.access import answer_for
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.panels import spoken
from suar.site.words import words
from tests import cast
from tests.flows.history import Event, adopt_sources, events, person, seal_records, tell
from tests.proving import Claim

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

DESKS = (
    (cast.BIMA, "departure", "departure_screening"),
    (cast.AYU, "passport_application", "passport_application"),
    (cast.DIAN, "departure", "departure_screening"),
    (cast.ARIF, "departure", "departure_screening"),
)


def answer(seat: cast.Seat, step: str, purpose: str, who: Event) -> dict[str, Any]:
    """The whole answer of one desk about one person, without the id of this screening."""
    act = cast.act(seat, purpose=purpose, reference="PERKARA-1")
    asked = Asked(
        purpose=step, desk=seat.desk, lane="", officer="", reference="PERKARA-1",
        traveller={"full_name": who["nama"], "nik": who["nik"], "birth_date": who["lahir"], "mother_name": who["ibu"]},
        journey={"destination": "MYS", "declared_purpose": "work"},
    )  # fmt: skip
    screening = screen(asked, act=act, client="test", key="", elapsed_ms=lambda: 0)
    said = spoken(answer_for(act, screening, first=True), words)
    people = [seen(seat, purpose, match["person"]) for match in said["matches"] if seat in (cast.DIAN, cast.ARIF)]
    return {
        "answer": {name: value for name, value in said.items() if name != "id"},
        "people": people,
        "health": health(seat),
    }


def seen(seat: cast.Seat, purpose: str, person_id: str) -> dict[str, Any]:
    from uuid import UUID

    shown = person_for(replace(cast.act(seat, purpose=purpose), reference="PERKARA-1"), UUID(person_id), "PERKARA-1")
    return {"person": shown.person, "sources": shown.sources}


def health(seat: cast.Seat) -> list[dict[str, Any]]:
    return health_for(cast.act(seat, reference="PERKARA-1"))


def answers(people: list[Event], count: int) -> list[bytes]:
    said = []
    for n in range(count):
        if n % 50 == 0:  # the test's own transaction behind the wall would be ended for sleeping two minutes
            with connections["protection"].cursor() as cursor:
                cursor.execute("SELECT 1")
        said.append(canonical(plain(answer(*DESKS[n % len(DESKS)], people[n % len(people)]))))
    return said


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return (
        [plain(inner) for inner in value]
        if isinstance(value, list | tuple)
        else value
        if isinstance(value, int | bool)
        else str(value)
    )


def nation() -> list[Event]:
    cast.adopt()
    adopt_sources()
    for giver in ("kp2mi",):
        cast.agree(giver, "imigrasi", ["departure_screening", "passport_application"])
    told = events(99, 60)
    tell(told, random.Random(1))
    return [event for _, event in told if not event["nik"].endswith("0000")]  # such a slip is told to the desk at once


# law: UU 21/2007 Ps 44
@pytest.mark.prove
def test_sealed_records_leave_every_answer_as_it_was(claim: Claim) -> None:
    people = nation()
    count = claim.number(small=16, large=1_000)
    before = answers(people, count)
    sealed = [dict(who) | {"nomor": f"K{n}"} for n, who in enumerate(people[: 100 if claim.proving else 10])]
    seal_records(sealed)
    assert rows("protection", "intake_record") == len({row["nomor"] for row in sealed})
    assert answers(people, count) == before


@pytest.mark.prove
def test_a_dump_holds_nothing_in_plain(claim: Claim) -> None:
    """Every table of both schemas as text: no planted NIK, name or phone, neither as letters nor as the hex of bytes."""
    cast.adopt()
    adopt_sources()
    draw = random.Random(7)
    planted = [
        person(draw, n)
        | {
            "nama": f"Tertanam{n:03}qz Rahasia{n:03}xv",
            "nomor": f"P{n}",
            "versi": 1,
            "status": "A",
            "waktu": "2026-10-01T08:00:00+07:00",
        }
        for n in range(claim.number(small=20, large=200))
    ]
    tell([("ujia", row) for row in planted], random.Random(2))
    seal_records([row | {"nomor": f"S{row['nomor']}"} for row in planted])
    answers(planted, 4)
    dumps = {wall: dump(wall) for wall in ("default", "protection")}
    assert all(len(text) > 10_000 for text in dumps.values())
    wanted = [row[name] for row in planted for name in ("nik", "nama", "hp")]
    found = [value for text in dumps.values() for value in wanted if value in text or value.encode().hex() in text]
    assert found == []


def test_the_search_for_plain_values_finds_one_that_is_there() -> None:
    cast.adopt()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_run (id, source, stream, started_at, fault) VALUES (gen_random_uuid(), 'x', 'x', '2026-01-01', '9901015205900001')"
        )
    assert "9901015205900001" in dump("default")


def rows(wall: str, table: str) -> int:
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def dump(wall: str) -> str:
    """All rows that the running role can read, as text; tables of policy are public and left out."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = current_schema()"
            " AND relkind IN ('r', 'p') AND NOT relispartition AND has_table_privilege(c.oid, 'SELECT') AND relname <> 'policies_version'"
        )
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            texts += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join(texts)
