"""How right pairs and persons are, held against who the records are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


class Judged(NamedTuple):
    """Over pairs of records."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.4f} (P {self.precision:.4f} / R {self.recall:.4f})"


def pairs_in(groups: Numbers) -> int:
    """How many pairs of records are in one group."""
    _, sizes = np.unique(groups, return_counts=True)
    return int((sizes * (sizes - 1) // 2).sum())


def persons(found: Numbers, humans: Numbers) -> Judged:
    """Every two records of one person, whoever put them together. Persons and humans are small numbers."""
    right = pairs_in(humans << 32 | found)
    return Judged(right / max(1, pairs_in(found)), right / max(1, pairs_in(humans)))


def best_pairs(one: Numbers, other: Numbers, weight: npt.NDArray[Any], humans: Numbers) -> tuple[Judged, float]:
    """The threshold of the best F1 over pairs, and how right all from it on are."""
    order = np.argsort(-weight, kind="stable")
    right = np.cumsum((humans[one] == humans[other])[order])
    taken = np.arange(1, len(order) + 1)
    last = np.append(weight[order][1:] != weight[order][:-1], True)
    precision, recall = right / taken, right / max(1, pairs_in(humans))
    f1 = np.where(last, 2 * precision * recall / np.maximum(precision + recall, 1e-12), 0)
    at = int(f1.argmax())
    return Judged(float(precision[at]), float(recall[at])), float(weight[order][at])
