"""The history of sources through the database: 50 planted outages a source are found from–to, and the shares of time are right to the minute."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from suar.core.freshness import NOT_COVERING, NOT_SEEN, STALE, UNREACHABLE
from suar.intake.jobs import history as watching
from suar.intake.jobs.history import forget_history, note_states
from suar.intake.queries.health import sealed
from suar.intake.queries.history import WINDOWS, day_edges, districts, histories, spells, watched
from suar.intake.queries.mappings import sources
from suar.site.auth import system_act
from suar.site.terminal.sources import sources as told_at_the_terminal
from tests import cast
from tests.intake.planted import LATE, SILENT, WELL, Life, lives, walked
from tests.proving import Claim

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
BEGIN = cast.NOON
DAY = 24 * 60
STATE = {LATE: STALE, SILENT: UNREACHABLE}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def differing(found: list[Life], begin: datetime) -> list[str]:
    """Where what the history says is not what was true, minute by minute."""
    at = begin + timedelta(minutes=len(found[0].true))
    told, wrong = histories([life.source for life in found], at), []
    for life in found:
        mine = told[life.source]
        for window, length in WINDOWS.items():
            last = life.true[-int(length.total_seconds() // 60) :]
            share = mine.shares[window]
            if (share.fresh_s, share.seen_s) != (60 * last.count(WELL), 60 * len(last)):
                wrong.append(f"{life.source} {window}: {share} for {last.count(WELL)} of {len(last)} minutes")
        planted = [
            (begin + timedelta(minutes=a), begin + timedelta(minutes=b), STATE[kind]) for a, b, kind in life.outages
        ]
        if [(one.from_at, one.until, one.state) for one in mine.outages] != planted:
            wrong.append(f"{life.source}: outages")
        for piece in mine.days[:-1]:
            a, b = (int((edge - begin).total_seconds() // 60) for edge in (piece.since, piece.until))
            inside = life.true[max(0, a) : max(0, b)]
            if piece.share.fresh_s != 60 * inside.count(WELL) or (piece.state == NOT_SEEN) != (not inside):
                wrong.append(f"{life.source}: {piece.since:%d}")
    return wrong


@pytest.mark.prove
def test_50_planted_outages_a_source_are_found_and_shares_are_right_to_the_minute(claim: Claim) -> None:
    days = claim.number(small=3, large=30)
    found = lives(BEGIN, days * DAY, 50, claim.seed)
    assert len(found) > 8 and sum(kind == LATE for life in found for _, _, kind in life.outages) > 0
    walked(found, BEGIN)
    assert differing(found, BEGIN) == []


def found_wrong() -> list[str]:
    """What is wrong with the history of one life where the watcher, after his first look, comes a minute late; nothing of it is kept."""
    found = lives(BEGIN, DAY // 3, 4, 7)

    def look(at: datetime) -> None:
        note_states(act=system_act("watch", at=at + timedelta(minutes=at > BEGIN)))

    with transaction.atomic():
        walked(found, BEGIN, look=look)
        wrong = differing(found, BEGIN)
        transaction.set_rollback(True)
    return wrong


def test_a_watcher_who_dates_a_change_by_when_he_looked_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a silence begins when somebody noticed it, not when it began."""
    assert found_wrong() == []
    monkeypatch.setattr(watching, "began", lambda now, held, mapping, at: at)
    assert found_wrong() != []


def test_a_watcher_who_forgets_between_two_looks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: what is looked at every few minutes is taken for unseen in between."""
    monkeypatch.setattr(watching, "UNSEEN_AFTER", timedelta(minutes=2))
    assert found_wrong() != []


def test_time_in_which_nobody_looked_is_neither_good_nor_bad() -> None:
    minutes = DAY // 3
    found = lives(BEGIN, minutes, 3, 5)
    walked(found, BEGIN, blind={301: 400})
    told = histories([life.source for life in found], BEGIN + timedelta(minutes=minutes))
    for life in found:
        share = told[life.source].shares["24h"]
        assert 60 * (minutes - 105) <= share.seen_s <= 60 * (minutes - 94)
        assert share.window_s == 60 * DAY


def test_doing_it_twice_changes_nothing_and_what_ended_long_ago_is_forgotten() -> None:
    found = lives(BEGIN, DAY // 2, 4, 3)
    walked(found, BEGIN)
    names, at = [life.source for life in found], BEGIN + timedelta(minutes=DAY // 2)
    before = spells(names, BEGIN - timedelta(days=1))
    note_states(act=system_act("watch", at=at))
    assert spells(names, BEGIN - timedelta(days=1)) == before
    forget_history(act=system_act("daily", at=at + timedelta(days=399)))
    assert spells(names, BEGIN - timedelta(days=1)) == before
    forget_history(act=system_act("daily", at=at + timedelta(days=401)))
    assert all(not rows for rows in spells(names, BEGIN - timedelta(days=1)).values())


def test_a_source_that_was_never_heard_has_no_history_and_one_behind_the_wall_none_at_all() -> None:
    known = sources(BEGIN)
    assert [name for name in known.names if sealed(known[name])] and not set(watched(known)) & {
        name for name in known.names if sealed(known[name])
    }
    note_states(act=system_act("watch", at=BEGIN))
    assert all(not rows for rows in spells(watched(known), BEGIN - timedelta(days=1)).values())


def connected(regions: list[str], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_connected")
        cursor.execute(
            "INSERT INTO intake_connected (source, region, connected, asked_at) SELECT 'disnaker', region, true, %s FROM unnest(%s::text[]) AS region",
            [at, regions],
        )


def test_a_kabupaten_has_what_the_source_said_that_it_covers_and_when() -> None:
    [disnaker] = [life for life in lives(BEGIN, 10 * 60, 2, 11) if life.source == "disnaker"]

    def look(at: datetime) -> None:
        minute = int((at - BEGIN).total_seconds() // 60)
        connected(["3507", "3573"] if 120 <= minute < 300 else ["3573"], at)
        note_states(act=system_act("watch", at=at))

    walked([disnaker], BEGIN, look=look)
    at = BEGIN + timedelta(hours=10)
    malang, city, jakarta = districts("disnaker", False, ["3507", "3573", "3171"], at)
    whole = histories(["disnaker"], at)["disnaker"].shares["24h"]
    assert city.shares["24h"].fresh_s == whole.fresh_s and city.state != NOT_COVERING
    begin, end = (min(minute for minute in range(low, 600) if minute % 4 == 0) for low in (120, 300))
    seen = malang.shares["24h"].seen_s // 60
    assert malang.state == NOT_COVERING and abs(seen - (end - begin)) <= 4
    assert (jakarta.state, jakarta.shares["24h"].seen_s) == (NOT_COVERING, 0)


def test_days_are_those_of_jakarta() -> None:
    edges = day_edges(BEGIN, 3)
    assert [f"{edge:%H:%M %z}" for edge in edges[:-1]] == ["00:00 +0700"] * 3 and edges[-1] == BEGIN


def test_the_terminal_gives_the_same_numbers(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lives(BEGIN, DAY // 3, 4, 21)
    walked(found, BEGIN)
    at = BEGIN + timedelta(minutes=DAY // 3)
    monkeypatch.setattr("suar.site.terminal.sources.system_act", lambda what: system_act(what, at=at))
    told_at_the_terminal(history=True, as_json=True)
    rows = {row["source"]: row for row in json.loads(capsys.readouterr().out)["sources"]}
    for life in found:
        kept = rows[life.source]["kept"]["24h"]
        assert kept["fresh_s"] == 60 * life.true.count(WELL) and len(rows[life.source]["outages"]) == len(life.outages)
    assert told_at_the_terminal(history=True, as_json=False) == int(any(life.true[-1] != WELL for life in found))
    shown = capsys.readouterr().out
    assert all(life.source in shown for life in found) and "silent: " in shown
