"""The nation obeys `sandbox/traces.csv`: what is stated there is what the records show, counted apart."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path

import pytest

from sandbox.nation import Nation
from sandbox.nation.traces import read_traces
from tests.sandbox.nation.measure import Seen

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TABLE = Path(__file__).parents[3] / "sandbox" / "traces.csv"
HONEST = ("tourist", "umrah", "family_visit", "worker", "returning_worker", "seafarer", "student")
MODI = tuple(f"M{number:02d}" for number in range(1, 13))


def stated() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with TABLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["source_or_guess"], row
            found[row["code"]][row["trace"]] = float(row["share"])
    return found


class Counted:
    """A nation's lives by kind, each with the traces that its records show."""

    def __init__(self, nation: Nation, truth_file: Path) -> None:
        nation.write_truth(truth_file)
        seen = Seen(nation.happenings_until(nation.now), nation.now)
        self.intended: dict[str, list[set[str]]] = defaultdict(list)
        self.shown: dict[str, list[set[str]]] = defaultdict(list)
        for line in truth_file.read_text(encoding="utf-8").splitlines()[1:]:
            life = json.loads(line)
            if not life["planted"] and datetime.fromisoformat(life["applied_at"]) < NOW.replace(year=2026, month=6):
                self.intended[life["way"]].append(set(life["traces"]))
                self.shown[life["way"]].append(seen.traces[life["person"]])


@pytest.fixture(scope="module")
def many_cases(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """A land in which almost everybody of age is trafficked, to have enough of each modus to count."""
    nation = Nation(11, 10_000, NOW, cases_per_10000=6_000)
    return Counted(nation, tmp_path_factory.mktemp("truth") / "truth.jsonl")


@pytest.fixture(scope="module")
def honest_land(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return Counted(Nation(12, 12_000, NOW), tmp_path_factory.mktemp("truth") / "truth.jsonl")


def test_every_modus_leaves_nothing_in_at_least_a_fifth_of_its_cases() -> None:
    table = stated()
    assert set(MODI) <= set(table)
    assert all(table[modus]["none"] >= 0.2 for modus in MODI)


@pytest.mark.parametrize("modus", MODI)
def test_the_records_of_a_modus_show_the_stated_shares(many_cases: Counted, modus: str) -> None:
    shown, wrong = many_cases.shown[modus], {}
    assert len(shown) > 60
    for trace, share in stated()[modus].items():
        found = sum(not traces for traces in shown) if trace == "none" else sum(trace in traces for traces in shown)
        if abs(found / len(shown) - share) > 0.02 + 3.5 * sqrt(share * (1 - share) / len(shown)):
            wrong[trace] = (share, round(found / len(shown), 3), len(shown))
    assert not wrong


@pytest.mark.parametrize("modus", MODI)
def test_a_case_shows_no_trace_that_its_modus_does_not_state(many_cases: Counted, modus: str) -> None:
    allowed = set(stated()[modus])
    strange = [traces - allowed for traces in many_cases.shown[modus] if traces - allowed]
    assert len(strange) <= 0.005 * len(many_cases.shown[modus]), strange[:10]


@pytest.mark.parametrize("way", HONEST)
def test_honest_people_leave_the_same_traces_in_the_stated_shares(honest_land: Counted, way: str) -> None:
    shown, wrong = honest_land.shown[way], {}
    assert len(shown) > 200
    for trace, share in stated()[way].items():
        found = sum(trace in traces for traces in shown)
        if abs(found - share * len(shown)) > 3 + 0.01 * len(shown) + 3.5 * sqrt(share * (1 - share) * len(shown)):
            wrong[trace] = (share, round(found / len(shown), 4), len(shown))
    assert not wrong


def test_what_was_drawn_is_what_the_records_show(many_cases: Counted) -> None:
    pairs = [pair for modus in MODI for pair in zip(many_cases.intended[modus], many_cases.shown[modus], strict=True)]
    unlike = [(sorted(meant - shown), sorted(shown - meant)) for meant, shown in pairs if meant != shown]
    assert len(unlike) <= 0.005 * len(pairs), unlike[:20]


def test_a_table_that_no_draw_could_obey_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "traces.csv"
    table.write_text(
        "code,trace,share,source_or_guess\nM01,none,0.1,guess\nM01,agent_phone,0.9,guess\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="fewer than a fifth"):
        read_traces(table)
    table.write_text(
        "code,trace,share,source_or_guess\nM01,none,0.3,guess\nM01,agent_phone,0.6,guess\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="no draw could obey"):
        read_traces(table)
