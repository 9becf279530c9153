"""How the nation's happenings come into the systems' stores: history once, then life by the wall clock.

Of history a process of its own is told (telling.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.running import System, make_system
from sandbox.terms import Terms, place_of

if TYPE_CHECKING:
    from sandbox.nation import Living, Nation
    from sandbox.nation.model import Happening

BATCH = 25_000  # happenings a transaction while history is written
SLICE = timedelta(minutes=10)  # of life a transaction, when catching up
LONGEST_PAUSE = timedelta(
    hours=12
)  # at 2 records a second some 86,000 records; of a longer pause only the end is lived
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Say = Callable[[str], None]


def make_nation(terms: Terms) -> Nation:
    from sandbox.nation import Nation

    return Nation(seed=terms.seed, people=terms.people, now=datetime.fromisoformat(terms.history_until))


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def write_history(nation: Nation, systems: Sequence[System], terms: Terms, say: Say) -> int:
    """Absorb all history into empty stores. Says `progress <done> <total> <words>` lines; how many happenings there
    were.
    """
    until = datetime.fromisoformat(terms.history_until)
    happenings = list(nation.happenings_until(until))
    total = len(happenings)
    for start in range(0, total, BATCH):
        tell(systems, happenings[start : start + BATCH], 0)  # not whole yet: a cut-off history is thrown away
        say(f"progress {min(start + BATCH, total)} {total} happenings told to the agencies")
    for system in systems:
        system.store.keep(microseconds(until))
    return total


def tell(systems: Sequence[System], happenings: Sequence[Happening], upto: int) -> None:
    """Each system absorbs what it hears of, and keeps it as known up to there."""
    for system in systems:
        absorb, hears = system.absorb, frozenset(system.hears)
        for happening in happenings:
            if type(happening.of) in hears:
                system.store.of_whom = about(happening)
                absorb(happening)
        system.store.keep(upto)


def about(happening: Happening) -> str:
    """The person whom a happening is about; blank for one of a company or a village."""
    person = getattr(happening.of, "person", None)
    return str(person.id) if person is not None else ""


class Life:
    """The nation going on. Each store knows until when it has lived, so a kill between two stores mends itself."""

    def __init__(self, nation: Nation | Living, systems: Sequence[System], terms: Terms) -> None:
        self._nation, self._systems, self._rate = nation, systems, terms.rate
        self._lived = {system.name: system.store.upto() for system in systems}

    def go_on(self, now: datetime, *, stopping: Callable[[], bool] = lambda: False) -> int:
        """Live from where each system stands to `now`; how many happenings there were."""
        count = 0
        start = min(self._lived.values())
        since = max(EPOCH + timedelta(microseconds=start), now - LONGEST_PAUSE)
        while since < now and not stopping():
            until = min(since + SLICE, now)
            count += self._absorb(self._nation.live(since, until, self._rate))
            for system in self._systems:
                if self._lived[system.name] < microseconds(until):
                    system.store.keep(microseconds(until))
                    self._lived[system.name] = microseconds(until)
            since = until
        return count

    def _absorb(self, happenings: Iterable[Happening]) -> int:
        count = 0
        for happening in happenings:
            at = microseconds(happening.at)
            for system in self._systems:
                if at > self._lived[system.name] and type(happening.of) in system.hears:
                    system.absorb(happening)
            count += 1
        return count


def absorbers(home: Path, names: Sequence[str], terms: Terms, *, living: bool = False) -> list[System]:
    """Instances that absorb: history, or (`living`) what happens now."""
    return [make_system(place_of(home, name, terms, living=living)) for name in names]
