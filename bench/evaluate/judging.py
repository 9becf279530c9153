"""Day by day: everybody who stands at a desk is asked about with what the hub knew that morning; then the day is told to the agencies."""

from __future__ import annotations

import gzip
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench.evaluate.asking import Answered, Desks, Occasion, Papers
from bench.evaluate.days import DAY, Days, Run, days, nation_of
from bench.evaluate.interviewed import answers_of, style_of
from bench.evaluate.judged import Departure, Judged
from bench.evaluate.kept import Checkout, kept_run, line_of
from bench.evaluate.officers import Officers
from bench.evaluate.oracle import Seen, honest_ways, likelihoods, score
from bench.evaluate.strata import Strata
from sandbox.nation import Nation
from sandbox.nation.lives import Life
from sandbox.nation.model import ExitBan, Happening
from sandbox.nation.traces import Traces
from suar.site.batch.workers import Workers

WORST = ("unreadable", "clear", "advise", "assist", "secondary", "hold")
SAY_EVERY = 7  # tellings
SOON = timedelta(minutes=10)  # after the sources were pulled, in life minutes ago: nobody waits a day for them
YEAR = timedelta(days=365)


class Journeys:
    """What was said of each person on the way to one departure."""

    def __init__(self, nation: Nation, history: Sequence[Happening], run: Run) -> None:
        self.lives = {life.person.id: life for life in nation.lives}
        self.table, self.strata = likelihoods(run.traces), Strata(nation.lives, nation.now.date())
        self.seen, self.ways, self.bans = Seen(nation.lives, history), honest_ways(nation.lives), bans_in(history)
        self.nation_ends = nation.now
        self.said: dict[str, list[Answered]] = {}
        self.asked, self.last_at = 0, nation.now - run.days * DAY
        self.left: set[str] = set()  # cases that have departed: what they do afterwards is another story

    def judged(self, told: Iterable[Answered]) -> Judged:
        """All departures that these answers end."""
        found = Judged()
        for one in told:
            self.asked, self.last_at = self.asked + 1, max(self.last_at, one.occasion.at)
            if ended := self.add(one):
                found.add(ended)
        return found

    def days_until_the_last(self, run: Run) -> int:
        """How many days were asked about: all of them, unless the time was over before."""
        told = self.last_at - (self.nation_ends - run.days * DAY)
        return min(run.days, run.every * math.ceil(told / DAY / run.every))

    def add(self, one: Answered) -> Departure | None:
        """The departure that this answer ends, if it ends one that is to be judged."""
        person = one.occasion.person
        told = self.said.setdefault(person, [])
        told.append(one)
        if one.occasion.step != "departure" or not one.occasion.passed:
            return None
        del self.said[person]
        return self.departed(self.lives[person], told)

    def of_law(self, one: Answered) -> bool:
        """Whether he is held, or was referred for nothing but an exit ban that is in truth on him and in force."""
        if one.advice == "hold" or not one.entry_only:
            return one.advice == "hold"
        begun = [ban for ban in self.bans.get(one.occasion.person, ()) if ban[0] <= one.occasion.at]
        latest = {ban.id: ban for _, ban in begun}  # each as it was told last
        today = one.occasion.at.date()
        return any(
            ban.status in {"in_force", "extended"} and today <= (ban.extended_until or ban.until_on)
            for ban in latest.values()
        )

    def counts(self, occasion: Occasion) -> bool:
        """Somebody whose journey is judged: of a case, only the journey on which it happens, and what is applied for it."""
        life = self.lives.get(occasion.person)
        if life is None:
            return False
        return not life.of_a_case or (
            occasion.at >= life.applied_at - timedelta(hours=1) and life.person.id not in self.left
        )

    def departed(self, life: Life, told: list[Answered]) -> Departure:
        person, last = life.person, told[-1]
        if life.of_a_case:
            self.left.add(person.id)
        worst = max(told, key=lambda one: (WORST.index(one.advice), one.score))
        referred = [one for one in told if one.referred]
        years = (last.occasion.at.date() - person.birth_date).days // 365
        groups = (
            ("province", person.address.region_code[:2]),
            ("sex", str(person.sex)),
            ("age", f"{years // 10 * 10}–{years // 10 * 10 + 9}"),
        )
        return Departure(
            modus=life.way if life.of_a_case else "", groups=groups, advice=worst.advice, score=max(one.score for one in told),
            referred=bool(referred), by_law=bool(referred) and all(map(self.of_law, referred)),
            offered=any(one.help_only for one in told), helped=any(one.helping or (one.interview and one.interview.helping) for one in referred),
            noticed_before=last.occasion.at - referred[0].occasion.at if referred else None,
            at_passport_desk=any(one.occasion.step == "passport_application" for one in referred),
            reasons=frozenset(code for one in told for code in one.reasons),
            interview=next((one.interview for one in reversed(referred) if one.interview), None),
            oracle=score(life, self.seen.by(life, last.occasion.at), self.ways, self.table), beside=self.strata.beside(life), weight=self.strata.weight(life),
        )  # fmt: skip


def bans_in(history: Iterable[Happening]) -> dict[str, list[tuple[datetime, ExitBan]]]:
    """What was told of exit bans, by whom they are on; `history` in the order in which it took place."""
    found: dict[str, list[tuple[datetime, ExitBan]]] = {}
    for one in history:
        if isinstance(one.of, ExitBan):
            found.setdefault(one.of.person.id, []).append((one.at, one.of))
    return found


def judge(run: Run) -> tuple[Judged, Run]:
    """The whole evaluation, and the run with how many days were asked about. Says how far it is as it goes."""
    first = (
        datetime.now(UTC).replace(microsecond=0) + DAY
    )  # of the days to come, on which every policy and posting is in force
    print(f"A nation of {run.people:,} people with seed {run.seed} is made, and comes in …", flush=True)
    with days(run, first, first + run.days * DAY) as it, keeping(run, first) as keep:
        journeys, started = Journeys(it.nation, it.history, run), time.monotonic()
        judged = journeys.judged(keep(answers(it, run, journeys)))
        print(f"{journeys.asked:,} questions in {time.monotonic() - started:.0f} s", flush=True)
    return judged, replace(run, asked_days=journeys.days_until_the_last(run))


def interviewed(one: Answered, life: Life, desks: Desks, reference: str, at: datetime) -> Answered:
    """The second officer sits down with whoever is referred, and the question is asked again with what was said."""
    return replace(one, interview=desks.interview(one.occasion, f"{reference}-I", at, *said_by(life, one.occasion)))


def said_by(life: Life, occasion: Occasion) -> tuple[str, dict[str, str]]:
    """How he speaks on that occasion, and what he says: the same whenever it is asked."""
    rnd = Random(f"{life.person.id} {occasion.at}")
    style = style_of(life, rnd)
    return style, answers_of(life, style, rnd)


@contextmanager
def keeping(run: Run, first: datetime) -> Iterator[Callable[[Iterable[Answered]], Iterable[Answered]]]:
    """Passes the answers on, and keeps each, if they are to be kept."""
    if run.keep is None:
        yield lambda told: told
        return
    with gzip.open(run.keep, "wt", encoding="utf-8", compresslevel=3) as file:
        file.write(json.dumps(run.said() | {"first": first.isoformat()}) + "\n")

        def kept(told: Iterable[Answered]) -> Iterator[Answered]:
            for one in told:
                print(line_of(one), file=file)
                yield one

        yield kept


def judge_again(paths: Sequence[Path], traces: Mapping[str, Traces], *, at_once: int = 1) -> tuple[Judged, list[Run]]:
    """The kept answers of earlier runs, weighed again by the tables of policy as they stand in the checkout, and judged as one sample: each run's nation
    is made again and gives its own weights and its own oracle. `at_once`: how many nations, each by a program of its own where it is more than one.

    Raises ValueError for two files of one nation, and for a file whose people the nation made again does not have.
    """
    seeds = Counter(kept_run(path, traces)[0].seed for path in paths)
    if twice := [seed for seed, files in seeds.items() if files > 1]:
        raise ValueError(f"The nation of seed {twice[0]} would be counted twice.")
    whole, runs = Judged(), list[Run]()
    with Workers(at_once) as programs:
        for judged, run in programs.each(judged_again, ((path, traces) for path in paths)):
            whole.take(judged)
            runs.append(run)
    return whole, runs


def judged_again(path: Path, traces: Mapping[str, Traces]) -> tuple[Judged, Run]:
    run, first = kept_run(path, traces)
    nation = nation_of(run, first)
    journeys, checkout = Journeys(nation, list(nation.happenings_until(nation.now)), run), Checkout()
    judged = journeys.judged(
        checkout.interviewed(one, *said_by(journeys.lives[one.occasion.person], one.occasion))
        if one.referred and one.grounds
        else one
        for one in of_its_people(checkout.answers_in(path), path, journeys.lives)
    )
    return judged, replace(run, asked_days=journeys.days_until_the_last(run))


def of_its_people(told: Iterable[Answered], path: Path, lives: Mapping[str, Life]) -> Iterator[Answered]:
    """The same answers, if those who depart have the NIK that they had when they were asked about: a nation is drawn anew from its seed."""
    for one in told:
        life = lives.get(one.occasion.person)
        if life is None or (one.occasion.step == "departure" and one.occasion.traveller.get("nik") != life.person.nik):
            raise ValueError(f"{path}: these answers are about another nation than its seed now gives.")
        yield one


def answers(it: Days, run: Run, journeys: Journeys) -> Iterator[Answered]:
    from suar.core.matching.score import warm
    from suar.persons.queries.found import matching_policy
    from suar.policies.queries import in_force

    warm(
        matching_policy(in_force(it.told_until))
    )  # compiled before the first transaction, which would be ended while it waits
    papers, desks, officers = Papers(), Desks(), Officers(it.told_until - YEAR)
    before = [one for one in it.history if one.at < it.told_until]
    papers.learn(before)
    officers.hear([one for one in before if one.at > it.told_until - YEAR], it.told_until)
    began = time.monotonic()
    for day in range(0, run.days, run.every):
        if run.minutes is not None and time.monotonic() - began > 60 * run.minutes:
            return
        morning = it.told_until
        today = it.between(morning, morning + run.every * DAY)
        papers.learn(today)
        for number, one in enumerate(today):
            occasion = papers.occasion(one)
            if occasion and journeys.counts(occasion):
                asked = desks.ask(occasion, reference := f"EVAL-{day}-{number}", morning + SOON)
                life = journeys.lives[occasion.person]
                yield interviewed(asked, life, desks, reference, morning + 2 * SOON) if asked.referred else asked
        officers.hear(it.tell_until(morning + run.every * DAY), morning)
        if day // run.every % SAY_EVERY == SAY_EVERY - 1:
            print(f"day {day + run.every} of {run.days}: {len(journeys.left)} cases have left", flush=True)
