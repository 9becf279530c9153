"""Which subjects are one person. A pure function of {subjects, links, judgements}: arrival order never matters
(DESIGN 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from suar.core.identity.person import Description
from suar.core.linking.constraints import Held, agree, is_valid_nik
from suar.core.linking.propose import Verdict
from suar.core.values import value

__all__ = ["Judgement", "Link", "Ruling", "decide", "is_valid_nik"]


@value(kw_only=True)
class Link:
    """What the comparison of two subjects came to. Only JOIN joins; the others are kept for the queue and the page."""

    a: str
    b: str
    weight: int  # millibits
    verdict: Verdict


class Ruling(StrEnum):
    """What a named officer judged about two subjects."""

    JOINED = "joined"
    NOT_SAME = "not_same"
    CANNOT_TELL = "cannot_tell"  # neither the one nor the other: the machine's proposal counts, and it is not asked again as it stands
    WITHDRAWN = "withdrawn"  # the earlier judgement of this pair counts no longer; the machine's proposal does again


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An officer's judgement on a pair. Of several on one pair the latest counts; `order` sorts them (a UUIDv7, an
    instant).
    """

    a: str
    b: str
    ruling: Ruling
    order: str


def decide(
    subjects: Mapping[str, Description], links: Iterable[Link], judgements: Iterable[Judgement]
) -> dict[str, str]:
    """Each subject's person. The person's id is the smallest subject id of its set.

    Judgements come first: what is judged "not same" is never in one person, what is judged "joined" is, latest first
    where judgements contradict each other through a third subject. Then JOIN links, heaviest first, then by ids. A
    link is passed over where it would put together a pair judged apart, or two valid NIKs, birth dates or sexes that
    contradict each other and that no judgement joined (`constraints`): sets are held by constraint, never by closure
    alone (PERFORMANCE 3: closure collapsed to one giant person). What is decided in one connected component never
    depends on another.

    Judgements about subjects that are not there (withdrawn records) are left aside; a link to one raises KeyError.
    """
    sets = _Sets(subjects)
    standing = _standing(judgements, subjects)
    sets.keep_apart(pair for pair, ruling in standing if ruling is Ruling.NOT_SAME)
    for (a, b), ruling in standing:
        if ruling is Ruling.JOINED:
            sets.join(a, b, judged=True)
    for a, b in _canonical(links):
        sets.join(a, b, judged=False)
    return {subject: sets.root(subject) for subject in sorted(subjects)}


Pair = tuple[str, str]


def _standing(judgements: Iterable[Judgement], subjects: Mapping[str, Description]) -> list[tuple[Pair, Ruling]]:
    """The latest judgement of each pair, latest pair first, ties by ids."""
    latest: dict[Pair, tuple[str, str]] = {}
    for judgement in judgements:
        if judgement.a == judgement.b or judgement.a not in subjects or judgement.b not in subjects:
            continue
        pair = _pair(judgement.a, judgement.b)
        latest[pair] = max(latest.get(pair, ("", "")), (judgement.order, judgement.ruling.value))
    by_ids = sorted(latest.items())
    by_ids.sort(key=lambda item: item[1][0], reverse=True)
    return [(pair, Ruling(ruling)) for pair, (_, ruling) in by_ids]


def _canonical(links: Iterable[Link]) -> list[Pair]:
    ordered = sorted((-link.weight, *_pair(link.a, link.b)) for link in links if link.verdict is Verdict.JOIN)
    return [(a, b) for _, a, b in ordered]


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


class _Sets:
    """Disjoint sets whose root is their smallest id, and which refuse to hold a pair kept apart or what contradicts itself."""

    def __init__(self, subjects: Mapping[str, Description]) -> None:
        self._above = {subject: subject for subject in subjects}
        self._members = {subject: [subject] for subject in subjects}
        self._held = {subject: Held.of(about) for subject, about in subjects.items()}
        self._apart: dict[str, list[str]] = {}

    def keep_apart(self, pairs: Iterable[Pair]) -> None:
        for a, b in pairs:
            self._apart.setdefault(a, []).append(b)
            self._apart.setdefault(b, []).append(a)

    def root(self, subject: str) -> str:
        while self._above[subject] != subject:
            self._above[subject] = subject = self._above[self._above[subject]]
        return subject

    def join(self, a: str, b: str, *, judged: bool) -> None:
        one, other = sorted((self.root(a), self.root(b)))
        if one == other or self._kept_apart(one, other) or not (judged or agree(self._held[one], self._held[other])):
            return
        self._above[other] = one
        self._members[one] += self._members.pop(other)
        self._held[one] = self._held[one].with_(self._held.pop(other))

    def _kept_apart(self, one: str, other: str) -> bool:
        if not self._apart:
            return False
        fewer, more = sorted((one, other), key=lambda root: len(self._members[root]))
        return any(self.root(far) == more for near in self._members[fewer] for far in self._apart.get(near, ()))
