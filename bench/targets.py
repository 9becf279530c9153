"""What a benchmark claims: wanted, got, and whether it holds. The last line of every benchmark (DESIGN 8)."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One claim. `bound` says on which side of `want` it holds."""

    claim: str
    want: float
    got: float
    bound: Literal["at least", "at most"] = "at least"

    @property
    def holds(self) -> bool:
        return self.got >= self.want if self.bound == "at least" else self.got <= self.want


def last_line(people: int, targets: Sequence[Target]) -> str:
    said = [
        {"claim": f"{one.claim} ({one.bound})", "want": one.want, "got": round(one.got, 3), "holds": one.holds}
        for one in targets
    ]
    return json.dumps({"people": people, "targets": said})


def status(targets: Sequence[Target]) -> int:
    """0 only when every target holds."""
    return 0 if targets and all(one.holds for one in targets) else 1


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns wide enough for what stands in them; numbers to the right."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(r, widths, strict=True)))
        for r in rows
    )


def said_load() -> str:
    """The load average of the last one, five and fifteen minutes."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())
