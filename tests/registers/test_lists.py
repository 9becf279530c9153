"""A mirrored exit ban is in force only while its owner's proven list has it; a list that is not proven changes nothing that was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sandbox.breakage import set_broken
from suar.agencies.access import as_hub
from suar.core.canonical import canonical
from suar.intake.actions.quarantine import ask_lift, confirm, lift, stop
from suar.persons.queries import export
from suar.registers import jobs
from suar.site.auth import now, system_act
from suar.site.rebuilding import WALLS, rebuild_due
from suar.site.terminal import beside
from suar.site.terminal.beside import LIVE
from tests import cast
from tests.database import Copy
from tests.proving import Claim
from tests.registers.ban_lists import (
    Ban,
    Simkim,
    advice_for,
    as_the_hub,
    bans,
    confirmed,
    entries,
    pull,
    simkim,
    true_and_forged,
)

KNOWN = 12


@pytest.fixture
def lists(cloned_database: Copy, tmp_path: Path) -> Iterator[tuple[Simkim, Simkim]]:
    """Both SIMKIMs have the same twelve decisions, and the hub has the true list of them."""
    cast.adopt()
    with true_and_forged(tmp_path) as (true, forged):
        for one in (true, forged):
            one.write(bans(KNOWN))
        pull(true)
        assert len(confirmed()) == KNOWN
        yield true, forged


def judged() -> list[tuple[bool, str, int]]:
    return [tuple(row) for row in as_the_hub("SELECT agrees, why, rows FROM registers_list ORDER BY id")]


def test_a_proven_list_puts_its_decisions_in_force_and_says_so_once(lists: tuple[Simkim, Simkim]) -> None:
    true, _ = lists
    assert judged() == [(True, "", KNOWN)]
    assert advice_for(bans(1)[0]) == "hold"
    kept = as_the_hub("SELECT count(*) FROM intake_batch WHERE source = 'simkim'")
    pull(true)
    assert judged() == [(True, "", KNOWN)], "the same list again is nothing new"
    assert as_the_hub("SELECT count(*) FROM intake_batch WHERE source = 'simkim'") == kept


def forged_key(true: Simkim, forged: Simkim, rows: list[Ban]) -> None:
    """(a) Whoever wrote the rows has not the agency's key."""
    with simkim(forged.home.parent / "stranger") as stranger:
        stranger.write([*bans(KNOWN), *rows])
        pull(stranger, cegah_public_key=true.address["cegah_public_key"], sums_base=stranger.address["sums_base"])


def forged_root(true: Simkim, forged: Simkim, rows: list[Ban]) -> None:
    """(b) He has the key; the count agrees, since the owner has as many decisions, but other ones."""
    true.write(bans(len(rows), begin=5_000))
    forged.write(rows)
    pull(forged, sums_base=true.address["sums_base"])


def forged_count(true: Simkim, forged: Simkim, rows: list[Ban]) -> None:
    """(c) He has the key, and not even the count agrees."""
    forged.write(rows)
    pull(forged, sums_base=true.address["sums_base"])


def forged_all(true: Simkim, forged: Simkim, rows: list[Ban]) -> None:
    """(d) He has the key and the second channel as well; but so many at once have never been."""
    forged.write(rows)
    pull(forged)


FORGERIES = [
    (forged_key, "list.signature", "clear"),
    (forged_root, "list.root", "secondary"),
    (forged_count, "list.count", "secondary"),
    (forged_all, "guard.added", "secondary"),
]
Forge = Callable[[Simkim, Simkim, list[Ban]], None]


@pytest.mark.prove
@pytest.mark.parametrize(("forge", "why", "advice"), FORGERIES, ids=["signature", "root", "count", "jump"])
def test_forged_rows_of_a_list_restrict_nobody_and_its_quarantine_gives_the_clean_state(
    claim: Claim, lists: tuple[Simkim, Simkim], forge: Forge, why: str, advice: str
) -> None:
    before, clean, since = entries(), derived(), now()
    rows = bans(claim.number(small=60, large=1_000), begin=1_000)
    forge(*lists, rows)
    assert judged()[-1][:2] == (False, why)
    assert confirmed() == set(before), "no forged row is in force, and what was in force stays so"
    unproven = as_the_hub("SELECT count(*) FROM registers_entry WHERE state = 'unconfirmed'")[0][0]
    assert unproven == (0 if why == "list.signature" else len(rows))
    assert {worst(advice_for(one)) for one in rows[:: max(1, len(rows) // 10)]} == {advice}
    assert advice_for(bans(1)[0]) == "hold", "the owner's own decisions hold as before"
    assert quarantined(since) == clean


def test_a_list_that_drops_too_many_lets_nobody_go(lists: tuple[Simkim, Simkim]) -> None:
    """Whoever has the owner's key and both channels cannot empty his list in one night."""
    true, _ = lists
    many = bans(80, begin=2_000)
    for begin in (0, 40):  # in two lists, since so many at once would be doubtful as well
        true.write(many[begin : begin + 40])
        pull(true)
    assert len(confirmed()) == KNOWN + len(many)
    for one in many[:60]:
        true.change("DELETE FROM cegah WHERE nomor_sk = ?", one.decision)
    pull(true)
    assert judged()[-1][:2] == (False, "guard.dropped")
    assert len(confirmed()) == KNOWN + len(many) and advice_for(many[0]) == "hold"
    true.write(many[:20])  # what is gone now is no more than the guard lets pass
    pull(true)
    assert judged()[-1][:2] == (True, "") and len(confirmed()) == KNOWN + 40
    assert [advice_for(one) for one in (many[0], many[30])] == ["hold", "secondary"]


def worst(advice: str) -> str:
    """Information and help are no restriction: what a counter says of a traveller about whom no list says anything."""
    return "clear" if advice in {"clear", "advise", "assist"} else advice


def test_without_the_rule_a_forged_row_is_in_force(
    lists: tuple[Simkim, Simkim], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: decision number, basis and term are enough."""
    monkeypatch.setattr(jobs, "proven", lambda record, entry, standing: entry)
    rows = bans(60, begin=1_000)
    forged_count(*lists, rows)
    assert len(confirmed()) == KNOWN + len(rows) and advice_for(rows[0]) == "hold"


def test_a_doubtful_list_frees_nobody_and_moves_no_ban_to_somebody_else(lists: tuple[Simkim, Simkim]) -> None:
    _, forged = lists
    first, second, *_ = bans(KNOWN)
    before = as_the_hub("SELECT * FROM registers_entry ORDER BY id")
    forged.change("UPDATE cegah SET dicabut = ?, versi = 2 WHERE nomor_sk = ?", str(first.starts), first.decision)
    forged.change("UPDATE cegah SET nik = '9901015205909999', versi = 2 WHERE nomor_sk = ?", second.decision)
    pull(forged, sums_base=lists[0].address["sums_base"])
    assert judged()[-1][:2] == (False, "list.root")
    assert as_the_hub("SELECT * FROM registers_entry ORDER BY id") == before
    assert advice_for(first) == advice_for(second) == "hold"
    returned = as_the_hub("SELECT array_to_string(codes, ' ') FROM intake_returned")
    assert returned == [("list.unproven",), ("list.unproven",)]


@pytest.mark.parametrize("what", ["silent", "other"])
def test_what_is_new_waits_for_the_list_that_agrees_and_is_in_force_then(
    lists: tuple[Simkim, Simkim], what: str
) -> None:
    true, forged = lists
    (new,) = bans(1, begin=700)
    true.write([new])
    nobody = "http://127.0.0.1:9"
    pull(true, sums_base=nobody if what == "silent" else forged.address["sums_base"])
    assert judged()[-1][:2] == (False, "list.untold" if what == "silent" else "list.count")
    assert advice_for(new) == "secondary"
    pull(true)
    assert judged()[-1][:2] == (True, "")
    assert advice_for(new) == "hold"
    assert len(entries()) == len(confirmed()) == KNOWN + 1, "nothing is left of what was only said"


def test_who_stands_on_the_owners_list_no_more_is_held_no_more(lists: tuple[Simkim, Simkim]) -> None:
    true, _ = lists
    first = bans(1)[0]
    true.change("DELETE FROM cegah WHERE nomor_sk = ?", first.decision)
    pull(true)
    assert entries()[first.entry] == "unconfirmed" and len(confirmed()) == KNOWN - 1
    assert advice_for(first) == "secondary"
    true.write([first])
    pull(true)
    assert advice_for(first) == "hold"


def test_a_term_that_ran_out_is_no_other_wording_of_a_version_that_is_known(
    cloned_database: Copy, tmp_path: Path
) -> None:
    """SIMKIM writes BERAKHIR for it from that day on, under the same version; the list of five days ago still said BERLAKU."""
    cast.adopt()
    with simkim(tmp_path / "simkim") as it:
        it.write([*bans(3), lapsed := replace(bans(1, begin=800)[0], ends=now().date() - timedelta(days=3))])
        broken = it.home / "simkim" / "breaks.json"
        set_broken(broken, "stale", True, at=now() - timedelta(days=5))
        pull(it)
        set_broken(broken, "stale", False, at=now())
        pull(it)
    assert [agrees for agrees, *_ in judged()] == [True, True]
    assert not as_the_hub("SELECT 1 FROM intake_returned") and lapsed.entry in confirmed()
    assert not as_the_hub("SELECT 1 FROM registers_difference")
    assert advice_for(lapsed) not in {"hold", "secondary"}


def test_a_decision_reworded_under_a_version_that_is_known_holds_nobody_until_it_is_mended(
    lists: tuple[Simkim, Simkim],
) -> None:
    true, _ = lists
    first = bans(1)[0]
    true.change("UPDATE cegah SET nik = '9901015205908888' WHERE nomor_sk = ?", first.decision)
    pull(true)
    assert as_the_hub("SELECT array_to_string(codes, ' ') FROM intake_returned") == [("message.changed",)]
    assert entries()[first.entry] == "unconfirmed" and advice_for(first) == "secondary"
    true.change("UPDATE cegah SET nik = ? WHERE nomor_sk = ?", first.nik, first.decision)
    pull(true)
    assert advice_for(first) == "hold"


def test_a_list_that_was_believed_and_is_quarantined_leaves_the_state_before_it(lists: tuple[Simkim, Simkim]) -> None:
    """Whoever has the key and both channels and keeps below the guard is believed, until the source is quarantined."""
    _, forged = lists
    clean, since = derived(), now()
    first, second, third, *_ = bans(KNOWN)
    forged.write(bans(5, begin=1_000))
    forged.change("UPDATE cegah SET dicabut = ?, versi = 2 WHERE nomor_sk = ?", str(now().date()), first.decision)
    forged.change("UPDATE cegah SET nik = '9901015205909999', versi = 2 WHERE nomor_sk = ?", second.decision)
    forged.change("DELETE FROM cegah WHERE nomor_sk = ?", third.decision)
    pull(forged)
    assert len(entries()) == KNOWN + 5 and entries()[third.entry] == "unconfirmed"
    assert derived() != clean
    assert quarantined(since) == clean


def test_a_stopped_source_is_pulled_on_its_list_kept_once_and_judged_when_it_is_lifted(
    lists: tuple[Simkim, Simkim],
) -> None:
    true, _ = lists
    before, lists_judged = derived(), judged()
    id_ = stop("simkim", "", now(), "its key was stolen", act=cast.act(cast.EKO, at=now()))
    true.write(bans(5, begin=1_000))
    for _ in range(3):
        pull(true)
    kept = as_the_hub("SELECT stream, state FROM intake_batch WHERE state = 'quarantined' AND doubt IS NOT NULL")
    assert len(kept) == 1, "the same list is kept once, however often it is pulled"
    assert (derived(), judged()) == (before, lists_judged)
    assert as_the_hub("SELECT DISTINCT fault FROM intake_source WHERE source = 'simkim'") == [("source.quarantined",)]
    ask_lift(id_, "the key is renewed", act=cast.act(cast.EKO, at=now()))
    lift(id_, act=cast.act(cast.HENDRA, at=now()))
    pull(true)
    assert len(confirmed()) == KNOWN + 5


def derived() -> bytes:
    """The derived state in canonical form, what is sealed opened."""
    return state_in(LIVE)


def quarantined(since: datetime) -> bytes:
    """The same once two persons have decided not to believe what SIMKIM has said since then."""
    id_ = stop("simkim", "", since, "its key was stolen", act=cast.act(cast.EKO, at=now()))
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))
    assert rebuild_due(act=system_act("replay"))
    return state_in(LIVE)


def state_in(schema: dict[str, str]) -> bytes:
    said: list[Any] = []
    for wall in WALLS:
        with transaction.atomic(using=wall):
            as_hub(wall=wall)
            beside.turn_to(schema, wall)
            said += [[name, *beside.canonical_sum(wall, f'"{name}"')] for name in beside.derived(wall)]
            said.append(export(wall=wall))
    return canonical(said)
