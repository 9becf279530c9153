"""One piece of evidence: what was compared, what came out, and how much it says."""

from __future__ import annotations

from dataclasses import dataclass, field

from suar.core.errors import Params

_NONE: Params = {}


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison of one feature. Also those that spoke against are kept, and those that say nothing weigh 0.

    `code` names the outcome ("birth_date.swapped"); its sentence stands in policy/sentences/matching.yaml. `left` is
    what was asked, `right` what was found, as compared. `weight` in millibits.
    """

    code: str
    feature: str
    left: str
    right: str
    weight: int
    params: Params = field(default_factory=dict)
