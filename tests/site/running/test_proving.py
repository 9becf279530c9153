"""Proofs: cut off and gone on with, seeds kept, rows written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import proving
from tests.proving import Claim, claim_of, rows_of, write_row

REAL_COMMIT_OF = proving.commit_of


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "PROGRESS", tmp_path / "prove")
    monkeypatch.setattr(proving, "commit_of", lambda root: "abc123")
    for name in ("SUAR_PROVE", "SUAR_SEED", "SUAR_AGAIN"):
        monkeypatch.delenv(name, raising=False)


def test_an_ordinary_run_takes_the_small_number_and_keeps_nothing() -> None:
    claim = claim_of("test_any_order_gives_one_state")
    assert [one.number for one in claim.rounds(small=3, large=1_000)] == [0, 1, 2]
    assert claim.name == "any-order-gives-one-state" and not claim.path.exists()


def test_a_proof_that_was_cut_off_goes_on_with_its_seed_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUAR_PROVE", "1")
    first = claim_of("test_x")
    rounds = first.rounds(small=1, large=5)
    seeds = [next(rounds).seed, next(rounds).seed, next(rounds).seed]  # the third is cut off in its middle
    again = claim_of("test_x")
    rest = list(again.rounds(small=1, large=5))
    assert [one.number for one in rest] == [2, 3, 4]
    assert rest[0].seed == seeds[2] and len({*seeds, *(one.seed for one in rest)}) == 5


@pytest.mark.parametrize("change", ["commit", "again", "dirty"])
def test_a_proof_begins_anew_at_another_commit_or_when_asked_to(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    monkeypatch.setenv("SUAR_PROVE", "1")
    if change == "dirty":
        monkeypatch.setattr(proving, "commit_of", lambda root: "abc123+")
    list(claim_of("test_x").rounds(small=1, large=5))
    if change == "commit":
        monkeypatch.setattr(proving, "commit_of", lambda root: "def456")
    if change == "again":
        monkeypatch.setenv("SUAR_AGAIN", "1")
    assert claim_of("test_x").held == 0


def test_a_proof_that_failed_begins_again_with_the_seed_that_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(proving, "PROOF", tmp_path / "proof.md")
    monkeypatch.setattr(proving, "write_row", lambda claim: None)
    monkeypatch.setenv("SUAR_PROVE", "1")
    failed = claim_of("test_x")
    next(failed.rounds(small=1, large=5))
    failed.end(held=False)
    again = claim_of("test_x")
    assert (again.seed, again.held) == (failed.seed, 0)


def test_a_seed_may_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUAR_SEED", "77")
    assert [one.seed for one in claim_of("test_x").rounds(small=2, large=2)] == [77, 78]


def test_each_claim_has_one_row_and_keeps_its_neighbours(tmp_path: Path) -> None:
    proof = tmp_path / "proof.md"
    for name, result in (("b", "holds"), ("a", "fails"), ("b", "fails"), ("a", "holds")):
        claim = Claim(name, True, "abc123", 5, asked=1_000)
        claim.result = result
        write_row(claim, proof=proof)
    assert rows_of(proof) == {
        "a": "| a | 1,000 | 5 | holds | abc123 |",
        "b": "| b | 1,000 | 5 | fails | abc123 |",
    }
    assert proof.read_text().startswith("# Proof\n")


def test_a_commit_is_marked_when_the_tree_differs_but_not_for_the_page_of_proofs(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "reference" / "proof.md"
    page.parent.mkdir(parents=True)
    (tmp_path / "code").write_text("1")
    assert REAL_COMMIT_OF(tmp_path) == "unknown"
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)  # noqa: S607
    page.write_text("a row")
    assert not REAL_COMMIT_OF(tmp_path).endswith("+")
    (tmp_path / "code").write_text("2")
    assert REAL_COMMIT_OF(tmp_path).endswith("+")
