"""How the sample stands to the country: modi drawn about evenly, so that each has enough, and weighed back to how often they are.

Cases are many more than in life, and so are the honest who came to an agent together with cases; they are weighed back likewise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.nation.lives import MODUS_WEIGHTS, Life, fitting_modus
from sandbox.nation.model import Person


@dataclass(frozen=True, slots=True)
class Draw:
    """How often each modus is drawn, and how often somebody of 18 or 19 is a minor made adult (M09), as a part of how often the grown are a case."""

    modi: Mapping[str, float]
    raised: float | None = None  # as often as M09 is among the modi


AS_IN_LIFE = Draw(MODUS_WEIGHTS)
#: About as many of each modus as of every other among those who depart in the evaluated days: a third to a half of the older are M01 anyway, since what
#: does not fit somebody's age becomes M01, and a minor made adult departs before he is 20, so there the grown give hardly any. From seeds 505 and 606.
EVEN = Draw(
    {"M01": 1, "M02": 5, "M03": 5, "M04": 5, "M05": 8, "M06": 4, "M07": 5, "M08": 7, "M09": 1, "M10": 4, "M11": 4, "M12": 4},
    raised=2.0,
)  # fmt: skip
PER_10000 = 10.0  # the base rate to which the honest in a ring are weighed
BANDS = (18, 20, 24, 36, 50)  # years: between them every age draws alike
Cell = tuple[str, int]  # a modus, and a band of ages


def band(person: Person, today: date) -> int:
    return bisect_right(BANDS, (today - person.birth_date).days // 365)


def natural_shares(people: Sequence[Person], today: date) -> dict[Cell, float]:
    """How often each modus would be in each band, drawn as in life for these people."""
    found = Counter[Cell]()
    for person in people:
        years, of = (today - person.birth_date).days // 365, band(person, today)
        if 20 <= years < 50:
            for modus, weight in MODUS_WEIGHTS.items():
                found[fitting_modus(modus, years), of] += weight  # type: ignore[assignment]
        elif 18 <= years < 20:
            found["M09", of] += MODUS_WEIGHTS["M09"]  # type: ignore[assignment]
    whole = sum(found.values())
    return {cell: weight / whole for cell, weight in found.items()}


def numbers_of(life: Life) -> set[str]:
    """The phones that stand on his form."""
    return {life.payer_phone, life.at_immigration.phone}


class Strata:
    """The weights of one nation's people."""

    def __init__(self, lives: Sequence[Life], today: date) -> None:
        self.today = today
        cases = [life for life in lives if life.of_a_case]
        natural = natural_shares([life.person for life in lives], today)
        drawn = Counter(self.cell(life) for life in cases if self.cell(life) in natural)
        self.cases = {cell: natural[cell] * len(cases) / count for cell, count in drawn.items()}
        self.rings = {life.payer_phone for life in cases if "agent_phone" in life.traces}
        self.numbers = {number for life in cases for number in numbers_of(life)}
        self.in_ring = min(1.0, PER_10000 / 10_000 / max(1e-9, len(cases) / len(lives)))

    def beside(self, life: Life) -> bool:
        """Whether an honest one gives a number that a case gives too, though no agent's: mostly a household's. Such are as many times too many in the sample
        as cases are, and no weight takes that back, so they are counted apart.
        """
        return not life.of_a_case and "agent_phone" not in life.traces and not self.numbers.isdisjoint(numbers_of(life))

    def cell(self, life: Life) -> Cell:
        return life.way, band(life.person, self.today)

    def weight(self, life: Life) -> float:
        """How many people of the country somebody of the sample stands for, beside another honest traveller. A case that no draw gives is one of the
        people planted for the demo, and stands for himself.
        """
        if life.of_a_case:
            return self.cases.get(self.cell(life), 1.0)
        return self.in_ring if "agent_phone" in life.traces and life.payer_phone in self.rings else 1.0
