"""What trafficking and honest travel leave behind: `sandbox/traces.csv`, and how one life draws from it.

Shares are of all lives of a modus or of an honest class. A life of a modus leaves nothing with the share of `none`;
otherwise it leaves at least one trace. An honest life draws each trace for itself.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

TRACES_FILE = Path(__file__).parents[1] / "traces.csv"
NONE = "none"
#: Of these a life leaves one at most: a letter is either not there, or unknown, or cancelled.
ONE_OF = frozenset({"letter_missing", "letter_unknown", "letter_cancelled"})


@dataclass(frozen=True, slots=True)
class Traces:
    """The shares of one modus or honest class."""

    code: str
    shares: tuple[tuple[str, float], ...]  # without `none`
    none: float  # 0 for an honest class

    @property
    def of_a_case(self) -> bool:
        return self.code[0] == "M" and self.code[1:].isdigit()

    def draw(self, rnd: Random) -> frozenset[str]:
        if not self.of_a_case:
            found = [trace for trace, share in self.shares if rnd.random() < share]
            return _one_letter(rnd, found)
        if rnd.random() < self.none:
            return frozenset()
        return self._at_least_one(rnd)

    def _at_least_one(self, rnd: Random) -> frozenset[str]:
        """Systematic sampling (Madow 1949): each trace exactly with its share, never an empty draw.

        One point is dropped at random into [0, 1) and then at every whole step along the shares laid end to end, which
        add up to one or more. Traces that shut each other out lie side by side, so that one step cannot hit two.
        """
        units = list(self.shares)
        rnd.shuffle(units)
        units.sort(key=lambda unit: unit[0] in ONE_OF)
        point, upto, found = rnd.random(), 0.0, []
        for trace, share in units:
            upto += share / (1 - self.none)
            if upto > point:
                found.append(trace)
                point += 1
        return frozenset(found)


def _one_letter(rnd: Random, found: list[str]) -> frozenset[str]:
    letters = [trace for trace in found if trace in ONE_OF]
    if len(letters) > 1:
        kept = rnd.choice(letters)
        found = [trace for trace in found if trace not in ONE_OF or trace == kept]
    return frozenset(found)


def read_traces(path: Path = TRACES_FILE) -> dict[str, Traces]:
    """By code. Raises ValueError on a share that no draw could obey."""
    rows: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["trace"] in rows.setdefault(row["code"], {}):
                raise ValueError(f"{row['code']} names {row['trace']} twice")
            rows[row["code"]][row["trace"]] = float(row["share"])
    found = {
        code: Traces(code, tuple((t, s) for t, s in shares.items() if t != NONE), shares.get(NONE, 0.0))
        for code, shares in rows.items()
    }
    for traces in found.values():
        if not all(0 <= share <= 1 for _, share in traces.shares):
            raise ValueError(f"{traces.code} has a share outside 0 to 1")
        if traces.of_a_case:
            _check_case(traces)
    return found


def _check_case(traces: Traces) -> None:
    rest = 1 - traces.none
    if traces.none < 0.2:
        raise ValueError(f"{traces.code} lets fewer than a fifth of its cases leave nothing")
    if any(share > rest for _, share in traces.shares) or sum(share for _, share in traces.shares) < rest:
        raise ValueError(f"{traces.code} has shares that no draw could obey")
    if sum(share for trace, share in traces.shares if trace in ONE_OF) > rest:
        raise ValueError(f"{traces.code} has more letters than cases")
