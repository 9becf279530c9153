"""Reviewers at work at the same moment, each over a connection of her own: no pair is ruled on twice by accident, and none is lost."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from suar.core.act import Act
from suar.core.errors import Refusal
from suar.core.linking.decide import Ruling
from suar.persons.access.pair import pair_for
from suar.persons.access.review import queue_for
from suar.persons.actions.rule import rule
from suar.persons.actions.take import Taken, give_back, take, take_next
from tests import cast
from tests.database import Copy
from tests.persons.asked import as_the_hub, noted, pairs_wait, reviewers, waits
from tests.persons.test_review import sample
from tests.proving import Claim
from tests.site.running.waiting import wait_until

PATIENCE_S = 60.0
RULINGS = (Ruling.JOINED, Ruling.NOT_SAME, Ruling.CANNOT_TELL)
Pair = tuple[UUID, UUID]


@pytest.fixture(autouse=True)
def policies(cloned_database: Copy) -> None:
    cast.adopt()
    reviewers()


def together(*works: Callable[[], object], held: Pair | None = None) -> list[object]:
    """Each in a thread of its own, with its own connection, all begun at one moment; what each returned, or what refused it.

    The row of a pair that is `held` is let go when all stand in line for it, so that each has seen the pair as it was before the others.
    """
    start = Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            start.wait()
            return work()
        except Refusal as no:
            return no
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads, transaction.atomic():
        if held:
            lock(held)
        running = [threads.submit(one, work) for work in works]
        wait_until(lambda: not held or in_line() == len(works))
        transaction.set_rollback(True)
    return [one.result() for one in running]


def lock(pair: Pair) -> None:
    assert as_the_hub("SELECT 1 FROM persons_review WHERE a = %s AND b = %s FOR UPDATE", *pair)


def in_line() -> int:
    """How many connections to this database wait for another's lock."""
    as_the_hub("SELECT pg_stat_clear_snapshot()")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return int(as_the_hub(waiting)[0][0])


def act_of(seat: cast.Seat, minutes: int = 10) -> Act:
    return cast.act(seat, at=cast.NOON + timedelta(minutes=minutes))


def clear_the_queue(seat: cast.Seat, seed: int, pairs: int) -> Callable[[], Counter[Pair]]:
    """A reviewer who draws the next pair and rules on it, until all is settled: which pairs she ruled on, and how often."""
    rnd, moments = Random(seed), itertools.count(10)

    def work() -> Counter[Pair]:
        ruled: Counter[Pair] = Counter()
        until = time.monotonic() + PATIENCE_S + pairs
        while settled() < pairs:
            assert time.monotonic() < until, "a pair is never settled"
            act = act_of(seat, next(moments) % 200 + 10)
            pair = take_next(act=act)
            if pair is None:  # what is left is in a colleague's hands
                time.sleep(0.02)
            else:
                rule(*pair, rnd.choice(RULINGS), seen=pair_for(act, *pair)["evidence"], act=act)
                ruled[pair] += 1
        return ruled

    return work


def settled() -> int:
    return int(as_the_hub("SELECT count(DISTINCT (a, b)) FROM persons_judgement")[0][0])


def looked_at_before(pairs: Sequence[Pair]) -> None:
    """Each was in somebody's hands and was given back: its row is there, and no making of it keeps two apart."""
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO persons_review (a, b) VALUES (%s, %s)", pairs)


@pytest.mark.prove
@pytest.mark.parametrize("permille", [0, 1000])
def test_reviewers_who_draw_and_rule_at_once_settle_each_pair_once(permille: int, claim: Claim) -> None:
    """Alone on each pair, and with a second opinion on every one."""
    sample(permille)
    pairs = pairs_wait(claim.number(small=9, large=240))
    seats = (cast.WULAN, cast.YOGA, cast.TARI)
    looked_at_before(pairs)
    ruled = together(*(clear_the_queue(seat, claim.seed + n, len(pairs)) for n, seat in enumerate(seats)))
    assert all(isinstance(one, Counter) for one in ruled), ruled
    judged = Counter(as_the_hub("SELECT a, b FROM persons_judgement"))
    assert judged == Counter(pairs)
    said = Counter(as_the_hub("SELECT a, b FROM persons_opinion"))
    assert sum((one for one in ruled if isinstance(one, Counter)), Counter()) == said and set(said.values()) <= (
        {1} if permille == 0 else {2, 3}
    )
    assert not as_the_hub("SELECT 1 FROM persons_opinion GROUP BY round, by HAVING count(*) > 1")
    assert all(queue_for(act_of(seat, 300)).waiting == 0 for seat in seats)
    assert noted() == waits()


def test_two_who_reach_for_one_pair_do_not_both_get_it() -> None:
    (pair,) = pairs_wait()
    take(*pair, act=act_of(cast.WULAN))
    give_back(*pair, act=act_of(cast.WULAN))
    acts = [act_of(seat) for seat in (cast.WULAN, cast.YOGA)]
    reached = together(*(partial(take, *pair, act=act) for act in acts), held=pair)
    assert Counter(map(type, reached)) == {type(None): 1, Taken: 1}


def test_a_page_opened_twice_rules_once() -> None:
    """The same reviewer, two windows, both keys pressed."""
    sample(0)
    (pair,) = pairs_wait()
    act = act_of(cast.WULAN)
    take(*pair, act=act)
    seen = pair_for(act, *pair)["evidence"]
    said = together(*(partial(rule, *pair, ruling, seen=seen, act=act) for ruling in RULINGS[:2]), held=pair)
    assert said.count("judged") == 1 and len(as_the_hub("SELECT 1 FROM persons_judgement")) == 1
