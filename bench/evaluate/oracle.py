"""What could be known at best: the likelihood of a case for somebody who knows the table of traces, the ways abroad and their shares.

Written apart from every rule and weight of the desk: it reads the life as the nation drew it, without the traces that come only after departure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sandbox.nation.lives import LATE_TRACES, MODUS_WEIGHTS, PURPOSES, WAYS, Life
from sandbox.nation.traces import Traces, read_traces

LEAST = 1e-4  # of a trace that the table does not give to a class: rare, not impossible


def likelihoods(traces: Mapping[str, Traces] | None = None) -> dict[str, Traces]:
    """The table of traces, without what is told only after departure."""
    known = read_traces() if traces is None else traces
    return {
        code: Traces(code, tuple((name, share) for name, share in row.shares if name not in LATE_TRACES), row.none)
        for code, row in known.items()
    }


def score(life: Life, years: int, table: Mapping[str, Traces]) -> float:
    """Logarithm of how much likelier these traces and this stated purpose are of a case than of an honest journey at this age."""
    seen = life.traces - LATE_TRACES
    cases = sum(
        weight * of_class(seen, table[code])
        for code, weight in MODUS_WEIGHTS.items()
        if purpose_fits(code, life.purpose)
    ) / sum(MODUS_WEIGHTS.values())
    ways = WAYS["child" if years < 20 else "young" if years < 32 else "grown" if years < 55 else "old"]
    honest = sum(weight * of_class(seen, table[way]) for way, weight in ways.items() if PURPOSES[way] == life.purpose)
    return math.log(max(cases, 1e-12)) - math.log(max(honest / sum(ways.values()), 1e-12))


def purpose_fits(code: str, purpose: str) -> bool:
    """M02 is told as umrah or a family visit too, M03 as haji."""
    return PURPOSES[code] == purpose or (code, purpose) in {("M02", "umrah"), ("M02", "family_visit"), ("M03", "haji")}


def of_class(seen: frozenset[str], row: Traces) -> float:
    """How likely exactly these traces are of one class, each taken for itself."""
    shares = dict(row.shares)
    chance = 1.0
    for name in shares.keys() | seen:
        share = max(shares.get(name, 0.0), LEAST)
        chance *= share if name in seen else 1 - share
    return chance
