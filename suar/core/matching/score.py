"""Weights of many pairs at once: the compiled scorer, which `explain` backs up and explains.

`encode` turns descriptions into columns once; `score` weighs pairs of them. Every weight is `explain`'s to the millibit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from suar.core.identity.columns import Columns
from suar.core.identity.person import Description
from suar.core.matching import kernel
from suar.core.matching.encoding import side_of
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy

Longs = npt.NDArray[np.int64]
Weights = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint64]

#: The codes of `kernel`, in its order; behind them those that only `explain` gives.
_CODES = """
    name.same name.alike name.shorter name.partly name.different name.cannot_tell name.nothing nik.same nik.slip
    nik.slip_serial nik.different passport_no.same passport_no.different kk.same kk.different phone.same
    phone.different birth_date.same birth_date.same_heaped birth_date.in_nik birth_date.swapped
    birth_date.one_digit birth_date.by_nik birth_date.year_shifted birth_date.different birth_date.far sex.same
    sex.different sex.in_nik birth_place.same birth_place.similar birth_place.different mother_name.same
    mother_name.similar mother_name.partly mother_name.different father_name.same father_name.similar
    father_name.partly father_name.different address.same address.similar address.different region_code.same
    region_code.by_nik region_code.kabupaten region_code.province region_code.different nationality.same
    nationality.different family.shared birth_date.month_same birth_date.year_same birth_date.age_fits
    birth_date.near
    """
CODE_NAMES: tuple[str, ...] = tuple(_CODES.split())
BIT = {code: np.uint64(1) << np.uint64(place) for place, code in enumerate(CODE_NAMES)}
#: Set beside their codes where a mother's or a father's name weighs anything.
PARENT_AGREES = tuple(np.uint64(1) << np.uint64(kernel.PARENT_BIT + which) for which in (kernel.MOTHER, kernel.FATHER))

_LEVEL_NAMES = """
    same old_spelling family family_short sound near father initial_millibits left_over conflict different cannot_tell
    other_order other_birth_order other_father cap
    """
_LEVELS = tuple(_LEVEL_NAMES.split())


@dataclass(frozen=True, slots=True)
class Encoded:
    """Descriptions, and all that the loop reads of them. Belongs to the policy whose name tables read the names."""

    descriptions: Sequence[Description]
    side: kernel.Side

    def __len__(self) -> int:
        return len(self.descriptions)


def encode(descriptions: Sequence[Description], policy: MatchingPolicy) -> Encoded:
    """Read every name, number and date once, so that a million pairs need not. Raises nothing: what is odd is left to `explain`."""
    return Encoded(descriptions, side_of(Columns.of(descriptions), policy.names))


def score(
    left: Encoded, left_at: Longs, right: Encoded, right_at: Longs, policy: MatchingPolicy, *, least: int | None = None
) -> tuple[Weights, Codes]:
    """Millibits of the pairs `left[left_at[n]], right[right_at[n]]`, without the prior, and a mask of their codes (CODE_NAMES).

    Where only what weighs `least` or more is asked for, anything else may be said to weigh `kernel.BELOW`, without codes.
    """
    weights, codes = np.empty(left_at.size, np.int32), np.empty(left_at.size, np.uint64)
    ours, theirs = np.ascontiguousarray(left_at, np.int64), np.ascontiguousarray(right_at, np.int64)
    rules, bounds = _read(policy)
    least = kernel.BELOW if least is None or not bounds else least
    kernel.pairs(left.side, ours, right.side, theirs, rules, least, weights, codes)
    for n in np.flatnonzero(weights == kernel.DEFERRED):
        said = explain(left.descriptions[left_at[n]], right.descriptions[right_at[n]], candidate="", policy=policy)
        weights[n], codes[n] = said.weight, mask_of(said)
    return weights, codes


def _rarity_bounds(policy: MatchingPolicy) -> bool:
    """Whether no likeness of words weighs more than the words, and nothing that differs speaks for: else no pair is passed over early."""
    levels = policy.names.levels
    kept = (
        levels.same,
        levels.old_spelling,
        levels.family,
        levels.family_short,
        levels.sound,
        levels.near,
        levels.joined,
    )
    against = (levels.left_over, levels.conflict, levels.other_order, levels.other_birth_order, levels.other_father)
    parents = [
        policy.weights[f"{who}.{how}"] for who in ("mother_name", "father_name") for how in ("partly", "different")
    ]
    return (
        max(*kept, levels.truncated, levels.father) <= 1000
        and max(*against, *parents, levels.different, levels.cannot_tell) <= 0
    )


def mask_of(explanation: MatchExplanation) -> np.uint64:
    """The codes of an explanation's reasons as `score` gives them."""
    mask = _bits(reason.code for reason in explanation.reasons)
    for feature, agrees in zip(("mother_name", "father_name"), PARENT_AGREES, strict=True):
        if any(reason.feature == feature and reason.weight > 0 for reason in explanation.reasons):
            mask |= agrees
    return mask


#: Verdicts of `verdicts_of`, in the order of their numbers.
VERDICTS = ("join", "ask", "new", "cannot_tell")
JOIN, ASK, NEW, CANNOT_TELL = range(4)


def verdicts_of(weights: Weights, codes: Codes, policy: MatchingPolicy) -> npt.NDArray[np.uint8]:
    """What `linking.propose` says of each pair: NEW, CANNOT_TELL, ASK or JOIN."""
    odds = weights + np.int32(policy.prior)
    told = codes & ~_bits(policy.tells_nothing)
    too_little = ((told & ~_bits(code for code in CODE_NAMES if code.startswith("name."))) == 0) & (weights >= 0)
    more = (codes & _agreeing(policy)) != 0
    against = np.zeros(weights.size, np.bool_)
    for code, outweighs in policy.contradictions.items():
        against |= ((codes & _bits((code,))) != 0) & ((codes & _bits(outweighs)) == 0)
    verdicts = np.full(weights.size, ASK, np.uint8)
    verdicts[(odds >= policy.join_at) & more & ~against] = JOIN
    verdicts[too_little] = CANNOT_TELL
    verdicts[((odds < policy.ask_at) | _kept_apart(codes, policy)) & ~too_little] = NEW
    return verdicts


def _kept_apart(codes: Codes, policy: MatchingPolicy) -> npt.NDArray[np.bool_]:
    """`linking.propose.kept_apart` of each pair."""
    apart = np.zeros(codes.size, np.bool_)
    for row in policy.keeps_apart:
        this = _holds(codes, row.when)
        for agreeing in row.unless:
            this &= ~_holds(codes, agreeing)
        apart |= this
    return apart


def _holds(codes: Codes, all_of: frozenset[str]) -> npt.NDArray[np.bool_]:
    wanted = _bits(all_of)
    there: npt.NDArray[np.bool_] = (codes & wanted) == wanted
    return there


def _agreeing(policy: MatchingPolicy) -> np.uint64:
    """The codes that agree and are of another kind than those that join nobody alone. A parent weighs by the rarity of the words."""
    features = {code: code.split(".")[0] for code in CODE_NAMES if not code.startswith(("name.", "family."))}
    fixed = _bits(
        code
        for code, feature in features.items()
        if feature not in (*policy.not_alone, "mother_name", "father_name") and policy.weights[code] > 0
    )
    mother = PARENT_AGREES[0] if "mother_name" not in policy.not_alone else np.uint64(0)
    father = PARENT_AGREES[1] if "father_name" not in policy.not_alone else np.uint64(0)
    return np.uint64(fixed | mother | father)


def _bits(codes: Any) -> np.uint64:
    mask = np.uint64(0)
    for code in codes:
        mask |= BIT[code]
    return mask


#: What was made of the last few policies, with the tables it was made of, so that nothing else can stand where they stood.
_READ: dict[tuple[int, int, int], tuple[Any, Any, kernel.Rules, bool]] = {}


def _read(policy: MatchingPolicy) -> tuple[kernel.Rules, bool]:
    """A policy's numbers as the loop reads them and whether rarity bounds a name, once for each size of the register."""
    key = (id(policy.weights), id(policy.names), policy.family_cap)
    known = _READ.get(key)
    if known is None:
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        known = _READ[key] = policy.weights, policy.names, rules_of(policy), _rarity_bounds(policy)
    return known[2], known[3]


_MOST_READ = 16


def rules_of(policy: MatchingPolicy) -> kernel.Rules:
    """The policy's numbers as the compiled loop reads them."""
    levels = policy.names.levels
    parting = sorted("".join(sorted(pair)) for pair in policy.names.endings_that_part)
    return kernel.Rules(
        np.array([policy.weights.get(code, 0) for code in CODE_NAMES[: kernel.CODES]], np.int32),
        np.array([getattr(levels, name) for name in _LEVELS], np.int32),
        np.array([[ord(letter) for letter in pair] for pair in parting], np.uint8).reshape(-1, 2),
        np.array(sorted(policy.names.truncated_at), np.int32),
        policy.family_cap,
    )


def warm(policy: MatchingPolicy) -> None:
    """Have the loop compiled, or read from where it is kept, before the first search needs it: seconds once for a checkout, half a second
    for each program.
    """
    somebody = encode([Description(full_name="Sari Wulandari"), Description(full_name="Sari Wulandari")], policy)
    score(somebody, np.zeros(1, np.int64), somebody, np.ones(1, np.int64), policy)
