"""Family instead of the same person: what a weight, which holds two strangers against one person, does not ask.

Siblings share mother, house, region and often the telephone; twins the day of birth too. So where a pair is not plain,
the third possibility is weighed beside the two: of N persons one is the one asked for, a few are of his family.
"""

from __future__ import annotations

from math import log2

from pydantic import Field

from suar.core.linking.propose import contradictions
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.core.standard.tables import Table

#: What a family shares.
_SHARED = frozenset(("mother_name", "father_name", "kk", "phone", "address", "region_code", "birth_place"))


class KinRow(Table):
    """`kin` of policy/matching/batch.yaml, in millibits."""

    as_many: int = Field(ge=0)
    twins: int = Field(le=0)
    other_word: int = Field(ge=0)
    surname: int = Field(ge=0)
    contradicted: int = Field(ge=0)


def sobered(explanation: MatchExplanation, kin: KinRow, policy: MatchingPolicy) -> int:
    """Odds in millibits that the two are one person, and neither strangers nor of one family.

    Each contradiction that only a human may pass over takes its part as well: the weights count every outcome by
    itself, and a register in which two things go wrong for one person is rarer than a second person.
    """
    odds = explanation.weight + explanation.prior - kin.contradicted * len(contradictions(explanation, policy))
    family = explanation.prior + kin.as_many + _kin_weight(explanation, kin, policy)
    return odds - round(1000 * log2(1 + 2.0 ** (min(family, 64_000) / 1000)))


def _kin_weight(explanation: MatchExplanation, kin: KinRow, policy: MatchingPolicy) -> int:
    """How much better a family explains what was compared than strangers do. What siblings share counts up to the same cap as for one person."""
    shared = sum(max(0, reason.weight) for reason in explanation.reasons if reason.feature in _SHARED)
    total = min(shared, policy.family_cap)
    for reason in explanation.reasons:
        if reason.feature in _SHARED:
            continue
        if reason.code in ("birth_date.same", "birth_date.same_heaped"):
            total += max(0, reason.weight + kin.twins)
        elif reason.code in ("nik.slip", "nik.slip_serial"):
            total += reason.weight
        elif reason.code == "name.partly":
            total += max(0, min(kin.surname, reason.weight + kin.other_word))
        elif reason.code == "name.shorter":
            total += max(0, min(kin.surname, reason.weight // 2))
    return total
