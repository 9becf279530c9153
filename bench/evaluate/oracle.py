"""What could be known at best: the likelihood of a case for somebody who knows the table of traces, the ways abroad and their shares.

Written apart from every rule and weight of the desk: it reads the life as the nation drew it, without the traces that come only after departure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from bench.evaluate.officers import named_phone
from sandbox.nation.lives import LATE_TRACES, MODUS_WEIGHTS, PURPOSES, Life
from sandbox.nation.model import Happening
from sandbox.nation.traces import Traces, read_traces

LEAST = 1e-4  # of a trace that the table does not give to a class: rare, not impossible


def likelihoods(traces: Mapping[str, Traces] | None = None) -> dict[str, Traces]:
    """The table of traces, without what is told only after departure."""
    known = read_traces() if traces is None else traces
    return {
        code: Traces(code, tuple((name, share) for name, share in row.shares if name not in LATE_TRACES), row.none)
        for code, row in known.items()
    }


class Seen:
    """Which of somebody's traces stood anywhere by an instant. An agent's first client shares his phone with nobody yet, and a recruiter's phone
    tells nothing before a tip or the police names it: a trace that only comes later is none.
    """

    def __init__(self, lives: Iterable[Life], told: Iterable[Happening]) -> None:
        self.clients: dict[str, list[datetime]] = {}
        for life in lives:
            self.clients.setdefault(life.payer_phone, []).append(life.applied_at)
        self.named: dict[str, datetime] = {}
        for one in told:
            if phone := named_phone(one):
                self.named[phone] = min(one.at, self.named.get(phone, one.at))

    def by(self, life: Life, at: datetime) -> frozenset[str]:
        gone = set(LATE_TRACES)
        if sum(when < at for when in self.clients.get(life.payer_phone, ())) < 2:  # himself, and somebody else
            gone.add("agent_phone")
        if not self.named_by(life.at_immigration.phone, at):
            gone.add("tip_names_agent")
        if not self.named_by(life.contact.phone, at):
            gone.add("suspect_phone")
        return life.traces - gone

    def named_by(self, phone: str, at: datetime) -> bool:
        return phone in self.named and self.named[phone] < at


def honest_ways(lives: Iterable[Life]) -> dict[str, float]:
    """How often each honest way abroad is, of all of them."""
    found = Counter(life.way for life in lives if not life.of_a_case)
    return {way: count / found.total() for way, count in found.items()}


def score(life: Life, seen: frozenset[str], ways: Mapping[str, float], table: Mapping[str, Traces]) -> float:
    """Logarithm of how much likelier the traces seen and this stated purpose are of a case than of an honest journey. It knows no age, as no desk may
    weigh one.
    """
    cases = sum(
        weight * of_class(seen, table[code])
        for code, weight in MODUS_WEIGHTS.items()
        if purpose_fits(code, life.purpose)
    ) / sum(MODUS_WEIGHTS.values())
    honest = sum(share * of_class(seen, table[way]) for way, share in ways.items() if PURPOSES[way] == life.purpose)
    return math.log(max(cases, 1e-12)) - math.log(max(honest, 1e-12))


def purpose_fits(code: str, purpose: str) -> bool:
    """M02 is told as umrah or a family visit too, M03 as haji."""
    return PURPOSES[code] == purpose or (code, purpose) in {("M02", "umrah"), ("M02", "family_visit"), ("M03", "haji")}


def of_class(seen: frozenset[str], row: Traces) -> float:
    """How likely exactly these traces are of one class, each taken for itself."""
    shares = dict(row.shares)
    chance = 1.0
    for name in shares.keys() | seen:
        share = max(shares.get(name, 0.0), LEAST)
        chance *= share if name in seen else 1 - share
    return chance
