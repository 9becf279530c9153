"""One piece of evidence: what was compared, what came out, and how much it says."""

from __future__ import annotations

from typing import NamedTuple

from suar.core.errors import Params

_NONE: Params = {}


class Reason(NamedTuple):
    """One comparison of one feature. Also those that spoke against are kept, and those that say nothing weigh 0.

    `code` names the outcome ("birth_date.swapped"); its sentence stands in policy/sentences/matching.yaml. `left` is
    what was asked, `right` what was found, as compared. `weight` in millibits. A named tuple, since a dozen
    are made of every pair that is compared.
    """

    code: str
    feature: str
    left: str
    right: str
    weight: int
    params: Params = _NONE
