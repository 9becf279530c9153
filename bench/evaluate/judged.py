"""Counts of what the desks said of the trafficked and of the honest, with intervals; nothing here knows where the numbers come from."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

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
    helped: bool  # help was offered: the first thing the mission asks for
    noticed_before: timedelta | None  # from the first referral to the departure
    at_passport_desk: bool
    oracle: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval (Wilson 1927)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.of)

    def said(self, digits: int = 1) -> str:
        if not self.of:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.{digits}f} % ({100 * low:.{digits}f}–{100 * high:.{digits}f})"


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval of a share. (0, 1) where nothing was counted."""
    return interval(hits, of) if of else (0.0, 1.0)


@dataclass(slots=True)
class Judged:
    """Everything that the report says."""

    cases: list[Departure] = field(default_factory=list)
    honest: list[Departure] = field(default_factory=list)

    def add(self, one: Departure) -> None:
        (self.cases if one.modus else self.honest).append(one)

    def recall(self, of: Iterable[Departure] | None = None) -> Share:
        found = list(self.cases if of is None else of)
        return Share(sum(one.referred for one in found), len(found))

    def false(self) -> Share:
        return Share(sum(one.referred for one in self.honest), len(self.honest))

    def precision(self, per_10000: float) -> tuple[float, float, float]:
        """At this base rate: the value, and its worst and best by both intervals."""
        recall, false = self.recall(), self.false()
        rate = per_10000 / 10_000
        (low, high), (least, most) = recall.interval, false.interval
        return tuple(right(rate, *pair) for pair in ((recall.value, false.value), (low, most), (high, least)))  # type: ignore[return-value]

    def help_rate(self) -> Share:
        found = [one for one in self.cases if one.referred]
        return Share(sum(one.helped for one in found), len(found))

    def wrongful_hours(self) -> float:
        """Hours that 1,000 honest departures are held up in all, if every stop takes as long as the standard allows."""
        minutes = sum(STOPPED_MINUTES.get(one.advice, 0) for one in self.honest)
        return 1_000 * minutes / 60 / max(1, len(self.honest))

    def by_modus(self) -> dict[str, list[Departure]]:
        return grouped((one.modus, one) for one in self.cases)

    def by_group(self, name: str) -> dict[str, tuple[Share, Share]]:
        """Of each province, sex or age band: recall, and the share of the honest who are referred."""
        cases = grouped((value, one) for one in self.cases for group, value in one.groups if group == name)
        honest = grouped((value, one) for one in self.honest for group, value in one.groups if group == name)
        return {
            value: (
                self.recall(cases.get(value, [])),
                Share(sum(one.referred for one in honest.get(value, [])), len(honest.get(value, []))),
            )
            for value in sorted(cases.keys() | honest.keys())
        }

    def before_departure(self) -> tuple[Share, Share, float]:
        """The share of cases noticed before they left, the share noticed at the passport desk already, and the median of days before."""
        noticed = [one for one in self.cases if one.noticed_before is not None]
        days = [one.noticed_before / timedelta(days=1) for one in noticed if one.noticed_before is not None]
        early = sum(one.at_passport_desk for one in noticed)
        return (
            Share(len(noticed), len(self.cases)),
            Share(early, len(self.cases)),
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


def recall_at(cases: Sequence[float], honest: Sequence[float], false_at_most: float = FALSE_AT_MOST) -> float:
    """The share of cases above the lowest threshold that lets at most this share of the honest over it; of a tie that would let too many
    over it, as large a part as may be (drawn by lot, in expectation).
    """
    if not cases or not honest:
        return math.nan
    left, found = false_at_most * len(honest), 0.0
    for value in sorted({*cases, *honest}, reverse=True):
        wrong, good = honest.count(value), cases.count(value)
        if wrong > left:
            return (found + good * left / wrong) / len(cases)
        left, found = left - wrong, found + good
    return found / len(cases)
