"""Stated probabilities that are right as often as they say: a monotone table from log odds to log odds, in millibits.

The sum of weights takes features for independent where they are not quite, and candidates are no random pairs: a key has found
them. Both bend the odds, never their order. Fitted by isotonic regression (pool adjacent violators; Zadrozny and Elkan 2002).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import log2

#: Knots: summed log odds → log odds as measured, both strictly within ±FARTHEST, both rising.
Table = tuple[tuple[int, int], ...]
FARTHEST = 40_000
#: Beyond what pairs could show: of n pairs without one error no more is believed than half an error.
HALF = 0.5


def calibrated(log_odds: int, table: Table) -> int:
    """What log odds come to, in a straight line between knots, and level before the first and behind the last. Without a table
    they stay as they are.
    """
    if not table:
        return log_odds
    if log_odds <= table[0][0]:
        return table[0][1]
    if log_odds >= table[-1][0]:
        return table[-1][1]
    at = bisect_right(table, (log_odds, FARTHEST))
    (x0, y0), (x1, y1) = table[at - 1], table[at]
    return y0 + (log_odds - x0) * (y1 - y0) // (x1 - x0)


def fitted(judged: Iterable[tuple[int, bool]], *, fewest: int) -> Table:
    """The isotonic table of pairs: their summed log odds, and whether they were one person. A knot stands for `fewest` pairs at least.

    Empty where nothing was judged. Raises nothing.
    """
    pools: list[list[int]] = []  # pairs, true ones, sum of log odds
    for one in _binned(sorted(judged), fewest):
        pools.append(one)
        while len(pools) > 1 and pools[-2][1] * pools[-1][0] >= pools[-1][1] * pools[-2][0]:
            number, true, total = pools.pop()
            pools[-1] = [pools[-1][0] + number, pools[-1][1] + true, pools[-1][2] + total]
    knots = [(_within(total // number), _log_odds(number, true)) for number, true, total in pools]
    return tuple(_rising(knots))


def _binned(judged: Sequence[tuple[int, bool]], fewest: int) -> Iterable[list[int]]:
    """Neighbours together until there are enough; equal odds are never parted."""
    open_ = [0, 0, 0]
    for odds, group in groupby(judged, key=lambda pair: pair[0]):
        said = [true for _, true in group]
        open_ = [open_[0] + len(said), open_[1] + sum(said), open_[2] + odds * len(said)]
        if open_[0] >= fewest:
            yield open_
            open_ = [0, 0, 0]
    if open_[0]:
        yield open_


def _log_odds(number: int, true: int) -> int:
    return _within(round(1000 * log2((true + HALF) / (number - true + HALF))))


def _within(odds: int) -> int:
    return max(-FARTHEST, min(FARTHEST, odds))


def _rising(knots: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Half an error makes a small pool less sure than a large one beside it: what falls is left out."""
    last: tuple[int, int] | None = None
    for knot in knots:
        if last is None or (knot[0] > last[0] and knot[1] >= last[1]):
            last = knot
            yield knot
