"""Counts of what the desks said of the trafficked and of the honest, with intervals; nothing here knows where the numbers come from."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bench.evaluate.asking import Interviewed
from suar.core.comparing import interval

RATES = (5, 10, 14)  # cases per 10,000 departures (DOMAIN H: deferred, guessed, worst year)
FALSE_AT_MOST = 1 / 1_000  # of honest departures
STOPPED_MINUTES: Mapping[str, int] = {
    "assist": 10,
    "secondary": 45,
    "hold": 45,
}  # policy/service_standard.yaml: limits of a stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One departure, with the worst that any desk said on the way to it."""

    modus: str  # "" for an honest one
    groups: tuple[tuple[str, str], ...]  # (province, 53), (sex, 2), (age, 20-29)
    advice: str  # the worst of the desks
    score: int  # the desk's own, millibits
    referred: bool
    by_law: bool = False  # referred, and at no desk for more than an entry that is in truth in force on him
    offered: bool = False  # help with what is missing, and nothing more
    helped: bool  # help was offered: the first thing the mission asks for
    noticed_before: timedelta | None  # from the first referral to the departure
    at_passport_desk: bool
    oracle: float
    reasons: frozenset[str] = frozenset()  # of every desk on the way
    interview: Interviewed | None = None  # of the last referral
    beside: bool = False  # an honest one who gives a number that a case gives too: of his household (strata)
    weight: float = 1.0  # how many of the country this one stands for (strata)

    @property
    def wronged(self) -> bool:
        """Of an honest one: referred without need. Whom an entry in force holds is held by its law, not by anything that a desk weighed; so is
        one whom an officer first asks whether he is that person, where he is. A namesake is wronged.
        """
        return self.referred and not self.by_law


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval (Wilson 1927). `people`: how many were counted, where they stand for more or fewer (Kish 1965)."""

    hits: float
    of: float
    people: float = 0.0

    @classmethod
    def among(cls, found: Sequence[Departure], which: Callable[[Departure], bool]) -> Share:
        """The share of whom this holds, each with the weight of whom he stands for."""
        of = sum(one.weight for one in found)
        people = of**2 / sum(one.weight**2 for one in found) if found else 0.0
        return cls(sum(one.weight for one in found if which(one)), of, people)

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        people = self.people or self.of
        return wilson(min(people, people * self.hits / self.of) if self.of else 0, people)

    def said(self, digits: int = 1) -> str:
        if not self.of:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.{digits}f} % ({100 * low:.{digits}f}–{100 * high:.{digits}f})"


def wilson(hits: float, of: float) -> tuple[float, float]:
    """The interval of a share. (0, 1) where nothing was counted."""
    return interval(hits, of) if of else (0.0, 1.0)


@dataclass(slots=True)
class Judged:
    """Everything that the report says."""

    cases: list[Departure] = field(default_factory=list)
    honest: list[Departure] = field(default_factory=list)
    nations: list[Judged] = field(default_factory=list)  # what it was added up from, where it was

    def add(self, one: Departure) -> None:
        (self.cases if one.modus else self.honest).append(one)

    def take(self, others: Judged) -> None:
        """Count what was judged of another nation too. Weights are kept: in every nation cases have a mean of one, so that each counts by its size."""
        self.cases += others.cases
        self.honest += others.honest
        self.nations.append(others)

    def recall(self, of: Iterable[Departure] | None = None) -> Share:
        return Share.among(list(self.cases if of is None else of), lambda one: one.referred)

    def false(self, *, of_strangers: bool = False) -> Share:
        """The share of the honest who are wronged; `of_strangers`: of those who give no number of a case's household."""
        found = [one for one in self.honest if not (of_strangers and one.beside)]
        return Share.among(found, lambda one: one.wronged)

    def precision(self, per_10000: float, *, of_strangers: bool = False) -> tuple[float, float, float]:
        """At this base rate: the value, and its worst and best by both intervals."""
        recall, false = self.recall(), self.false(of_strangers=of_strangers)
        rate = per_10000 / 10_000
        (low, high), (least, most) = recall.interval, false.interval
        return tuple(right(rate, *pair) for pair in ((recall.value, false.value), (low, most), (high, least)))  # type: ignore[return-value]

    def between_nations(self, per_10000: float) -> tuple[float, float]:
        """Precision at this base rate, less and more two standard errors of leaving out one nation at a time (jackknife, Tukey 1958): travellers of one
        nation are not independent, since neighbours who use one helper are wronged together. Needs two nations.
        """
        value = self.precision(per_10000)[0]
        without = [self.without(one).precision(per_10000)[0] for one in self.nations]
        error = math.sqrt((len(without) - 1) * statistics.pvariance(without))
        return max(0.0, value - 2 * error), min(1.0, value + 2 * error)

    def without(self, nation: Judged) -> Judged:
        rest = Judged()
        for one in self.nations:
            if one is not nation:
                rest.take(one)
        return rest

    def help_rate(self) -> Share:
        return Share.among([one for one in self.cases if one.referred], lambda one: one.helped)

    def wrongful_hours(self) -> float:
        """Hours that 1,000 honest departures are held up in all, if every stop takes as long as the standard allows."""
        minutes = sum(one.weight * STOPPED_MINUTES.get(one.advice, 0) for one in self.honest)
        return 1_000 * minutes / 60 / max(1.0, sum(one.weight for one in self.honest))

    def by_modus(self) -> dict[str, list[Departure]]:
        return grouped((one.modus, one) for one in self.cases)

    def by_group(self, name: str) -> dict[str, tuple[Share, Share]]:
        """Of each province, sex or age band: recall, and the share of the honest who are referred."""
        cases = grouped((value, one) for one in self.cases for group, value in one.groups if group == name)
        honest = grouped((value, one) for one in self.honest for group, value in one.groups if group == name)
        return {
            value: (
                self.recall(cases.get(value, [])),
                Share.among(honest.get(value, []), lambda one: one.wronged),
            )
            for value in sorted(cases.keys() | honest.keys())
        }

    def before_departure(self) -> tuple[Share, Share, float]:
        """The share of cases noticed before they left, the share noticed at the passport desk already, and the median of days before."""
        noticed = [one for one in self.cases if one.noticed_before is not None]
        days = [one.noticed_before / timedelta(days=1) for one in noticed if one.noticed_before is not None]
        return (
            Share.among(self.cases, lambda one: one.noticed_before is not None),
            Share.among(self.cases, lambda one: one.noticed_before is not None and one.at_passport_desk),
            statistics.median(days) if days else math.nan,
        )


def right(rate: float, recall: float, false: float) -> float:
    """The share of the referred who are cases."""
    hit, miss = rate * recall, (1 - rate) * false
    return hit / (hit + miss) if hit + miss else math.nan


def grouped(pairs: Iterable[tuple[str, Departure]]) -> dict[str, list[Departure]]:
    found: dict[str, list[Departure]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return dict(sorted(found.items()))


Scored = Sequence[tuple[float, float]]  # (score, weight)


def recall_at(cases: Scored, honest: Scored, false_at_most: float = FALSE_AT_MOST) -> float:
    """The share of cases above the lowest threshold that lets at most this share of the honest over it; of a tie that would let too many
    over it, as large a part as may be (drawn by lot, in expectation).
    """
    if not cases or not honest:
        return math.nan
    left, found = false_at_most * sum(weight for _, weight in honest), 0.0
    whole = sum(weight for _, weight in cases)
    good, wrong = by_score(cases), by_score(honest)
    for value in sorted(good.keys() | wrong.keys(), reverse=True):
        if wrong.get(value, 0.0) > left:
            return (found + good.get(value, 0.0) * left / wrong[value]) / whole
        left, found = left - wrong.get(value, 0.0), found + good.get(value, 0.0)
    return found / whole


def by_score(found: Scored) -> dict[float, float]:
    told: dict[float, float] = {}
    for value, weight in found:
        told[value] = told.get(value, 0.0) + weight
    return told
