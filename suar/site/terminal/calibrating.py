"""`suar calibrate`: how often a stated probability is right, where the truth is known, and the table that makes it so.

Takes nations of two seeds, each a folder with `people.jsonl` (`suar train --export`) and `truth/` (the sandbox's own). The table is
fitted on all of them; what it is worth is shown on each nation by a table fitted on the others alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from suar.core.matching.calibration import Table, fitted
from suar.site.running.home import ROOT, CannotRun
from suar.site.terminal.weights import matching
from suar.site.training import charts, people, truth
from suar.site.training.quality import Judged, judged, off_by, reliability

PAGE = ROOT / "docs" / "reference" / "matching.md"
PICTURES = ROOT / "docs" / "pictures"
#: Pairs in a pool: the rate of a pool of 100 is known to within a tenth at worst (two standard errors).
FEWEST = 100
HEAD = """<!-- Made by `suar calibrate`. Run it again, do not edit this. -->
# How often a stated probability is right

Every match states a probability (`probability` in the API): weight and prior of its explanation, through the table
`policy/matching/calibration.yaml`. Here it is held against the truth of invented nations, over the pairs that the house's own keys
find. The table shown for a nation was fitted on the other seed alone. Weights come from EM without labels ([how](../howto/train.md)),
but people who saw the truth of these nations chose the levels ([0015](../decisions/0015-em-over-our-own-levels.md)), and one sandbox made
them all: read this as the best case. Between 0.1 and 0.9 a row rests on few pairs, and says little where it rests on fewer than 100.
"""


def calibrate(nations: Sequence[Path], out: Path, *, dated: str) -> int:
    if len(nations) < 2:
        raise CannotRun("Two nations of different seeds are needed: one to fit on, the other to try it on.")
    found = {folder.resolve().name: of_nation(folder) for folder in nations}
    whole = fitted(((one.odds, one.true) for of in found.values() for one in of), fewest=FEWEST)
    parts = [HEAD]
    for number, (name, mine) in enumerate(found.items(), start=1):
        others = [one for other, of in found.items() if other != name for one in of]
        parts.append(section(number, name, mine, fitted(((one.odds, one.true) for one in others), fewest=FEWEST)))
        print(parts[-1])
    parts.append(other_sizes(list(nations), whole))
    print(parts[-1])
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    source = f"isotonic regression over {sum(map(len, found.values())):,} pairs of {len(found)} invented nations (suar calibrate)"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(policy_file(whole, dated=dated, source=source), encoding="utf-8")
    print(f"Proposed: {out}. It counts for nothing until it is adopted. Page: {PAGE}")
    return 0


def of_nation(folder: Path, *, every: int = 1) -> list[Judged]:
    """Judged pairs of a nation; of each `every`-th of its humans only, where a smaller register is wanted."""
    everybody = people.read(folder / "people.jsonl")
    humans = truth.humans(everybody, folder / "truth")
    kept = [n for n, of in enumerate(humans) if not of or sum(map(ord, min(of))) % every == 0]
    some, who = [everybody[n] for n in kept], [humans[n] for n in kept]
    return judged(some, who, matching().for_register(len(some)))


def section(number: int, name: str, mine: Sequence[Judged], table: Table) -> str:
    plain, made = reliability(mine, ()), reliability(mine, table)
    picture = PICTURES / f"reliability_{number}.svg"
    title = f"Reliability on nation {name}"
    described = "; ".join(f"stated {x / 1000:.2f}, right {y / 1000:.2f} of {n}" for x, y, n in made)
    drawn = charts.reliability(made, title=title, described=described, stated="stated", found="how often right")
    picture.write_text(drawn + "\n", encoding="utf-8")
    return "\n".join(
        [
            f"## Nation {name}: {len(mine):,} pairs, {sum(one.true for one in mine):,} of them one person",
            f"Expected calibration error {off_by(made):.2f} ‰ ({off_by(plain):.2f} ‰ without the table).",
            "",
            f"![{title}: {described}](../pictures/{picture.name})",
            "",
            *rows(made),
        ]
    )


def rows(points: Sequence[charts.Point]) -> list[str]:
    lines = [f"| {x / 1000:.3f} | {y / 1000:.3f} | {n:,} |" for x, y, n in points]
    return ["| stated, mean | right | pairs |", "|---|---|---|", *lines, ""]


def other_sizes(nations: Sequence[Path], table: Table) -> str:
    """The same table in a register of a quarter of the humans: the prior moves with the size, the table does not."""
    found = [one for folder in nations for one in of_nation(folder, every=4)]
    points = reliability(found, table)
    lines = rows(points)
    head = f"## A register a quarter as large: {len(found):,} pairs"
    said = "Fitted on these nations too, so this shows the size alone and proves nothing else. "
    said += f"The prior follows the size of the register, the table does not. Expected calibration error {off_by(points):.2f} ‰ here."
    return "\n".join([head, said, "", *lines])


def policy_file(table: Table, *, dated: str, source: str) -> str:
    head = (
        "# What summed log odds (weight and prior) come to, in millibits: straight lines between knots, level outside them. Weights take\n"
        "# features for independent where they are not quite, and a pair that a key found is no random pair; order never changes.\n"
    )
    knots = "".join(f"  - [{x}, {y}]\n" for x, y in table)
    return f'{head}dated: "{dated}"\nsource: {source}\nknots:\n{knots}'
