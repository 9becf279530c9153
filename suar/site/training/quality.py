"""How right the matcher is, where the truth is known: found and wrong, stated and kept, and for whom it errs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from suar.core.identity.names import read_name
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.calibration import Table, calibrated
from suar.core.matching.explanation import permille
from suar.core.matching.policy import MatchingPolicy
from suar.site.training.outcomes import explained
from suar.site.training.pairs import as_the_desk, blocks
from suar.site.training.people import Described
from suar.site.training.truth import Humans, true_pairs

COMMONEST = 1_000
FEWEST = 200  # people of whom a group's rate says something
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair that a desk would compare: its summed log odds, what was proposed, and whether the two are one person."""

    pair: Pair
    odds: int
    verdict: Verdict
    true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Whom a figure is about, and the figures: people, true pairs, those found, and people before whom a stranger would be put."""

    kind: str  # all, sex, province, words, commonest
    of: str
    people: int
    true: int
    found: int
    referred: int

    @property
    def recall(self) -> int:
        """Thousandths of the true pairs that are joined or asked about."""
        return round(1000 * self.found / self.true) if self.true else 1000

    @property
    def wrongly(self) -> float:
        """The part of the people before whom somebody else's record would be put: joined to theirs, or asked about."""
        return self.referred / self.people if self.people else 0.0


def judged(people: Sequence[Described], who: Humans, policy: MatchingPolicy) -> list[Judged]:
    """Every pair that the house's own blocking finds, of subjects whose truth is known."""
    true = true_pairs(who)
    pairs = sorted(p for p in as_the_desk(people, blocks(people)) if who[p[0]] and who[p[1]])
    return [
        Judged(pair, e.weight + e.prior, propose(e, policy), pair in true)
        for pair, e in zip(pairs, explained(people, pairs, policy), strict=True)
    ]


def groups(people: Sequence[Described], who: Humans, found: Iterable[Judged], policy: MatchingPolicy) -> list[Group]:
    """The whole and its parts: by sex, by province of birth (the NIK's first two digits), one-word names, the commonest names."""
    put = (Verdict.JOIN, Verdict.ASK)
    hits = {one.pair for one in found if one.true and one.verdict in put}
    strangers = {place for one in found if not one.true and one.verdict in put for place in one.pair}
    pairs = true_pairs(who)
    named = [read_name(one.description.full_name, policy.names).text for one in people]
    commonest = {name for name, _ in Counter(named).most_common(COMMONEST)}

    def group(kind: str, of: str, holds: Callable[[int], bool]) -> Group:
        places = {place for place in range(len(people)) if who[place] and holds(place)}
        true = [pair for pair in pairs if pair[0] in places]
        return Group(
            kind=kind,
            of=of,
            people=len(places),
            true=len(true),
            found=sum(pair in hits for pair in true),
            referred=len(places & strangers),
        )

    def stated(field: str, begins: str, place: int) -> bool:
        return str(getattr(people[place].description, field)).startswith(begins)

    provinces = sorted({one.description.nik[:2] for one in people if len(one.description.nik) == 16})
    made = [
        group("all", "", lambda place: True),
        *(group("sex", sex, partial(stated, "sex", sex)) for sex in "12"),
        *(group("province", code, partial(stated, "nik", code)) for code in provinces),
        group("words", "1", lambda place: len(named[place].split()) == 1),
        group("commonest", str(COMMONEST), lambda place: named[place] in commonest),
    ]
    return [one for one in made if one.people >= FEWEST or one.kind == "all"]


def reliability(found: Iterable[Judged], table: Table, *, steps: int = 10) -> list[tuple[int, int, int]]:
    """For each tenth of stated probability: its mean, how often it was right, both in thousandths, and how many pairs."""
    stated: Counter[int] = Counter()
    right: Counter[int] = Counter()
    number: Counter[int] = Counter()
    for one in found:
        chance = permille(calibrated(one.odds, table))
        bin_ = min(steps - 1, chance * steps // 1000)
        stated[bin_] += chance
        right[bin_] += one.true
        number[bin_] += 1
    return [(round(stated[b] / n), round(1000 * right[b] / n), n) for b, n in sorted(number.items())]


def off_by(points: Sequence[tuple[int, int, int]]) -> float:
    """Expected calibration error: by how many thousandths stated and found lie apart, weighed by the pairs."""
    return sum(abs(x - y) * n for x, y, n in points) / max(1, sum(n for *_, n in points))
