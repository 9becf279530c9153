"""How the sample stands to the country: modi drawn about evenly, so that each has enough, and weighed back to how often they are.

Cases are many more than in life, and so are the honest who came to an agent together with cases; they are weighed back likewise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sandbox.nation.lives import MODUS_WEIGHTS, Life, fitting_modus
from sandbox.nation.model import Person

#: About as many of each modus as of every other, after those that do not fit somebody's age have become M01.
EVEN = {
    "M01": 0.2, "M02": 4, "M03": 4, "M04": 4, "M05": 8, "M06": 4, "M07": 8, "M08": 8, "M09": 12, "M10": 4, "M11": 4, "M12": 4,
}  # fmt: skip
PER_10000 = 10.0  # the base rate to which the honest in a ring are weighed


def natural_shares(people: Sequence[Person], today: date) -> dict[str, float]:
    """How often each modus would be, drawn as in life for these people."""
    found = Counter[str]()
    for person in people:
        years = (today - person.birth_date).days // 365
        if 20 <= years < 50:
            for modus, weight in MODUS_WEIGHTS.items():
                found[fitting_modus(modus, years)] += weight  # type: ignore[assignment]
        elif 18 <= years < 20:
            found["M09"] += MODUS_WEIGHTS["M09"]  # type: ignore[assignment]
    whole = sum(found.values())
    return {modus: weight / whole for modus, weight in found.items()}


class Strata:
    """The weights of one nation's people."""

    def __init__(self, lives: Sequence[Life], today: date) -> None:
        cases = [life for life in lives if life.of_a_case]
        natural = natural_shares([life.person for life in lives], today)
        drawn = Counter(life.way for life in cases)
        self.cases = {modus: natural.get(modus, 0.0) * len(cases) / count for modus, count in drawn.items()}
        self.rings = {life.payer_phone for life in cases if "agent_phone" in life.traces}
        self.in_ring = min(1.0, PER_10000 / 10_000 / max(1e-9, len(cases) / len(lives)))

    def weight(self, life: Life) -> float:
        """How many people of the country somebody of the sample stands for, beside another honest traveller."""
        if life.of_a_case:
            return self.cases[life.way]
        return self.in_ring if "agent_phone" in life.traces and life.payer_phone in self.rings else 1.0
