"""`suar train`: EM without labels over our own comparison levels, and the weights file that follows from it.

Reads nothing of who is really who. What it writes is a proposal: in force is what was adopted (docs/howto/train.md).
"""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from suar.site.running.home import ROOT, CannotRun
from suar.site.terminal.weights import matching
from suar.site.training import pairs, people
from suar.site.training.counting import count_random, write_outcomes, write_u
from suar.site.training.learn import learn
from suar.site.training.weights import Level, levels, proposed

WEIGHTS = ROOT / "policy" / "matching" / "weights.yaml"
FOLDER = ROOT / "build" / "train"
FEWEST_PEOPLE = 1_000


def export(out: Path) -> int:
    """The subjects of the running register as a file, for a training or a measurement elsewhere."""
    found = people.of_the_register()
    people.write(out, found)
    print(
        f"{len(found):,} subjects: {out}. These are personal values in clear: keep the file to yourself, and not for long."
    )
    return 0


def train(source: Path | None, out: Path, *, random_pairs: int, seed: int, dated: str) -> int:
    """Learn m and u, write the proposed weights. Raises CannotRun where there is too little to learn from."""
    who = people.read(source) if source else people.of_the_register()
    if len(who) < FEWEST_PEOPLE:
        raise CannotRun(f"{len(who):,} subjects are too few to learn from; {FEWEST_PEOPLE:,} are needed.")
    policy = matching().for_register(len(who))
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = pairs.by_kind(pairs.blocks(who))
    number, met = write_outcomes(FOLDER / "outcomes.csv", who, found, policy)
    print(f"{len(who):,} subjects, {number:,} pairs that a strong key finds", flush=True)
    drawn = count_random(who, policy, pairs=random_pairs, seed=seed)
    print(f"{random_pairs:,} random pairs, drawn with seed {seed}", flush=True)
    write_u(FOLDER / "u.json", met, drawn)
    learn(FOLDER)
    told = json.loads((FOLDER / "m.json").read_text())
    learned = levels(told["m"], told["cases"], drawn)
    words = (
        f"EM without labels (Splink {told['splink']}) over {len(who):,} subjects, {number:,} pairs found by keys and "
    )
    words += f"{random_pairs:,} random ones (suar train)"
    words += (
        "; where a row says so, and in all rows without figures, set by hand from DOMAIN B, C3, H and PERFORMANCE 1"
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(proposed(WEIGHTS.read_text("utf-8"), learned, dated=dated, source=words), encoding="utf-8")
    Console().print(table_of(learned, dict(policy.weights)))
    print(f"Proposed: {out}. It weighs nothing until it is adopted.")
    return 0


def table_of(learned: list[Level], before: dict[str, int]) -> Table:
    table = Table("outcome", "m", "cases", "u", "cases", "before", "learned", box=None)
    for level in sorted(learned, key=lambda one: one.code):
        new = f"{level.weight:+,}" if level.learned else "kept"
        row = (
            f"{level.m:.5f}",
            f"{level.true:,}",
            f"{level.u:.7f}",
            f"{level.other:,}",
            f"{before[level.code]:+,}",
            new,
        )
        table.add_row(level.code, *row)
    return table
