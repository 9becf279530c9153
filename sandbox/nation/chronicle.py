"""Where happenings are written down while a nation, or one story of its life, is being made."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sandbox.nation.identifiers import Numbers
from sandbox.nation.model import Happening, Thing
from sandbox.nation.places import Places

#: Older things come once, as they ended; of newer ones every step is told.
STEPS_SINCE = timedelta(days=90)


class Chronicle:
    """The happenings made so far, the numbers given so far, and the chance by which all is drawn."""

    def __init__(
        self, rnd: Random, places: Places, numbers: Numbers, now: datetime, *, prefix: str = "", first_serial: int = 0,
        pace: float = 1.0, steps_since: datetime | None = None,
    ) -> None:  # fmt: skip
        self.rnd, self.places, self.numbers, self.now = rnd, places, numbers, now
        self.happenings: list[Happening] = []
        self._prefix, self._first = prefix, first_serial
        self._day_s = 86_400 * pace  # how long a day takes: shorter in the living nation, so that one sees stories end
        self._serials: Counter[str] = Counter()
        self._steps_since = steps_since or now - STEPS_SINCE

    def tell(self, at: datetime, kind: str, thing: Thing) -> None:
        self.happenings.append(Happening(at=at, kind=kind, of=thing))

    def tells_steps(self, at: datetime) -> bool:
        """Whether a passing step of that time is told: not if it is long ago."""
        return at >= self._steps_since

    def step(self, at: datetime, kind: str, thing: Thing) -> None:
        """Tell a passing step, unless it is long ago."""
        if self.tells_steps(at):
            self.tell(at, kind, thing)

    def number(self, kind: str) -> tuple[str, int]:
        """The next id and serial of a kind of thing."""
        self._serials[kind] += 1
        serial = self._first + self._serials[kind]
        return f"{kind}-{self._prefix}{serial}", serial

    def later(self, at: datetime, least: float, most: float) -> datetime:
        """Some days later, at another minute of the day."""
        return at + timedelta(0, int((least + (most - least) * self.rnd.random()) * self._day_s))

    @property
    def last_at(self) -> datetime:
        return self.happenings[-1].at

    def days(self, on: date, least: int, most: int) -> date:
        return on + timedelta(days=least + int(self.rnd.random() * (most - least + 1)))


def noon(on: date) -> datetime:
    """Five in the morning UTC: noon in the west of Indonesia."""
    return datetime.combine(on, time(5), UTC)


def years_later(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year + years)
    except ValueError:  # 29 February
        return on.replace(year=on.year + years, day=28)
