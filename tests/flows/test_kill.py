"""Kill -9 of the hub's programs and of PostgreSQL, at random moments, loses nothing and doubles nothing (SECURITY C1, C2)."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from suar.site.running import databases
from suar.site.running.postgres import Cluster, stop
from tests import database
from tests.flows import killing
from tests.flows import sandbox_at_work as work
from tests.flows.killing import Outcome
from tests.flows.sandbox_at_work import AtWork
from tests.proving import Claim
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

PEOPLE = 150
WITHIN_S = 2.0  # of a pull and its placing on a quiet machine; a kill lands somewhere in it


@pytest.fixture(scope="module")
def nation(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AtWork]:
    with django_db_blocker.unblock():
        home: Path = tmp_path_factory.mktemp("nation")
        with work.at_work(home, people=PEOPLE, second_part=timedelta(0)) as it:
            yield it


@pytest.fixture(scope="module")
def undisturbed(nation: AtWork, cluster: Cluster) -> Outcome:
    """What there is when nobody is ever killed."""
    with database.copied(cluster):
        work.adopt()
        killing.finish(nation)
        assert not killing.wrong()
        return killing.outcome()


@pytest.mark.prove
def test_killed_programs_lose_nothing_and_double_nothing(
    claim: Claim, nation: AtWork, undisturbed: Outcome, cluster: Cluster, tmp_path: Path
) -> None:
    draw, kills = random.Random(claim.seed), 0
    wanted = claim.number(small=3, large=50)
    while kills < wanted:
        with database.copied(cluster) as copy, killing.programs(copy.environment, tmp_path, nation.address) as programs:
            work.adopt()
            while kills < wanted and killing.kill_at_random(programs, draw, within_s=WITHIN_S):
                kills += 1
            killing.finish(nation)
            assert killing.wrong() == {}
            assert killing.outcome() == undisturbed


@pytest.mark.prove
def test_a_killed_database_loses_nothing_that_could_be_read(
    claim: Claim, nation: AtWork, undisturbed: Outcome, tmp_path: Path
) -> None:
    draw = random.Random(claim.seed)
    with folder_open_to_all("suar-") as folder:
        own = Cluster(folder / "postgres", folder / "keys" / "postgres.json", folder / "postgres.log", small=True)
        server = own.start()
        try:
            databases.create_database(own)
            environment = database.environment() | killing.reached(own) | {"PATH": os.environ["PATH"]}
            with killing.turned_to(own, "suar"), killing.programs(environment, tmp_path, nation.address) as programs:
                for alias in database.OWNERS:
                    call_command("migrate", database=alias, verbosity=0, interactive=False)
                work.adopt()
                programs.start()
                for _ in range(claim.number(small=2, large=10)):
                    killing.wait_until_awake(programs)
                    time.sleep(draw.uniform(0, WITHIN_S))
                    seen = killing.acknowledged()
                    killing.cut_the_power(own, server)
                    server = own.start()
                    assert seen <= killing.acknowledged()
                    programs.revive()
                programs.kill()
                killing.finish(nation)
                assert killing.wrong() == {}
                assert killing.outcome() == undisturbed
        finally:
            stop(server)


@pytest.mark.parametrize("bug", ["seen_before_taken", "announced_before_taken"])
def test_a_program_with_a_planted_bug_is_found_out(
    bug: str, nation: AtWork, undisturbed: Outcome, cluster: Cluster, tmp_path: Path
) -> None:
    words = (sys.executable, "-m", "tests.flows.planted", bug)
    with (
        database.copied(cluster) as copy,
        killing.programs(copy.environment, tmp_path, nation.address, words) as programs,
    ):
        work.adopt()
        programs.start()
        wait_until((tmp_path / "between").exists, seconds=120)
        programs.kill()
        killing.finish(nation)
        assert killing.wrong() or killing.outcome() != undisturbed
