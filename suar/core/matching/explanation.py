"""Why we think that two descriptions are of one person: reasons that add up."""

from __future__ import annotations

from dataclasses import dataclass

from suar.core.identity.evidence import Reason
from suar.core.matching.calibration import Table, calibrated


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchExplanation:
    """Why we think two descriptions are of one person. Shown to the officer, replayed in court."""

    candidate: str
    reasons: tuple[Reason, ...]  # one per feature compared, also those that spoke against
    prior: int  # millibits of log odds before anything is compared: one true match among all persons of the register
    calibration: Table = ()  # what log odds come to, as measured
    policy: str  # name and hash of the weights, so the sum can be made again in ten years

    @property
    def weight(self) -> int:
        """Millibits of evidence: +1000 doubles the odds that this is the same person, -1000 halves them."""
        return sum(reason.weight for reason in self.reasons)

    @property
    def probability_permille(self) -> int:
        """How often, of 1,000 pairs that look like this one, the two are one person: weight and prior as a probability, calibrated on
        pairs of which the truth was known (policy/matching/calibration.yaml).

        It falls with the size of the register: the same evidence means less among ten million than among ten thousand.
        """
        return permille(calibrated(self.weight + self.prior, self.calibration))


def permille(log_odds: int) -> int:
    """Millibits of log odds as a probability in thousandths; 0 and 1000 are reached by rounding only."""
    bounded = max(-64_000, min(64_000, log_odds))
    odds_against: float = 2.0 ** (-bounded / 1000)
    return round(1000 / (1 + odds_against))
