"""Pairs that cannot all be true: when one record fits two people who are not each other, it is one of them at most.

The weight of a pair says what the two records say of each other. Its probability must also know who else was found: a
sibling fits fairly well until the right one is seen, who fits better. With exclusive alternatives of odds O1, O2, …
the probability of the first is O1 / (1 + O1 + O2 + …); records that may be one person are no alternatives.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

At = npt.NDArray[np.int64]
#: So many of the best partners of one record are held against each other; more than that stand far below.
MOST = 8


def rivals(one: At, other: At, odds: npt.NDArray[np.int64]) -> tuple[At, At]:
    """Rows of pairs that share `one`, each two once: those whose `other` must be compared with each other.

    Of each `one` only the MOST best rows count. Returns two arrays of row numbers.
    """
    order = np.lexsort((other, -odds, one))
    owner = one[order]
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    rank = np.arange(len(owner)) - np.repeat(starts, np.diff(np.append(starts, len(owner))))
    firsts, seconds = [], []
    for step in range(1, MOST):
        here = (
            np.flatnonzero((owner[:-step] == owner[step:]) & (rank[step:] < MOST)) if step < len(owner) else owner[:0]
        )
        firsts.append(order[here])
        seconds.append(order[here + step])
    return np.concatenate(firsts), np.concatenate(seconds)


def shared_out(odds: npt.NDArray[np.int64], row: At, rival: At) -> npt.NDArray[np.int64]:
    """The odds in millibits after each row's exclusive rivals are known; `row` and `rival` name them one way.

    An odds of O among rivals of R becomes O / (1 + R).
    """
    linear = np.exp2(np.clip(odds, -64_000, 64_000) / 1000.0)
    against = np.zeros(len(odds))
    np.add.at(against, row, linear[rival])
    np.add.at(against, rival, linear[row])
    less: npt.NDArray[np.int64] = np.rint(1000 * np.log2(1 + against)).astype(np.int64)
    return odds - less
