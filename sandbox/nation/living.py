"""How the nation lives on: stories that start second by second, each a pure function of seed, second and place in it.

A day of a story takes ten seconds, so that within an hour one sees a registration become a placement and a complaint be
answered; dates on papers are those of the day on which the record is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from math import floor
from pathlib import Path
from random import Random

from sandbox.nation.abroad import complain
from sandbox.nation.chronicle import Chronicle
from sandbox.nation.home import question_in, session_in, tip_in
from sandbox.nation.identifiers import Numbers
from sandbox.nation.licences import Licences
from sandbox.nation.lives import CASES_PER_10000, RECORDED_WORK, Chances, Life, draw_life
from sandbox.nation.model import Happening
from sandbox.nation.names import Names
from sandbox.nation.onward import Onward, read_onward
from sandbox.nation.peopling import Peopling
from sandbox.nation.places import Places, Weighted
from sandbox.nation.register import Register
from sandbox.nation.stories import tell_life
from sandbox.nation.traces import read_traces
from sandbox.nation.travel import cross, point_for
from sandbox.nation.work import agree

PACE = 10 / 86_400
LONGEST_S = 3 * 3600  # a story's happenings after this are not told
FIRST_SERIAL = 10_000_000
SERIALS_PER_STORY = 64
BEFORE_S = 1300  # the main application comes so long after a story's start: what precedes it needs room
SAMPLE = 400
#: What starts, as parts of a hundred. Guess: single records so many that the pace is near from the first minute on.
STARTS = {"journey": 17.0, "trip": 67.0, "question": 8.0, "tip": 5.0, "session": 2.5, "complaint": 0.5}


class Living:
    """Tells the stories that start after `now`."""

    def __init__(self, seed: int, now: datetime, chances: Chances, names: Names, onward: Onward) -> None:
        self._seed, self._now, self._chances, self._names = seed, now, chances, names
        self._onward = onward
        self._starts = Weighted(STARTS.items())
        self._buckets: dict[int, list[Happening]] = {}  # by second, from `_oldest` on
        self._oldest = 0
        self._told_upto = 0  # stories that start before this second are told
        self._rate = 0.0
        self._mean = self._mean_length()

    @classmethod
    def from_file(cls, path: Path, *, seed: int, now: datetime) -> Living | None:
        """The life of a nation whose `write_onward` wrote the file; None where no file fits."""
        onward = read_onward(path)
        if onward is None:
            return None
        return cls(seed, now.astimezone(UTC).replace(microsecond=0), Chances(Places(), read_traces()), Names(), onward)

    def _mean_length(self) -> float:
        """Records of one story, the civil register's own not counted: it sends none."""
        told = (h.kind for n in range(SAMPLE) for h in self.story(-1 - n, 0))
        return sum(not kind.startswith("registry.") for kind in told) / SAMPLE

    def live(self, since: datetime, until: datetime, per_second: float) -> Iterator[Happening]:
        """What happens after `since` and up to `until`: what history left open, and new stories at the given pace.

        The same instant gives the same happenings however the time is sliced, so that who paused can catch up. On the
        long run `per_second` records come over all systems.
        """
        since, until = max(since, self._now), max(until, self._now)
        left_open = self._onward.left_open(since, until)
        yield from merge(left_open, self._stories_between(since, until, per_second), key=lambda h: h.at)

    def _stories_between(self, since: datetime, until: datetime, per_second: float) -> Iterator[Happening]:
        if per_second <= 0:
            return
        first = floor((since - self._now).total_seconds())
        last = floor((until - self._now).total_seconds())
        for second in range(first, last + 1):
            self._tell_up_to(second, per_second)
            self._forget_before(first)
            found = self._buckets.get(second, ())
            for happening in sorted(found, key=lambda h: h.at):
                if since < happening.at <= until:
                    yield happening

    def _tell_up_to(self, second: int, per_second: float) -> None:
        """Have every story told that may speak in this second; all anew where somebody goes back or leaps ahead."""
        earliest = max(0, second - LONGEST_S)
        if per_second != self._rate or second < self._oldest or earliest > self._told_upto:
            self._buckets, self._oldest, self._told_upto, self._rate = {}, second, earliest, per_second
        for start in range(self._told_upto, second + 1):
            for nth in range(self._starting(start, per_second)):
                for happening in self.story(start, nth):
                    bucket = floor((happening.at - self._now).total_seconds())
                    if bucket >= self._oldest:
                        self._buckets.setdefault(bucket, []).append(happening)
        self._told_upto = max(self._told_upto, second + 1)

    def _forget_before(self, second: int) -> None:
        for past in range(self._oldest, second):
            self._buckets.pop(past, None)
        self._oldest = max(self._oldest, second)

    def _starting(self, second: int, per_second: float) -> int:
        """How many stories start in a second, so that records come at the pace on the long run."""
        rate = per_second / self._mean
        return floor((second + 1) * rate) - floor(second * rate)

    def story(self, second: int, nth: int) -> list[Happening]:
        """One story: the same for the same seed, second and number, whatever was asked before."""
        rnd = Random(f"live/{self._seed}/{second}/{nth}")
        number = abs(second) * 64 + nth
        start = self._now + timedelta(seconds=second + rnd.random())
        numbers = Numbers(rnd, first_serial=9700, first_passport=3_000_000 + number * 4 % 6_900_000, gap=1)
        c = Chronicle(
            rnd, self._chances.places, numbers, start, prefix="L", first_serial=FIRST_SERIAL + number * SERIALS_PER_STORY,
            pace=PACE,
        )  # fmt: skip
        kind = self._starts.draw(rnd)
        self._tellers[kind](self, c, start)
        end = start + timedelta(seconds=LONGEST_S - 2)
        told = [h if h.at >= start else replace(h, at=start) for h in c.happenings if h.at < end]
        return sorted(told, key=lambda h: h.at)

    def _journey(self, c: Chronicle, start: datetime) -> None:
        """Somebody new to all systems."""
        rnd = c.rnd
        c.number("person")
        peopling = Peopling(
            rnd, c.places, self._names, c.numbers, start.date(), c.number("person")[0].split("-")[1] + "."
        )
        home = peopling.home()
        person = replace(
            peopling.person(home, sex=1 + (rnd.random() < 0.5), born=peopling.adult_birth()), died_on=None,
            serial=c.number("person")[1],
        )  # fmt: skip
        years = (start.date() - person.birth_date).days // 365
        life = draw_life(rnd, self._chances, person, self._chances.way(rnd, years, CASES_PER_10000), start)
        life.traces -= NOT_IN_ONE_STORY
        life.applied_at = start + timedelta(seconds=BEFORE_S * (0.1 if life.way not in RECORDED_WORK else 1.0))
        Register(c, start.date()).enter(person, life)
        contract = None
        if life.way in RECORDED_WORK:
            licences = Licences(c, self._onward.companies)  # every order is a new one
            before = 12_000 if life.way == "returning_worker" else 50
            contract = agree(c, life, licences, life.applied_at - timedelta(days=before * PACE))
        tell_life(c, life, contract)

    def _trip(self, c: Chronicle, start: datetime) -> None:
        """Somebody who holds a passport and is at home leaves and comes back."""
        holder = c.rnd.choice(self._onward.holders)
        life = draw_life(c.rnd, self._chances, holder.person, "tourist", start, traces=frozenset())
        point = holder.last_point or point_for(c, life, life.destination)
        place = holder.last_place or life.destination
        cross(c, life, holder.passport_no, start, "exit", point=point, purpose="tourism", place=place)
        back = c.later(start, 2, life.stay_days + 3)
        cross(c, life, holder.passport_no, back, "entry", point=point, purpose="return", place=place)

    def _complaint(self, c: Chronicle, start: datetime) -> None:
        """Somebody placed abroad, or his family, asks for help."""
        placement = c.rnd.choice(self._onward.placed)
        life: Life = draw_life(c.rnd, self._chances, placement.person, "worker", start, traces=frozenset())
        life.destination = placement.country
        complain(c, life, placement.passport_no, start, placement.p3mi, placement.employer)

    def _tip(self, c: Chronicle, start: datetime) -> None:
        tip_in(c, c.rnd.choice(self._onward.villages), start)

    def _question(self, c: Chronicle, start: datetime) -> None:
        question_in(c, c.rnd.choice(self._onward.villages), start)

    def _session(self, c: Chronicle, start: datetime) -> None:
        session_in(c, c.rnd.choice(self._onward.villages), start)

    _tellers: dict[str, Callable[[Living, Chronicle, datetime], None]] = {
        "journey": _journey, "trip": _trip, "question": _question, "tip": _tip, "session": _session,
        "complaint": _complaint,
    }  # fmt: skip


#: These need other people or other times than one story has.
NOT_IN_ONE_STORY = frozenset(
    (
        "agent_phone",
        "group_same_day",
        "suspect_phone",
        "tip_names_agent",
        "second_identity",
        "birth_date_raised",
        "over_quota",
    )
)
