"""Who is really who, as the sandbox's own folder of truth says. Measuring alone reads this: a rule or a weight that did would prove nothing."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from suar.site.running.home import CannotRun
from suar.site.training.pairs import Pair
from suar.site.training.people import Described

Humans = list[frozenset[str]]


def humans(people: Sequence[Described], folder: Path) -> Humans:
    """Of each subject the humans whom his records tell of: mostly one, none for records of after history, two where a source itself
    took two for one. Raises CannotRun where nobody wrote down the truth.
    """
    known: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("records-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            source = path.stem.removeprefix("records-")
            known.update({(source, row["record"]): row["person"] for row in csv.DictReader(file)})
    if not known:
        raise CannotRun(f"{folder} holds no truth: only an invented nation has one.")
    return [frozenset(known[one.source, r] for r in one.records if (one.source, r) in known) for one in people]


def true_pairs(who: Humans) -> set[Pair]:
    """Every two subjects that share a human."""
    of: dict[str, list[int]] = defaultdict(list)
    for place, humans in enumerate(who):
        for human in humans:
            of[human].append(place)
    return {(a, b) for places in of.values() for at, a in enumerate(places) for b in places[at + 1 :]}
