"""The nation is one nation: made from its seed, true to the base rates, and lawful where it ought to be."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from stdnum.id import nik as oracle

from sandbox.nation import Nation
from sandbox.nation.lives import SHORT_STAYS
from sandbox.nation.model import (
    KINDS,
    Crossing,
    DepartureDeferral,
    ExitBan,
    Happening,
    Passport,
    PassportApplication,
    Registration,
    RegistryEntry,
)
from sandbox.nation.travel import STAYS_TOLD

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
DIGEST = """
import hashlib, sys
from datetime import UTC, datetime
from sandbox.nation import Nation
nation = Nation(5, 600, datetime(2026, 11, 21, 3, tzinfo=UTC))
told = "".join(map(repr, nation.happenings_until(nation.now)))
print(hashlib.sha256(told.encode()).hexdigest())
"""


def digest(happenings: list[Happening]) -> str:
    return hashlib.sha256("".join(map(repr, happenings)).encode()).hexdigest()


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation(21, 12_000, NOW)


@pytest.fixture(scope="module")
def history(nation: Nation) -> list[Happening]:
    return list(nation.happenings_until(nation.now))


def unplanted(nation: Nation, history: list[Happening]) -> list[Happening]:
    planted = {one.person.id for one in nation.planted.values()}
    return [h for h in history if getattr(h.of, "person", None) is None or h.of.person.id not in planted]  # type: ignore[union-attr]


def test_the_same_seed_gives_the_same_nation_whatever_the_hash_seed() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], cwd=ROOT, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for hash_seed in ("0", "42")
    }  # fmt: skip
    assert len(digests) == 1


def test_another_seed_gives_another_nation() -> None:
    told = [digest(list(Nation(seed, 400, NOW).happenings_until(NOW))) for seed in (1, 2)]
    assert told[0] != told[1]


def test_history_is_in_the_order_of_time_ends_at_now_and_has_only_the_kinds_that_are_listed(
    history: list[Happening],
) -> None:
    assert all(one.at <= two.at for one, two in pairwise(history))
    assert history[-1].at <= NOW
    assert all(type(happening.of) is KINDS[happening.kind] for happening in history)
    assert all(happening.at.utcoffset() == timedelta(0) for happening in history)


def test_asking_for_history_up_to_a_day_gives_no_later_happening(nation: Nation) -> None:
    day = NOW - timedelta(days=400)
    told = list(nation.happenings_until(day))
    assert told
    assert told[-1].at <= day


def test_records_suffice_for_the_demo(nation: Nation, history: list[Happening]) -> None:
    records = sum(not isinstance(happening.of, RegistryEntry) for happening in history)
    assert len(nation.people) == 12_000
    assert 205_000 <= records * 50_000 / 12_000 <= 225_000


def test_a_stay_that_was_over_long_ago_is_told_neither_by_its_exit_nor_by_its_return(
    nation: Nation, history: list[Happening]
) -> None:
    short = {life.person.id: life.traces for life in nation.lives if life.purpose in SHORT_STAYS and not life.planted}
    told: dict[str, list[Crossing]] = defaultdict(list)
    for happening in history:
        if isinstance(happening.of, Crossing) and happening.of.outcome == "allowed":
            told[happening.of.person.id].append(happening.of)
    long_ago = {who: steps for who, steps in told.items() if who in short and steps[0].at < NOW - STAYS_TOLD}
    away = [who for who, steps in long_ago.items() if steps[0].direction == "exit" and len(steps) == 1]
    assert len(away) > 50
    for who, steps in long_ago.items():
        assert short[who] & {"no_return", "repatriated"} or any(step.at >= NOW - STAYS_TOLD for step in steps)


def test_every_nik_holds_against_the_oracle_and_belongs_to_one_person_unless_planted(nation: Nation) -> None:
    niks = Counter(person.nik for person in nation.people)
    assert [nik for nik, count in niks.items() if count > 1] == [nation.planted["shared-nik-1"].person.nik]
    for person in nation.people:
        assert int(person.nik[12:]) >= 9000
        assert oracle.get_birth_date(person.nik, minyear=1900).timetuple()[1:3] == person.birth_date.timetuple()[1:3]
        assert (int(person.nik[6:8]) > 40) == (person.sex == 2)


def test_passport_numbers_are_given_once_and_stand_in_their_mrz(history: list[Happening]) -> None:
    issued = [h.of for h in history if h.kind == "passport.issued" and isinstance(h.of, Passport)]
    assert len({passport.no for passport in issued}) == len(issued)
    for passport in issued:
        first, second = passport.mrz
        assert (len(first), len(second)) == (44, 44)
        assert second[:9].rstrip("<") == passport.no
        assert second[13:19] == f"{passport.printed_birth_date:%y%m%d}"
        assert second[21:27] == f"{passport.expires_on:%y%m%d}"


def test_deferrals_come_at_the_base_rates(nation: Nation, history: list[Happening]) -> None:
    """5.0 per 10,000 applications; 3.4 suspected per 10,000 departures (DOMAIN H). Poisson, three and a half sigma.

    Departures are counted since all of them are told.
    """
    told = unplanted(nation, history)
    decided = [
        h.of for h in told if isinstance(h.of, PassportApplication) and h.kind != "passport_application.submitted"
    ]
    deferred = sum(application.status == "deferred" for application in decided)
    lately = [h.of for h in told if h.at >= NOW - STAYS_TOLD]
    exits = sum(isinstance(of, Crossing) and of.direction == "exit" for of in lately)
    suspected = sum(isinstance(of, DepartureDeferral) and of.reason == "suspected_non_procedural" for of in lately)
    for found, expected in ((deferred, len(decided) * 5.0e-4), (suspected, exits * 3.4e-4)):
        assert abs(found - expected) <= 3.5 * expected**0.5, (found, expected)


def test_other_ends_of_applications_have_the_shares_of_karawang(nation: Nation, history: list[Happening]) -> None:
    ended = [h.of for h in history if isinstance(h.of, PassportApplication) and h.of.reason is not None]
    reasons = Counter(application.reason for application in ended)
    assert reasons["duplicate"] > reasons["incomplete_30_days"] > reasons["suspected_non_procedural"]
    assert 0.4 < reasons["duplicate"] / len(ended) < 0.6


def test_kp2mi_prevents_as_often_as_it_did_in_2024(nation: Nation, history: list[Happening]) -> None:
    """4,191 prevented against 297,434 placed (DOMAIN H)."""
    prevented = sum(h.kind == "prevention.recorded" for h in history)
    workers = sum(life.way in ("worker", "returning_worker") for life in nation.lives)
    assert 0.8 < prevented / (workers * 4_191 / 297_434) < 1.6


def test_the_trafficked_are_few(nation: Nation) -> None:
    base = [life for life in nation.lives if not life.planted]
    share = sum(life.of_a_case for life in base) / len(base)
    assert 6e-4 < share < 20e-4


def test_no_lawful_worker_is_beyond_the_quota_of_his_order(nation: Nation, history: list[Happening]) -> None:
    beyond = {life.person.id for life in nation.lives if "over_quota" in life.traces}
    used: dict[str, int] = defaultdict(int)
    seen: set[str] = set()
    for happening in history:
        one = happening.of
        if not isinstance(one, Registration) or one.job_order is None or one.agreement_on is None or one.id in seen:
            continue
        seen.add(one.id)
        used[one.job_order.id] += 1
        assert used[one.job_order.id] <= one.job_order.quota or one.person.id in beyond


def test_no_exit_ban_is_longer_than_the_law_allows(history: list[Happening]) -> None:
    bans = [h.of for h in history if isinstance(h.of, ExitBan)]
    assert {ban.status for ban in bans} == {"in_force", "extended", "lapsed", "lifted"}
    for ban in bans:
        assert (ban.until_on - ban.from_on).days <= (20 if ban.urgent else 183)
        assert ban.extended_until is None or (not ban.urgent and (ban.extended_until - ban.until_on).days <= 183)


def test_a_case_that_leaves_nothing_stands_in_no_report_and_no_list(nation: Nation, history: list[Happening]) -> None:
    silent = {life.person.id for life in nation.lives if life.of_a_case and not life.traces}
    for happening in history:
        if happening.kind.split(".")[0] in ("complaint", "repatriation", "prevention", "victim_service", "panic_call"):
            assert happening.of.person.id not in silent  # type: ignore[union-attr]
        if happening.kind == "police_report.filed":
            assert not silent & {victim.person.id for victim in happening.of.victims}  # type: ignore[union-attr]


def test_nothing_happens_to_the_dead(history: list[Happening]) -> None:
    for happening in history:
        if happening.kind.startswith(("crossing.", "placement.departed", "passport_application.submitted")):
            died_on = happening.of.person.died_on  # type: ignore[union-attr]
            assert died_on is None or happening.at.date() <= died_on


def test_the_truth_is_for_its_owner_only_and_no_person_tells_it(nation: Nation, tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    nation.write_truth(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(nation.lives) + 1
    assert not any(code in repr(person) for person in nation.people[:500] for code in ("M01", "M05", "trafficked"))


def test_a_now_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Nation(1, 100, datetime(2026, 11, 21))  # noqa: DTZ001
