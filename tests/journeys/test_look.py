"""Findings end to end: records arrive in any order, what is found stands in one table, and follows from the facts alone."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.core.manipulation.policy import KINDS
from suar.exchange.models import Outgoing
from suar.journeys.jobs.dossier import number_token
from suar.journeys.jobs.look import look
from suar.vault.queries import new_id
from tests import cast
from tests.arrivals import arrive
from tests.core.manipulation.planted import Story, story
from tests.proving import Claim

SECRET = ("nik", "kk", "full_name", "phone", "mother_name", "passport_no", "birth_date")
pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def tell(told: Story, seed: int = 0) -> None:
    """Every record by its source, in parts and in any order; the civil register's answers before or after."""
    rnd = Random(seed)
    kinds: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in told.records:
        kinds[one.source, one.kind].append({"id": one.id, "who": one.who, "at": one.on.isoformat(), **one.values})
    parts = [(at, rows[n : n + 3]) for at, rows in kinds.items() for n in range(0, len(rows), 3)]
    rnd.shuffle(parts)
    for nik, outcome, on in told.civil:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journeys_civil (id, token, outcome, at) VALUES (%s, %s, %s, %s)",
                [new_id(cast.NOON), number_token("nik", nik), outcome, f"{on}T05:00:00+00:00"],
            )
    for (source, kind), rows in parts:
        arrive(source, kind, rows, at=next_moment())


moments = itertools.count(1)


def next_moment() -> datetime:
    """A table of a source is in force from its moment: two at one moment would be drawn by lot."""
    return cast.NOON + timedelta(seconds=next(moments))


def findings(*columns: str) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(f"SELECT {', '.join(columns or ('kind',))} FROM journeys_finding ORDER BY kind, id")
        return list(cursor.fetchall())


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS)
def test_planted_manipulations_arrive_and_are_found(kind: str, claim: Claim) -> None:
    many, before = claim.number(small=4, large=100), 0
    hit = []
    for n in range(many):
        tell(story(kind, claim.seed + n), n)
        now = sum(one == (kind,) for one in findings())
        hit.append(now > before)
        before = now
    assert sum(hit) >= 0.9 * many, f"{sum(hit)} of {many}: missed {[n for n, one in enumerate(hit) if not one]}"


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS)
def test_look_alikes_arrive_and_are_not_raised(kind: str, claim: Claim) -> None:
    many = claim.number(small=4, large=100)
    for n in range(many):
        tell(story(kind, claim.seed + n, excused=True), n)
    raised = [one for one in findings() if one == (kind,)]
    assert len(raised) <= 0.01 * many, f"{len(raised)} of {many}"


@pytest.mark.parametrize("kind", KINDS)
def test_no_personal_value_stands_in_a_finding(kind: str) -> None:
    told = story(kind, 7)
    tell(told)
    kept = str(findings("kind", "unit", "evidence::text", "params::text"))
    values = {one.values[name] for one in told.records for name in SECRET if name in one.values}
    assert kind in kept and not [value for value in values if value in kept]


@pytest.mark.parametrize("kind", KINDS)
def test_looking_twice_changes_nothing_and_says_nothing(kind: str) -> None:
    tell(story(kind, 11))
    before = findings("id", "kind", "unit", "subjects", "agencies", "newest", "evidence::text", "params::text")
    events = Outgoing.objects.filter(type__startswith="finding.").count()
    with transaction.atomic():
        as_hub()
        look(everybody(), act=cast.hub())
    assert before == findings("id", "kind", "unit", "subjects", "agencies", "newest", "evidence::text", "params::text")
    assert events == Outgoing.objects.filter(type__startswith="finding.").count() > 0


@pytest.mark.parametrize("order", range(3))
def test_in_whatever_order_records_arrive_a_rebuild_finds_the_same(order: int) -> None:
    """What stands after many arrivals is what one look at everybody finds, and that knows of no order."""
    for kind in KINDS:
        tell(story(kind, 5), order)
    columns = ("id", "kind", "unit", "subjects", "agencies", "newest", "evidence::text", "params::text")
    live = findings(*columns)
    with transaction.atomic():
        as_hub()
        empty()
        look(everybody(), act=cast.hub(), quietly=True)
    assert live == findings(*columns)
    assert {row[1] for row in live} == set(KINDS)


def test_a_finding_goes_when_its_source_takes_the_record_back() -> None:
    told = Story(Random(3))
    human = told.human()
    first = {
        "who": "a",
        "full_name": human.name,
        "nik": human.nik,
        "sex": human.sex,
        "birth_date": "1990-05-12",
        "status": "verified",
    }
    arrive("siskop2mi", "worker_registration", [{"id": "1", "registered_at": "2026-01-02T03:00:00+00:00", **first}])
    arrive(
        "siapkerja",
        "worker_registration",
        [{"id": "2", "registered_at": "2026-03-02T03:00:00+00:00", **first, "birth_date": "1986-01-30"}],
    )
    assert ("nik_two_births",) in findings()
    arrive(
        "siapkerja",
        "worker_registration",
        [{"id": "2", "version": "2", "registered_at": "2026-03-02T03:00:00+00:00", **first}],
        at=next_moment(),
    )
    assert ("nik_two_births",) not in findings()
    assert [one.type for one in Outgoing.objects.filter(type__startswith="finding.").order_by("id")] == [
        "finding.opened",
        "finding.closed",
    ]


def test_nothing_from_behind_the_wall_takes_part() -> None:
    told = Story(Random(4))
    human = told.human()
    row = {"who": "a", "full_name": human.name, "nik": human.nik, "sex": human.sex, "birth_date": "1990-05-12"}
    arrive(
        "siskop2mi",
        "worker_registration",
        [{"id": "1", "status": "verified", "registered_at": "2026-01-02T03:00:00+00:00", **row}],
    )
    arrive(
        "simfoni", "victim_service", [{"id": "9", "case_no": "R-9", "status": "open", "registered_at": "2026-01-02T03:00:00+00:00", **row,
          "birth_date": "1986-01-30"}],
        wall="protection",
    )  # fmt: skip
    assert findings() == []


def everybody() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM persons_member")
        return [row[0] for row in cursor.fetchall()]


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journeys_finding; DELETE FROM journeys_number")


def test_evidence_names_record_source_and_day() -> None:
    tell(story("birth_raised", 21))
    (told,) = [text for text, kind in findings("evidence::text", "kind") if kind == "birth_raised"]
    evidence = json.loads(told)
    assert {one["role"] for one in evidence} >= {"after", "asked"}
    assert all(one["record"] and one["source"] and one["on"] for one in evidence)
