"""How far two officers who rate the same answers apart agree, and what stands when they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: What an answer, or the whole, is a sign of: from none to strong. In this order the middle one of three stands.
MARKS = ("none", "some", "strong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Cohen's kappa with what it is made of, in thousandths, so that no float is compared or hashed."""

    pairs: int
    observed: int  # share of pairs that agree
    by_chance: int  # share that would agree if both only kept their own habits
    kappa: int | None  # None where nothing can be said: no pair, or both always give one and the same mark


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Cohen 1960: (observed - by chance) / (1 - by chance). One pair is the first and the second officer's mark of one thing."""
    n = len(pairs)
    if not n:
        return Agreement(pairs=0, observed=0, by_chance=0, kappa=None)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = Fraction(sum(a == b for a, b in pairs), n)
    by_chance = sum((Fraction(first[mark] * second[mark], n * n) for mark in first), Fraction(0))
    kappa = None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)
    return Agreement(
        pairs=n,
        observed=_permille(observed),
        by_chance=_permille(by_chance),
        kappa=None if kappa is None else _permille(kappa),
    )


def _permille(share: Fraction) -> int:
    """To the nearest thousandth, halves away from zero."""
    sign = -1 if share < 0 else 1
    return sign * ((abs(share) * 2000 + 1) // 2).__floor__()


def stands(marks: Iterable[str]) -> str:
    """What two or three ratings come to: the mark that two give, else the middle one; "" while two differ and the third is not there."""
    given = sorted(marks, key=MARKS.index)
    if len(given) == 2 and given[0] != given[1]:
        return ""
    return given[len(given) // 2] if given else ""


def tie(first: str, second: str) -> bool:
    """Whether a third officer is asked."""
    return first != second
