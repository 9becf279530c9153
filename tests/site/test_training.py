"""What learns weights: its caps are the house's, its file is the policy's, it never sees the truth."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from suar.core.identity.person import Description
from suar.core.matching.policy import MatchingPolicy
from suar.persons import actions
from suar.persons.queries.found import BLOCK_CAP, CANDIDATE_CAP
from suar.site.running.home import CannotRun
from suar.site.training import charts, pairs, people, quality, truth
from suar.site.training.counting import count_random, write_outcomes, write_u
from suar.site.training.outcomes import FEATURES
from suar.site.training.people import Described
from suar.site.training.weights import Level, proposed
from tests.golden import adopted

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "suar" / "site" / "training"
WEIGHTS = ROOT / "policy" / "matching" / "weights.yaml"
POLICY = adopted.matching()

SARI = Description(
    full_name="Sari Wulandari", nik="9901015205900001", birth_date="1990-05-12", mother_name="Inaq Rabiah", sex="2"
)
BUDI = Description(
    full_name="Budi Simanjuntak", nik="9901011205850002", birth_date="1985-05-12", mother_name="Tiur Lubis", sex="1"
)


def village() -> list[Described]:
    """Sari at two sources, once without her NIK, and Budi."""
    other = dataclasses.replace(SARI, nik="", full_name="SARI WULANDARI")
    said = [("a", "simkim", "1", SARI), ("b", "siskop2mi", "7", other), ("c", "simkim", "2", BUDI)]
    return [Described(id_, source, (record,), description) for id_, source, record, description in said]


def test_pairs_are_found_as_the_house_finds_them() -> None:
    assert (pairs.COMMON, pairs.BLOCK_CAP, pairs.CANDIDATE_CAP) == (
        actions.COMMON,
        BLOCK_CAP,
        CANDIDATE_CAP,
    )
    blocks = pairs.blocks(village())
    assert pairs.as_the_desk(village(), blocks) == {(0, 1)}
    assert pairs.by_kind(blocks) == {"name_born": {(0, 1)}, "name_mother": {(0, 1)}}


def test_nothing_that_learns_knows_the_truth() -> None:
    """What reads the truth is imported by measuring alone."""
    learns = ("pairs", "outcomes", "counting", "weights", "em", "learn", "people")
    for path in [*(TRAINING / f"{name}.py" for name in learns), ROOT / "suar" / "site" / "terminal" / "training.py"]:
        tree = ast.parse(path.read_text())
        named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not named & {"truth", "quality"} and not any(
            module.endswith((".truth", ".quality")) for module in modules
        ), path


def test_em_is_told_outcomes_and_nobody(tmp_path: Path) -> None:
    who = village()
    number, met = write_outcomes(tmp_path / "outcomes.csv", who, pairs.by_kind(pairs.blocks(who)), POLICY)
    drawn = count_random(who, POLICY.for_register(3), pairs=50, seed=1)
    write_u(tmp_path / "u.json", met, drawn)
    told = "".join(path.read_text() for path in tmp_path.iterdir()).lower()
    assert number == 1 and met["birth_date"] == {"birth_date.same": 1} and drawn["sex"]["sex.different"] > 0
    assert not any(word in told for word in ("sari", "wulandari", "9901015205900001", "1990-05-12", "rabiah"))
    assert set(met) == set(FEATURES)


def test_the_proposed_file_is_a_policy_and_says_where_each_number_comes_from() -> None:
    taught = Level(code="phone.same", m=0.9, true=800, u=0.00005, other=40)
    rare = Level(code="nik.slip", m=0.001, true=3, u=0.0, other=0)
    text = proposed(WEIGHTS.read_text(), [taught, rare], dated="2026-12-01", source="a test")
    table = yaml.safe_load(text)
    before = yaml.safe_load(WEIGHTS.read_text())["weights"]
    assert table["weights"]["phone.same"]["weight"] == taught.weight == 14_136
    assert (
        "800 cases" in table["weights"]["phone.same"]["why"] and "1 in 20,000" in table["weights"]["phone.same"]["why"]
    )
    assert (
        table["weights"]["nik.slip"]["weight"] == before["nik.slip"]["weight"]
        and "too few" in table["weights"]["nik.slip"]["why"]
    )
    MatchingPolicy.read(adopted.tables("matching") | {"weights": table})
    assert proposed(text, [taught, rare], dated="2026-12-01", source="a test").count("too few cases") == text.count(
        "too few cases"
    )


def test_people_come_back_as_they_were_written_and_only_for_their_owner(tmp_path: Path) -> None:
    people.write(tmp_path / "people.jsonl", village())
    assert people.read(tmp_path / "people.jsonl") == village()
    assert (tmp_path / "people.jsonl").stat().st_mode & 0o077 == 0
    (tmp_path / "other.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(CannotRun):
        people.read(tmp_path / "other.jsonl")


def test_quality_is_counted_against_the_truth(tmp_path: Path) -> None:
    (tmp_path / "records-simkim.csv").write_text("record,person\n1,sari\n2,budi\n")
    (tmp_path / "records-siskop2mi.csv").write_text("record,person\n7,sari\n")
    who = truth.humans(village(), tmp_path)
    found = quality.judged(village(), who, POLICY.for_register(3))
    (everybody, *_) = quality.groups(village(), who, found, POLICY)
    assert [(one.pair, one.true, one.verdict.value) for one in found] == [((0, 1), True, "join")]
    assert (everybody.true, everybody.found, everybody.referred, everybody.recall) == (1, 1, 0, 1000)
    stranger = [dataclasses.replace(found[0], true=False)]
    assert quality.groups(village(), who, stranger, POLICY)[0].wrongly == pytest.approx(2 / 3)
    with pytest.raises(CannotRun, match="no truth"):
        truth.humans(village(), tmp_path / "nowhere")


def test_a_chart_says_in_words_what_it_shows_and_a_page_gets_no_style() -> None:
    points = [(100, 90, 500), (900, 905, 40)]
    words: dict[str, Any] = {"title": "a < b", "described": "as a table", "stated": "stated", "found": "right"}
    drawn = charts.reliability(points, **words)
    assert "a &lt; b" in drawn and "<desc>as a table</desc>" in drawn and "<style>" in drawn
    assert "<style" not in charts.reliability(points, **words, styled=False)
