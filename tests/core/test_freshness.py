"""How long a source kept its promise: spells cut, shared out, joined into outages and laid over a kabupaten's coverage, against minutes counted one
by one.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from suar.core import freshness
from suar.core.freshness import (
    FRESH,
    NOT_COVERING,
    NOT_SEEN,
    STALE,
    UNREACHABLE,
    Outage,
    Spell,
    laid_over,
    outages,
    piece,
    pieces,
    share,
)

T = datetime(2026, 11, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return T + timedelta(minutes=minute)


def spell(state: str, begin: int, end: int) -> Spell:
    return Spell(state, at(begin), at(end))


ONE = [spell(FRESH, 0, 60), spell(STALE, 60, 80), spell(UNREACHABLE, 80, 90), spell(FRESH, 90, 120)]


@pytest.mark.parametrize(
    ("since", "until", "fresh", "seen"),
    [(0, 120, 90, 120), (0, 60, 60, 60), (60, 90, 0, 30), (-60, 30, 30, 30), (100, 200, 20, 20), (300, 400, 0, 0)],
)
def test_a_share_is_of_the_time_that_was_seen(since: int, until: int, fresh: int, seen: int) -> None:
    found = share(ONE, at(since), at(until))
    assert (found.fresh_s, found.seen_s, found.window_s) == (fresh * 60, seen * 60, (until - since) * 60)
    assert found.permille == (fresh * 1000 // seen if seen else None)


def test_what_touches_is_one_outage_and_its_worst_names_it() -> None:
    assert outages(ONE, at(0), at(120)) == [Outage(at(60), at(90), UNREACHABLE, False)]
    assert outages(ONE, at(0), at(85)) == [Outage(at(60), at(85), UNREACHABLE, True)]


def test_where_nobody_looked_one_outage_ends_and_another_begins() -> None:
    found = outages([spell(STALE, 0, 10), spell(STALE, 40, 50)], at(0), at(120))
    assert [(one.from_at, one.until) for one in found] == [(at(0), at(10)), (at(40), at(50))]


def test_a_kabupaten_has_the_source_only_while_it_was_covered() -> None:
    mine = laid_over(ONE, [(at(30), at(70)), (at(100), at(400))])
    assert [(one.state, one.from_at, one.until) for one in mine] == [
        (NOT_COVERING, at(0), at(30)), (FRESH, at(30), at(60)), (STALE, at(60), at(70)), (NOT_COVERING, at(70), at(80)),
        (NOT_COVERING, at(80), at(90)), (NOT_COVERING, at(90), at(100)), (FRESH, at(100), at(120)),
    ]  # fmt: skip
    found = share(mine, at(0), at(120))
    assert (found.fresh_s, found.seen_s) == (50 * 60, 60 * 60)


@pytest.mark.parametrize(
    ("spells", "state"),
    [
        ([], NOT_SEEN), ([spell(FRESH, 0, 60)], FRESH), ([spell(STALE, 0, 40), spell(UNREACHABLE, 40, 60)], STALE),
        ([spell(FRESH, 0, 50), spell(UNREACHABLE, 50, 60)], UNREACHABLE), ([spell(NOT_COVERING, 0, 60)], NOT_COVERING),
    ],
)  # fmt: skip
def test_a_piece_has_the_word_of_what_it_was(spells: list[Spell], state: str) -> None:
    assert piece(spells, at(0), at(60)).state == state


MINUTES = 3_000
STATES = (FRESH, STALE, UNREACHABLE, None)


def random_life(chance: random.Random) -> tuple[list[Spell], list[str | None]]:
    """Spells of random length, touching or with nobody looking in between, and the state of every minute."""
    spells, by_minute = list[Spell](), list[str | None]()
    while len(by_minute) < MINUTES:
        state, length = chance.choice(STATES), chance.randint(1, 90)
        if state:
            spells.append(spell(state, len(by_minute), len(by_minute) + length))
        by_minute += [state] * length
    return spells, by_minute[:MINUTES]


def differing(seed: int) -> bool:
    """Whether one random life is measured otherwise than minute by minute."""
    chance = random.Random(seed)  # a test's own
    spells, by_minute = random_life(chance)
    since = chance.randint(0, MINUTES - 2)
    until = chance.randint(since + 1, MINUTES)
    inside = by_minute[since:until]
    found = share(spells, at(since), at(until))
    if (found.fresh_s, found.seen_s) != (60 * inside.count(FRESH), 60 * sum(one is not None for one in inside)):
        return True
    bad = [one in (STALE, UNREACHABLE) for one in inside]
    begins = [i for i, one in enumerate(bad) if one and (i == 0 or not bad[i - 1])]
    ends = [i + 1 for i, one in enumerate(bad) if one and (i + 1 == len(bad) or not bad[i + 1])]
    told = [(one.from_at, one.until) for one in outages(spells, at(since), at(until))]
    if told != [(at(since + begin), at(since + end)) for begin, end in zip(begins, ends, strict=True)]:
        return True
    edges = [at(minute) for minute in range(0, MINUTES, 60)]
    return sum(one.share.fresh_s for one in pieces(spells, edges)) != 60 * by_minute[: MINUTES - 60].count(FRESH)


def test_200_random_lives_are_measured_as_minute_by_minute() -> None:
    assert [seed for seed in range(200) if differing(seed)] == []


def test_a_share_that_counts_what_nobody_saw_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a spell is taken to last until the next one begins."""
    real = freshness.clipped

    def stretched(spells: list[Spell], since: datetime, until: datetime) -> list[Spell]:
        rows = sorted(spells, key=lambda one: one.from_at)
        nexts = [*(one.from_at for one in rows[1:]), until]
        return real(
            [Spell(one.state, one.from_at, later) for one, later in zip(rows, nexts, strict=True)], since, until
        )

    monkeypatch.setattr(freshness, "clipped", stretched)
    assert any(differing(seed) for seed in range(20))
