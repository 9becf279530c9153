"""Weights of many pairs: `explain` and `propose` one pair after another, in the interface of a compiled scorer.

Exchanged for `suar.core.matching.score` by the one import in `scoring`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from suar.core.identity.person import Description
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import CODES, NAME_CODES, MatchingPolicy

Places = npt.NDArray[np.int64]
Encoded = Sequence[Description]
#: Verdicts in the order of their numbers.
VERDICTS = (Verdict.JOIN, Verdict.ASK, Verdict.NEW, Verdict.CANNOT_TELL)
JOIN, ASK, NEW, CANNOT_TELL = range(4)

_ALL = sorted(CODES | NAME_CODES)
_BIT = {code: np.uint64(1 << number) for number, code in enumerate(_ALL)}
#: The verdict stands in the two highest bits, which no code has.
_VERDICT = 62
assert len(_ALL) <= _VERDICT


def encode(descriptions: Sequence[Description], policy: MatchingPolicy) -> Encoded:
    return list(descriptions)


def score(
    left: Encoded, left_at: Places, right: Encoded, right_at: Places, policy: MatchingPolicy
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    """The weight of each pair in millibits without prior, and its codes as bits."""
    weights, codes = np.zeros(len(left_at), dtype=np.int32), np.zeros(len(left_at), dtype=np.uint64)
    for number, (one, other) in enumerate(zip(left_at.tolist(), right_at.tolist(), strict=True)):
        explanation = explain(left[one], right[other], candidate="", policy=policy)
        weights[number] = explanation.weight
        codes[number] = _bits(explanation, policy)
    return weights, codes


def _bits(explanation: MatchExplanation, policy: MatchingPolicy) -> Any:
    bits = np.uint64(VERDICTS.index(propose(explanation, policy)) << _VERDICT)
    for reason in explanation.reasons:
        bits |= _BIT[reason.code]
    return bits


def verdicts_of(
    weights: npt.NDArray[np.int32], codes: npt.NDArray[np.uint64], policy: MatchingPolicy
) -> npt.NDArray[np.uint8]:
    """What `propose` says of each pair, as a number of VERDICTS."""
    return (codes >> np.uint64(_VERDICT)).astype(np.uint8)
