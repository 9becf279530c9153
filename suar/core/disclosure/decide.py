"""What Cedar decides of the agreements, and how long each decision holds."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, TypeVar

import cedarpy

from suar.core.disclosure.rules import Rules
from suar.core.disclosure.sharing import Classes, Sharing, agency, clauses, entities, kind_of, microseconds

T = TypeVar("T")
MOST_KEPT = 50_000  # decisions; a nation of ten agencies has some thousands


@dataclass(frozen=True, slots=True)
class Told:
    """Who may be told of an event, of which of its kinds, and when the last agreement that says so ends."""

    receiver: str
    kinds: tuple[str, ...]
    until: datetime


class Disclosure:
    """One state of the agreements under one policy: asked as often as anybody likes, decided once.

    A decision is kept for the stretch of time between two instants at which some agreement of that giver begins or ends: within it no comparison
    of dates comes out otherwise, and the moment one of them passes, it is another stretch, which nothing was decided for. So nothing has to be
    forgotten in time, and nothing can be forgotten too late. What is kept ends with the version of the agreements or of the policy.

    Candidates are looked up by giver; whether one permits anything is Cedar's to say, and no condition of a policy is anticipated here.
    """

    def __init__(self, rules: Rules, agreements: Sequence[Sharing], classes: Classes) -> None:
        self.agreements, self.classes, self.rules = tuple(agreements), classes, rules
        self.entities = cedarpy.Entities.from_json_str(json.dumps(entities(agreements, classes)), rules.shape)
        self.of: dict[str, list[int]] = {"": list(range(len(agreements)))}
        for number, one in enumerate(agreements):
            self.of.setdefault(one.giver, []).append(number)
        self.turns = {giver: turns(agreements[number] for number in of) for giver, of in self.of.items()}
        self.receivers = {giver: sorted({agreements[n].receiver for n in of}) for giver, of in self.of.items()}
        self.listed: dict[tuple[str, str], frozenset[str]] = {}
        self.kept: dict[Hashable, Any] = {}

    def told(self, giver: str, event: str, kinds: tuple[str, ...], now: datetime, then: datetime) -> tuple[Told, ...]:
        """Who may be told now of what happened then: by an agreement in force now, and by one that was in force when it happened."""
        key = ("told", giver, event, kinds, self.stretch(giver, now), self.stretch(giver, then))
        return self.once(key, lambda: tuple(self.told_to(giver, event, kinds, now, then)))

    def told_to(self, giver: str, event: str, kinds: tuple[str, ...], now: datetime, then: datetime) -> Iterable[Told]:
        for receiver in self.receivers.get(giver, ()):
            by = {kind: self.telling(receiver, giver, event, kind, now) for kind in kinds or ("",)}
            given = [kind for kind in by if by[kind] and self.telling(receiver, giver, event, kind, then)]
            if given:
                until = max(self.agreements[number].until_at for kind in given for number in by[kind])
                yield Told(receiver, tuple(kind for kind in given if kind), until)

    def telling(self, receiver: str, giver: str, event: str, kind: str, at: datetime) -> tuple[int, ...]:
        """The agreements that let an event be told: of this kind, or as one that names none."""

        def ask() -> tuple[int, ...]:
            context: dict[str, Any] = {"at": microseconds(at), "giver": agency(giver), "event": event}
            if kind:
                context["kind"] = kind_of(kind, self.classes)
            return self.permitting("tell" if kind else "announce", receiver, giver, context)

        return self.once(("tell", receiver, giver, event, kind, self.stretch(giver, at)), ask)

    def fields(
        self, receiver: str, giver: str, kind: str, purpose: str, at: datetime, *, event: str = ""
    ) -> frozenset[str]:
        """The fields of a kind that may be read for this purpose: behind an event, or without one at the giver's own system."""

        def ask() -> frozenset[str]:
            context = {
                "at": microseconds(at),
                "giver": agency(giver),
                "kind": kind_of(kind, self.classes),
                "purpose": purpose,
            }
            context |= {"event": event} if event else {}
            names = sorted(self.listed_by(giver, kind))
            questions = [context | {"field": name} for name in names]
            answers = self.asked("read" if event else "ask", receiver, self.of.get(giver, []), questions)
            return frozenset(name for name, (permits, _) in zip(names, answers, strict=True) if permits)

        return self.once(("read", receiver, giver, event, kind, purpose, self.stretch(giver, at)), ask)

    def listed_by(self, giver: str, kind: str) -> frozenset[str]:
        """Every field that any agreement of this giver lists for this kind, or for any: what can be asked for at all."""
        if (giver, kind) not in self.listed:
            of = [clauses(self.agreements[number], self.classes) for number in self.of.get(giver, [])]
            self.listed[giver, kind] = frozenset(
                name for one in of for name in one.get(kind, set()) | one.get("*", set())
            )
        return self.listed[giver, kind]

    def givers(self, receiver: str, purpose: str, at: datetime, *, kind: str = "") -> frozenset[str]:
        """Whose rows, or whose data of a kind on a page, this agency may see for this purpose."""

        def ask() -> frozenset[str]:
            context: dict[str, Any] = {"at": microseconds(at), "purpose": purpose}
            context |= {"kind": kind_of(kind, self.classes)} if kind else {}
            found = self.permitting("show" if kind else "look", receiver, "", context)
            return frozenset(self.agreements[number].giver for number in found)

        return self.once(("see", receiver, purpose, kind, self.stretch("", at)), ask)

    def events(self, at: datetime) -> frozenset[str]:
        """Every type of event that is told to anybody."""
        return frozenset(
            event
            for one in self.agreements
            for event in one.events
            if self.telling(one.receiver, one.giver, event, "", at)
        )

    def forbidding(
        self, receiver: str, giver: str, event: str, kinds: Iterable[str], purpose: str, at: datetime
    ) -> list[str]:
        """The policies, by their `@id`, that forbade a reading in spite of an agreement between these two; none where nothing permitted it."""
        mine = [number for number in self.of.get(giver, []) if self.agreements[number].receiver == receiver]
        asked = [
            {"at": microseconds(at), "giver": agency(giver), "event": event, "purpose": purpose, "field": "", "kind": kind_of(kind, self.classes)}
            for kind in kinds
        ]  # fmt: skip
        return sorted({id_ for _, by in self.asked("read", receiver, mine, asked) for id_ in by})

    def permitting(self, action: str, receiver: str, giver: str, context: dict[str, Any]) -> tuple[int, ...]:
        [(permits, _)] = self.asked(action, receiver, self.of.get(giver, []), [context])
        return permits

    def asked(
        self, action: str, receiver: str, of: Sequence[int], contexts: Sequence[dict[str, Any]]
    ) -> list[tuple[tuple[int, ...], frozenset[str]]]:
        """For each question the agreements of these that permit it, and the policies that forbade it of others.

        Raises RuntimeError where Cedar could not tell: a policy that fails is passed over by it, and one that forbids must not be.
        """
        principal, verb = {"type": "Agency", "id": receiver}, f'Action::"{action}"'
        written = [json.dumps(context) for context in contexts]
        asked = [
            {
                "principal": principal,
                "action": verb,
                "resource": {"type": "Agreement", "id": str(number)},
                "context": context,
            }
            for context, number in product(written, of)
        ]
        found = (
            cedarpy.is_authorized_batch(asked, self.rules.policies, self.entities, self.rules.shape) if asked else []
        )
        if unclear := [error for one in found for error in one.diagnostics.errors]:
            raise RuntimeError(f"the policy of agreements cannot be asked: {unclear[0]}")
        rows = [found[at : at + len(of)] for at in range(0, len(found), len(of))] if of else [[] for _ in contexts]
        return [
            (
                tuple(number for number, one in zip(of, row, strict=True) if one.allowed),
                frozenset(self.rules.ids[place] for one in row if not one.allowed for place in one.diagnostics.reasons),
            )
            for row in rows
        ]

    def stretch(self, giver: str, at: datetime) -> int:
        """Between which two turns of this giver's agreements an instant lies."""
        return bisect_right(self.turns.get(giver, ()), at)

    def once(self, key: Hashable, decide: Callable[[], T]) -> T:
        if key not in self.kept:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = decide()
        found: T = self.kept[key]
        return found


def turns(agreements: Iterable[Sharing]) -> list[datetime]:
    """The instants at which one of these begins or ends, in order."""
    return sorted({at for one in agreements for at in (one.from_at, one.until_at)})
