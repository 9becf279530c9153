"""What EM is told: outcomes of the pairs that keys find, and how often random pairs come to each outcome."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from suar.core.matching.policy import MatchingPolicy
from suar.site.training.outcomes import FEATURES, explained, outcomes
from suar.site.training.pairs import Pair, at_random
from suar.site.training.people import Described

#: Kinds of strong keys, each a session's (`em.GIVEN`) or there for its pairs.
KINDS = ("nik", "passport", "kk_name", "phone_name", "name_born", "name_mother")
#: A birth date that more than one subject in so many states is what a form fills in by itself; of how likely two strangers are to
#: share a birth date it says nothing. The commonest real day has some 1 in 5,000, 1 January 1 in 1,000.
FILLED_IN = 200
Counts = dict[str, Counter[str]]


def write_outcomes(
    path: Path, people: Sequence[Described], found: Mapping[str, set[Pair]], policy: MatchingPolicy
) -> tuple[int, Counts]:
    """One row a pair that a strong key finds, nothing of whom in it. How many, and how often each outcome came."""
    pairs = sorted(set().union(*found.values()))
    counts: Counts = {feature: Counter() for feature in FEATURES}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("pair", *FEATURES, *(f"by_{kind}" for kind in KINDS)))
        for number, (pair, explanation) in enumerate(
            zip(pairs, explained(people, pairs, policy), strict=True), start=1
        ):
            codes = outcomes(explanation)
            add(counts, codes)
            rows.writerow((number, *codes, *(number if pair in found.get(kind, ()) else "" for kind in KINDS)))
    return len(pairs), counts


def count_random(people: Sequence[Described], policy: MatchingPolicy, *, pairs: int, seed: int) -> Counts:
    """How often two at random come to each outcome. Pairs likelier than not one person by today's weights are no strangers."""
    drawn = list(at_random(len(people), pairs, seed=seed))
    filled = filled_in(people)
    counts: Counts = {feature: Counter() for feature in FEATURES}
    birth = FEATURES.index("birth_date")
    for (a, b), explanation in zip(drawn, explained(people, drawn, policy), strict=True):
        if explanation.weight + explanation.prior >= 0:
            continue
        codes = list(outcomes(explanation))
        if filled & {people[a].description.birth_date, people[b].description.birth_date}:
            codes[birth] = ""
        add(counts, codes)
    return counts


def filled_in(people: Sequence[Described]) -> frozenset[str]:
    stated = Counter(one.description.birth_date for one in people if one.description.birth_date)
    return frozenset(born for born, number in stated.items() if number > 10 and number * FILLED_IN > stated.total())


def add(counts: Counts, codes: Sequence[str]) -> None:
    for feature, code in zip(FEATURES, codes, strict=True):
        if code:
            counts[feature][code] += 1


def write_u(path: Path, met: Counts, drawn: Counts) -> None:
    """u of each outcome that pairs come to, rarest first. Half a case is added to each, so that none is impossible."""
    told: dict[str, dict[str, float]] = {}
    for feature in FEATURES:
        codes = sorted({*met[feature], *drawn[feature]}, key=lambda code: (drawn[feature][code], code))
        total = drawn[feature].total() + 0.5 * len(codes)
        if len(codes) > 1:
            told[feature] = {code: (drawn[feature][code] + 0.5) / total for code in codes}
    path.write_text(json.dumps(told, indent=1))
