"""Numbers that identify: NIK, family card, passport, phone."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from suar.core.identity.evidence import Reason
from suar.core.matching.policy import MatchingPolicy


def nik_reason(left: str, right: str, policy: MatchingPolicy) -> Reason:
    """Same, a slip (one digit, or two neighbours exchanged), or another number.

    Source: PP 40/2019 art. 30(2): one NIK for life. A slip in the serial says little, since twins and people
    registered on one day in one kecamatan differ just so; O for 0 is read as a digit before (identity.slips).
    """
    if left == right:
        return Reason("nik.same", "nik", left, right, policy.weights["nik.same"])
    if len(left) == len(right) == 16 and OSA.distance(left, right, score_cutoff=1) <= 1:
        place = next(n for n in range(16) if left[n] != right[n])
        code = "nik.slip_serial" if place >= 12 else "nik.slip"
        return Reason(code, "nik", left, right, policy.weights[code], {"place": place + 1})
    return Reason("nik.different", "nik", left, right, policy.weights["nik.different"])


def number_reason(feature: str, left: str, right: str, policy: MatchingPolicy) -> Reason:
    """Same or different; of passports and phones different says little, since both change."""
    code = f"{feature}.same" if left == right else f"{feature}.different"
    return Reason(code, feature, left, right, policy.weights[code])
