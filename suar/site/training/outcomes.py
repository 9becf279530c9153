"""What the comparison of two comes to, as the codes of our own levels: the one thing that EM is told of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.site.training.pairs import Pair
from suar.site.training.people import Described

#: Each feature of an explanation that a column of outcomes stands for; `family` weighs what the others come to.
FEATURES = (
    "full_name", "nik", "birth_date", "sex", "passport_no", "birth_place", "nationality", "phone", "kk", "mother_name", "father_name",
    "address", "region_code",
)  # fmt: skip
#: What says nothing new, since the same NIK said it: no outcome for EM, as if it had not been compared.
COUNTED_BEFORE = frozenset(("birth_date.in_nik", "sex.in_nik"))
#: The rarity of a name's words that agree, in steps of this many millibits: names have levels by what they weigh.
STEP, STEPS = 5_000, 8


def outcomes(explanation: MatchExplanation) -> tuple[str, ...]:
    """One code for each of FEATURES, "" where nothing was compared."""
    found = {reason.feature: reason for reason in explanation.reasons if reason.code not in COUNTED_BEFORE}
    told = []
    for feature in FEATURES:
        reason = found.get(feature)
        if reason is None:
            told.append("")
        elif feature == "full_name":
            told.append(name_level(reason.weight))
        else:
            told.append(reason.code)
    return tuple(told)


def name_level(weight: int) -> str:
    """A name's level: how much its words weigh, from -3 steps to +STEPS steps."""
    return f"name.{max(-3, min(STEPS, weight // STEP)):+d}"


def explained(people: Sequence[Described], pairs: Iterable[Pair], policy: MatchingPolicy) -> Iterable[MatchExplanation]:
    for a, b in pairs:
        yield explain(people[a].description, people[b].description, candidate=people[b].id, policy=policy)
