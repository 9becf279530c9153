"""A source that says many times what it usually says is noticed, and past a limit waits for a person; forged nominations restrict nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest
from django.db import connection, transaction

from suar.agencies.access import DoorShut, as_hub
from suar.core.errors import NotFound
from suar.intake.actions.accept import release
from suar.intake.jobs import rhythm
from suar.intake.jobs.read import read_batch
from suar.site.auth import system_act
from suar.site.sweep import sweep
from tests import cast, database
from tests.arrivals import AGENCY, PROTECTION, send, speaks
from tests.proving import Claim

DAY = timedelta(days=1)
USUALLY = 12


@pytest.fixture
def rhythmic(cloned_database: database.Copy) -> None:
    """Disnaker has said twelve new things on each of eight days; and once, on the first, three hundred."""
    cast.adopt()
    speaks("disnaker", "recommendation_letter", letters(0, 1), at=cast.NOON - 10 * DAY)
    told("first", 300, cast.NOON - 9 * DAY)
    for day in range(8, 0, -1):
        told(f"d{day}", USUALLY, cast.NOON - day * DAY)


def letters(start: Any, count: int) -> list[dict[str, Any]]:
    """Letters for people who share nothing but that they are invented."""
    rows = []
    for n in range(count):
        born = date(1970, 1, 1) + timedelta(days=crc32(f"{start} {n}".encode()) % 12_000)
        rows.append(
            {"id": f"{start}-{n}", "who": f"{start}-{n}", "full_name": f"Orang {start} {n}", "birth_date": born.isoformat(),
             "issued_on": "2026-11-01", "letter_no": f"L/{start}/{n}", "status": "issued"}
        )  # fmt: skip
    return rows


def told(start: str, count: int, at: datetime) -> UUID:
    return send("disnaker", letters(start, count), at=at)


def rows(words: str, *params: Any) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(words, list(params))
        return list(cursor.fetchall())


def state(batch: UUID) -> str:
    return str(rows("SELECT state FROM intake_batch WHERE id = %s", batch)[0][0])


def findings() -> list[tuple[str, int, int]]:
    return rows(
        "SELECT code, (params->>'count')::int, (params->>'rows')::int FROM intake_finding WHERE code LIKE 'guard.v%%' AND closed_at IS NULL"
    )


def test_a_usual_day_is_not_noticed_though_the_first_delivery_was_great(rhythmic: None) -> None:
    assert state(told("now", 40, cast.NOON)) == "projected"
    assert findings() == []


def test_far_above_the_rhythm_somebody_is_told_and_it_is_read(rhythmic: None) -> None:
    assert state(told("now", USUALLY * 5 + 1, cast.NOON)) == "projected"
    assert findings() == [("guard.volume", USUALLY * 5 + 1, USUALLY)]


def test_many_small_batches_are_counted_together(rhythmic: None) -> None:
    states = [state(told(f"n{n}", 40, cast.NOON + timedelta(minutes=n))) for n in range(7)]
    assert states == ["projected"] * 6 + ["stopped"]


def test_what_came_before_word_for_word_is_no_new_statement(rhythmic: None) -> None:
    assert state(told("first", 300, cast.NOON)) == "projected"
    assert findings() == []


def test_many_times_the_rhythm_waits_for_a_person_who_lets_it_go(rhythmic: None) -> None:
    batch = told("now", USUALLY * 20 + 1, cast.NOON)
    assert state(batch) == "stopped" and findings() == [("guard.velocity", USUALLY * 20 + 1, USUALLY)]
    assert not rows("SELECT 1 FROM intake_record WHERE batch = %s", batch)
    with pytest.raises(DoorShut):
        release(batch, act=cast.act(cast.ARIF, at=cast.NOON))
    release(batch, act=cast.act(cast.EKO, at=cast.NOON))
    with pytest.raises(NotFound):
        release(batch, act=cast.act(cast.EKO, at=cast.NOON))
    assert read_batch(batch, act=system_act("tests", at=cast.NOON))
    assert rows("SELECT count(*) FROM intake_record WHERE batch = %s", batch) == [(USUALLY * 20 + 1,)]


def test_the_twin_that_looks_at_each_batch_by_itself_is_found_out(
    rhythmic: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rhythm, "TODAY", rhythm.TODAY + " AND false")
    assert {state(told(f"n{n}", 40, cast.NOON + timedelta(minutes=n))) for n in range(7)} == {"projected"}


@pytest.mark.parametrize("source", sorted(AGENCY))
@pytest.mark.django_db(databases=["default", "protection"])
def test_forged_bans_of_any_one_source_restrict_nobody(claim: Claim, source: str) -> None:
    """Whoever has the key of one agency's machine sends pencegahan in its name: outside its owner's list, proven over a second channel, each
    is a reason for a second officer and never a ground. What officers nominate is in tests/registers/test_forged.py.
    """
    cast.adopt()
    count = 1_000 if claim.proving else 20
    forged = [
        {
            "id": f"c-{n}", "who": f"w-{n}", "full_name": f"Orang Palsu {n}", "birth_date": "1990-05-12", "decision_no": f"IMI-{n}",
            "requester": "kejaksaan", "legal_basis": "UU 6/2011 Ps 91", "valid_from": "2026-11-20", "valid_to": "2027-03-20", "status": "in_force",
        }
        for n in range(count)
    ]  # fmt: skip
    wall = PROTECTION if source == "simfoni" else ""
    speaks(source, "exit_ban", forged, wall=wall)
    send(source, forged, wall=wall, listed=False)
    sweep(act=system_act("tests", at=cast.NOON + DAY), left=timedelta(0))
    states = rows("SELECT state, count(*) FROM registers_entry WHERE kind = 'exit_ban' GROUP BY state")
    assert states == [("unconfirmed", count)]
