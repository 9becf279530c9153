"""The nation lives on by the clock, and who pauses and catches up sees the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from sandbox.nation import Nation
from sandbox.nation.model import Happening

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation(31, 1_500, NOW)


def told(happenings: list[Happening]) -> list[str]:
    return [repr(happening) for happening in happenings]


def test_slices_give_what_the_whole_gives(nation: Nation) -> None:
    whole = list(nation.live(NOW, NOW + HOUR, 2))
    sliced: list[Happening] = []
    at = NOW
    for seconds in (1, 7, 60, 500, 1, 2, 1200, 1829):
        sliced += nation.live(at, at + timedelta(seconds=seconds), 2)
        at += timedelta(seconds=seconds)
    assert at == NOW + HOUR
    assert told(sliced) == told(whole)


def test_another_process_that_catches_up_after_a_pause_sees_the_same(nation: Nation) -> None:
    since, until = NOW + 5 * HOUR, NOW + 5.5 * HOUR
    other = Nation(31, 1_500, NOW)
    list(nation.live(NOW, NOW + HOUR, 2))
    assert told(list(nation.live(since, until, 2))) == told(list(other.live(since, until, 2)))


def test_records_come_at_the_pace_asked_for(nation: Nation) -> None:
    for pace in (0.5, 4):
        found = [h for h in nation.live(NOW + 3 * HOUR, NOW + 3.5 * HOUR, pace) if not h.kind.startswith("registry.")]
        assert 0.85 * pace < len(found) / 1800 < 1.15 * pace


def test_at_no_pace_no_story_starts(nation: Nation) -> None:
    going_on = list(nation.live(NOW, NOW + timedelta(days=3), 0))
    assert going_on
    assert not [h for h in going_on if hasattr(h.of, "id") and h.of.id.split("-")[1].startswith("L")]


def test_life_is_in_order_after_now_and_changes_earlier_things(nation: Nation) -> None:
    happenings = list(nation.live(NOW, NOW + 2 * HOUR, 2))
    assert all(NOW < h.at <= NOW + 2 * HOUR for h in happenings)
    assert all(one.at <= two.at for one, two in pairwise(happenings))
    submitted = {h.of.id for h in happenings if h.kind == "passport_application.submitted" and hasattr(h.of, "id")}
    approved = {h.of.id for h in happenings if h.kind == "passport_application.approved" and hasattr(h.of, "id")}
    assert len(submitted & approved) > 50


def test_what_history_left_open_goes_on(nation: Nation) -> None:
    pending = {
        h.of.id
        for h in nation.happenings_until(NOW)
        if h.kind == "passport_application.submitted" and h.at > NOW - timedelta(days=5) and hasattr(h.of, "id")
    }
    later = {
        h.of.id
        for h in nation.live(NOW, NOW + timedelta(days=12), 0)
        if h.kind.startswith("passport_application.") and hasattr(h.of, "id")
    }
    assert pending & later


def test_ids_of_life_are_not_those_of_history(nation: Nation) -> None:
    old = {
        h.of.id for h in (*nation._history, *nation._later) if hasattr(h.of, "id")
    }  # what was planned before NOW may come to pass after it
    for happening in nation.live(NOW, NOW + HOUR, 5):
        if happening.kind in ("passport_application.submitted", "crossing.exit", "tip.sent") and hasattr(
            happening.of, "id"
        ):
            assert happening.of.id.split("-")[1].startswith("L") != (happening.of.id in old)
