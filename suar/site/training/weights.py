"""From how often outcomes come to what they weigh, and the proposed policy file: `policy/matching/weights.yaml` with new numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

from suar.core.matching.policy import CODES

#: Fewer true or other pairs than this teach nothing that a table set by hand does not know better: their log2 would be off by a
#: quarter of a bit and more.
FEWEST_TRUE, FEWEST_OTHER = 30, 20
HEAVIEST = 40_000  # as the policy's own type allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How often one outcome comes among true pairs (m, of `true` pairs) and among random ones (u, of `other` pairs)."""

    code: str
    m: float
    true: int
    u: float
    other: int

    @property
    def learned(self) -> bool:
        return self.true >= FEWEST_TRUE and self.other >= FEWEST_OTHER

    @property
    def weight(self) -> int:
        """log2(m/u) in millibits."""
        return max(-HEAVIEST, min(HEAVIEST, round(1000 * log2(self.m / self.u))))

    @property
    def figures(self) -> str:
        return f"m {share(self.m)} of true pairs ({self.true:,} cases), u {share(self.u)} of random pairs ({self.other:,} cases)"

    def why(self, before: int) -> str:
        if self.learned:
            return f"EM: {self.figures}; {before} before"
        return f"EM has too few cases, the value set by hand is kept: {self.figures}"


def share(part: float) -> str:
    """A probability as a person reads it: 0.924, or 1 in 18,100."""
    return f"{part:.3f}" if part >= 0.01 else f"1 in {round(1 / part):,}" if part > 0 else "none"


def levels(
    m: Mapping[str, Mapping[str, float]],
    true: Mapping[str, Mapping[str, float]],
    other: Mapping[str, Mapping[str, int]],
) -> list[Level]:
    """Every outcome that weighs a fixed amount and that EM has met.

    How many true pairs an m rests on is the smaller of two counts: m of all true pairs compared, and the pairs that look so, each
    by its probability; the second counts siblings in, whom a household's fields make look alike.
    """
    found = []
    for feature, codes in m.items():
        compared, drawn = sum(true[feature].values()), sum(other[feature].values())
        for code, often in codes.items():
            if code in CODES and drawn:
                cases = round(min(often * compared, true[feature].get(code, 0.0)))
                met = other[feature].get(code, 0)
                found.append(Level(code=code, m=often, true=cases, u=met / drawn, other=met))
    return found


ROW = re.compile(r'^  (?P<code>[a-z_]+\.[a-z_]+): \{weight: (?P<weight>-?\d+), why: "(?P<why>[^"]*)"\}$', re.MULTILINE)


def proposed(text: str, learned: list[Level], *, dated: str, source: str) -> str:
    """The policy file with what was learned in the place of what was set by hand; every other line stays as it was."""
    by_code = {level.code: level for level in learned}

    def renewed(row: re.Match[str]) -> str:
        level = by_code.get(row["code"])
        if level is None:
            return row[0]
        if not level.learned:
            kept = row["why"].partition(" | EM")[0]
            return f'  {row["code"]}: {{weight: {row["weight"]}, why: "{kept} | {level.why(0)}"}}'
        return f'  {row["code"]}: {{weight: {level.weight}, why: "{level.why(int(row["weight"]))}"}}'

    text = ROW.sub(renewed, text)
    text = re.sub(r'^dated: ".*"$', f'dated: "{dated}"', text, count=1, flags=re.MULTILINE)
    return re.sub(r"^source: .*$", lambda _: f'source: "{source}"', text, count=1, flags=re.MULTILINE)
