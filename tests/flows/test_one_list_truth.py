"""The one list beside the truth: a whole sandbox nation is pulled from all its systems, and everybody's rows are those that took place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from sandbox.nation import Nation
from sandbox.nation.model import Happening, PassportApplication, Repatriation
from suar.agencies.access import enter
from suar.core.identity.person import Description
from suar.persons.queries.found import candidates
from suar.registers.access.one_list import Filter, one_list_for
from suar.registers.access.one_list_rows import Group, Sought
from suar.registers.jobs import write_found_by
from suar.registers.queries.one_list import Place
from suar.site.auth import now, system_act
from suar.site.running.postgres import Cluster
from suar.site.sweep import sweep
from tests import cast, database
from tests.flows import sandbox_at_work as work
from tests.proving import Claim
from tests.registers.truth import Truth, truths

PEOPLE = 1_500
PROVING = 10_000
GIVERS = ("kp2mi", "kemlu")
NOBODY, EVERY = Sought(), Filter()
KINDS = {"passport_postponement", "exit_ban", "departure_deferral", "prevention", "repatriation"}
SOURCES = {"simkim", "siskop2mi", "bp3mi", "peduliwni"}


class Pulled:
    """A nation whose systems were pulled: its own history, and the list as its keeper reads it."""

    def __init__(self, told: list[Happening], until: datetime) -> None:
        self.told, self.until, self.truth = told, until, truths(told, until)

    def pages(self, sought: Sought = NOBODY, kept: Filter = EVERY) -> list[Group]:
        """Every page of the list, one after the other."""
        found: list[Group] = []
        after: Place | None = None
        while True:
            page = one_list_for(cast.act(cast.RAKA, at=self.until), sought, kept, after=after)
            found += page.groups
            after = page.after
            if after is None:
                return found


@contextmanager
def pulled(home: Path, people: int) -> Iterator[Pulled]:
    """Every source of a nation of this size pulled, placed and projected, in the database that is turned to."""
    work.adopt()
    for giver in GIVERS:
        cast.agree(giver, "imigrasi", ["register_keeping"], at=now())
    with work.at_work(home, people=people, second_part=timedelta(0)) as it:
        for source in work.RECORD_SOURCES:
            it.pull(source)
        while sweep(act=system_act("tests"), left=timedelta(0)):
            pass
        made = Nation(seed=work.SEED, people=people, now=it.until, cases_per_10000=3000)
        yield Pulled(list(made.happenings_until(it.until)), it.until)


@pytest.fixture(scope="module")
def nation(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pulled]:
    with (
        django_db_blocker.unblock(),
        database.copied(cluster),
        pulled(tmp_path_factory.mktemp("nation"), PEOPLE) as it,
    ):
        yield it


def as_listed(groups: list[Group]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """By source and its number: what stands in the list."""
    return {
        (row["source"], row["number"]): (
            row["kind"],
            row["why"]["params"].get("authority") or row["why"]["code"].partition(".")[2],
            row["from_at"],
            None if row["clock"] == "happened" else row["until_at"],
            row["confirmed"],
        )
        for group in groups
        for row in group.rows
    }


def as_true(truth: list[Truth]) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {(one.source, one.number): (one.kind, one.reason, one.since, one.until, one.confirmed) for one in truth}


@pytest.mark.prove
def test_the_list_is_the_truth_of_everybody_over_all_sources(
    claim: Claim, nation: Pulled, cluster: Cluster, tmp_path: Path
) -> None:
    beside_the_truth(nation, at_least=100)
    if not claim.proving:
        return
    with database.copied(cluster), pulled(tmp_path, PROVING) as larger:
        beside_the_truth(larger, at_least=500)


def beside_the_truth(nation: Pulled, *, at_least: int) -> None:
    """Row by row and person by person. What an agency wrote unreadably is not listed, and every such row was returned to it."""
    groups = nation.pages()
    readable = [one for one in nation.truth if not one.unreadable]
    listed, true = as_listed(groups), as_true(readable)
    back = len(nation.truth) - len(readable)
    assert back <= returned_for("nik.letters") + returned_for("nik.birth")
    assert sum(len(group.rows) for group in groups) == len(listed), "a row stands once"
    wrong = {
        number: (true.get(number), listed.get(number))
        for number in true.keys() | listed.keys()
        if true.get(number) != listed.get(number)
    }
    by_person: dict[str, list[Truth]] = defaultdict(list)
    for one in readable:
        by_person[one.person].append(one)
    right = [person for person, rows in by_person.items() if not any((row.source, row.number) in wrong for row in rows)]
    print(
        f"the one list: {len(right)} of {len(by_person)} persons as in truth, {len(true)} rows, {len(listed)} listed; {back} returned unreadable"
    )
    assert not wrong, list(wrong.items())[:5]
    assert len(right) == len(by_person) >= at_least
    assert {one.kind for one in nation.truth} >= KINDS and {source for source, _ in true} == SOURCES


def returned_for(code: str) -> int:
    """How many rows went back to their agencies for this fault."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute("SELECT count(*) FROM intake_returned WHERE %s = ANY(codes)", [code])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "planted",
    [
        "DELETE FROM registers_entry WHERE id = (SELECT max(id::text)::uuid FROM registers_entry WHERE kind = 'repatriation')",
        "UPDATE registers_entry SET in_force = tstzrange(lower(in_force), upper(in_force) - interval '1 second') WHERE kind = 'exit_ban'",
        "UPDATE registers_entry SET reason = 'duplicate' WHERE kind = 'passport_postponement' AND reason <> 'duplicate'",
        "UPDATE registers_entry SET kind = 'prevention' WHERE kind = 'departure_deferral'",
        "UPDATE registers_entry SET state = 'unconfirmed' WHERE kind = 'exit_ban'",
    ],
)
def test_the_twin_in_which_one_thing_is_not_so_is_found_out(nation: Pulled, planted: str) -> None:
    with work.taken_back():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
            cursor.execute(planted)
            assert cursor.rowcount > 0
        with pytest.raises(AssertionError):
            beside_the_truth(nation, at_least=100)


def test_only_what_is_in_force_is_what_runs_in_truth(nation: Pulled) -> None:
    true = {(one.source, one.number) for one in nation.truth if one.until and one.since <= nation.until < one.until}
    assert true and as_listed(nation.pages(kept=Filter(in_force=True))).keys() == true


def test_everybody_is_found_by_his_name_with_all_his_rows(nation: Pulled) -> None:
    for group in nation.pages():
        found = nation.pages(Sought(typed=group.name, full_name=group.name))
        assert [row for one in found if one.person == group.person for row in one.rows] == group.rows, (
            "not found by his own name"
        )


def test_everybody_is_found_by_the_nik_that_his_own_source_states(nation: Pulled) -> None:
    people = {one.of.person.id: one.of.person for one in nation.told if isinstance(one.of, PassportApplication)}
    rows = [one for one in nation.truth if one.kind == "passport_postponement"]
    missed = []
    for one in rows:
        nik = people[one.person].nik
        found = as_listed(nation.pages(Sought(typed=nik, nik=nik)))
        missed += [] if (one.source, one.number) in found else [one.number]
    stated = [
        one for one in nation.told if isinstance(one.of, PassportApplication) and one.of.stated.nik != one.of.person.nik
    ]
    assert len(missed) <= len(stated), "only who gave another NIK is not found by his own"


def test_of_a_repatriated_victim_who_is_marked_the_list_says_protection_desk_and_nothing_else(nation: Pulled) -> None:
    """Every victim whom a mission brought home and whom the hub knows by his NIK."""
    victims = {
        one.of.person.id: one.of.person for one in nation.told if isinstance(one.of, Repatriation) and one.of.victim
    }
    before = as_listed(nation.pages())
    marked = 0
    with work.taken_back():
        act = cast.hub(nation.until)
        for person in victims.values():
            enter(act, "register.list")
            known = candidates(Description(nik=person.nik))
            if known:
                set_marker(known[0].subject, person.full_name, nation.until)
                marked += 1
        hidden: set[tuple[str, str]] = set()
        for person in victims.values():
            for group in nation.pages(Sought(typed=person.nik, nik=person.nik)):
                assert group.marker and not {row["kind"] for row in group.rows} & {"repatriation", "prevention"}
        hidden = before.keys() - as_listed(nation.pages()).keys()
    assert marked >= 5 and {before[row][0] for row in hidden} <= {"repatriation", "prevention"}
    assert as_listed(nation.pages()) == before


def set_marker(subject: UUID, name: str, at: datetime) -> None:
    marker = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_marker (id, subject, desk, from_at, until_at) VALUES (%s, %s, 'LINDUNG-1', %s, %s)",
            [marker, subject, at - timedelta(days=1), at + timedelta(days=30)],
        )
    write_found_by([(marker, subject, {"full_name": name})])
