"""Claims: a test with two sizes, small in `./run test`, as its issue states in `./run prove`; seeded, resumable,
written down.

    @pytest.mark.prove
    def test_any_order_gives_one_state(claim: Claim) -> None:
        for order in claim.rounds(small=20, large=1_000):
            ... random.Random(order.seed) ...

A round that fails ends the test; its seed is printed and its row says so. `./run prove` goes on after the rounds that
held at this commit, so a proof of hours may be cut off at any moment.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from suar.site.running.keeper import locked

ROOT = Path(__file__).resolve().parent.parent
PROOF = ROOT / "docs" / "reference" / "proof.md"
PROGRESS = ROOT / "build" / "prove"
HEAD = """# Proof

Written by `./run prove`, one row for each claim: how many rounds were asked for, the seed with which they can be run
again, what came out, and the commit that was proved (`+` where the tree had changes of its own).

| claim | N | seed | result | commit |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One of many: its number from 0, and a seed that it shares with no other."""

    number: int
    seed: int


@dataclass(slots=True)
class Claim:
    """What one test claims, and how far it is proved."""

    name: str
    proving: bool
    commit: str
    seed: int
    held: int = 0  # rounds that held at this commit, with this seed
    asked: int = 1
    result: str = field(default="", init=False)

    def number(self, *, small: int, large: int) -> int:
        """How many of something this run takes."""
        self.asked = large if self.proving else small
        return self.asked

    def rounds(self, *, small: int, large: int) -> Iterator[Round]:
        """Rounds still to be run. What held is kept after each, so that the next run goes on from there."""
        for number in range(self.held, self.number(small=small, large=large)):
            yield Round(number, self.seed + number)
            self.held = number + 1
            self.keep()

    @property
    def path(self) -> Path:
        return PROGRESS / f"{self.name}.json"

    def keep(self) -> None:
        """Only a proof is kept: the small runs of every day begin anew."""
        if self.proving:
            PROGRESS.mkdir(parents=True, exist_ok=True)
            part = self.path.with_suffix(".part")
            state = {
                "commit": self.commit,
                "seed": self.seed,
                "held": self.held,
                "asked": self.asked,
                "result": self.result,
            }
            part.write_text(json.dumps(state))
            part.replace(self.path)

    def end(self, *, held: bool) -> None:
        self.result = "holds" if held else "fails"
        self.keep()
        if self.proving:
            write_row(self)


def claim_of(test: str) -> Claim:
    """The claim of a test, with what was already proved of it at this commit."""
    name = re.sub(r"[^0-9a-z]+", "-", test.removeprefix("test_").lower()).strip("-")
    proving = os.environ.get("SUAR_PROVE") == "1"
    told = os.environ.get("SUAR_SEED")
    commit = commit_of(ROOT) if proving else ""  # only a proof is written down; asking git takes a tenth of a second
    claim = Claim(name, proving, commit, int(told) if told else secrets.randbelow(2**31))
    if proving and not told and os.environ.get("SUAR_AGAIN") != "1":
        take_up(claim)
    return claim


def take_up(claim: Claim) -> None:
    """Go on where a proof of the same clean commit was cut off; one that failed begins again with its own seed."""
    try:
        state = json.loads(claim.path.read_text())
    except (OSError, ValueError):
        return
    if state["commit"] == claim.commit and not claim.commit.endswith("+"):
        claim.seed, claim.asked, claim.result = state["seed"], state["asked"], state["result"]
        claim.held = 0 if state["result"] == "fails" else state["held"]


def commit_of(root: Path) -> str:
    """The commit, `+` behind it when the tree differs in more than the page of proofs; "unknown" outside git."""
    commit = git(root, "rev-parse", "--short=12", "HEAD")
    changed = git(root, "status", "--porcelain", "--", ".", ":!docs/reference/proof.md")
    return f"{commit}+" if commit and changed else commit or "unknown"


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True).stdout.strip()  # noqa: S607


def write_row(claim: Claim, *, proof: Path = PROOF) -> None:
    """Put the claim's row in its place; the other rows stay as they are."""
    with locked(PROGRESS / "proof.lock"):
        rows = rows_of(proof)
        rows[claim.name] = f"| {claim.name} | {claim.asked:,} | {claim.seed} | {claim.result} | {claim.commit} |"
        proof.parent.mkdir(parents=True, exist_ok=True)
        proof.write_text(HEAD + "".join(f"{rows[name]}\n" for name in sorted(rows)))


def rows_of(proof: Path) -> dict[str, str]:
    if not proof.exists():
        return {}
    table = proof.read_text().partition("|---|---|---|---|---|\n")[2]
    return {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("|")}
