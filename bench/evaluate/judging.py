"""Day by day: everybody who stands at a desk is asked about with what the hub knew that morning; then the day is told to the agencies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.evaluate.asking import Answered, Desks, Occasion, Papers
from bench.evaluate.days import DAY, Days, Run, days
from bench.evaluate.judged import Departure, Judged
from bench.evaluate.oracle import likelihoods, score
from sandbox.nation.lives import Life

WORST = ("unreadable", "clear", "advise", "assist", "secondary", "hold")
HELPS = frozenset({"assist"})
SAY_EVERY = 7  # days


class Journeys:
    """What was said of each person on the way to one departure."""

    def __init__(self, it: Days, run: Run) -> None:
        self.lives = {life.person.id: life for life in it.nation.lives}
        self.table, self.until = likelihoods(run.traces), it.nation.now
        self.said: dict[str, list[Answered]] = {}
        self.left: set[str] = set()  # cases that have departed: what they do afterwards is another story

    def add(self, one: Answered) -> Departure | None:
        """The departure that this answer ends, if it ends one that is to be judged."""
        person = one.occasion.person
        told = self.said.setdefault(person, [])
        told.append(one)
        if one.occasion.step != "departure" or not one.occasion.passed:
            return None
        del self.said[person]
        return self.departed(self.lives[person], told)

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
            referred=bool(referred), helped=any(one.advice in HELPS for one in referred),
            noticed_before=last.occasion.at - referred[0].occasion.at if referred else None,
            at_passport_desk=any(one.occasion.step == "passport_application" for one in referred),
            oracle=score(life, years, self.table),
        )  # fmt: skip


def judge(run: Run) -> Judged:
    """The whole evaluation. Says how far it is as it goes."""
    first = (
        datetime.now(UTC).replace(microsecond=0) + DAY
    )  # the days to come: every policy and posting is in force on them
    judged = Judged()
    print(f"A nation of {run.people:,} people with seed {run.seed} is made, and comes in …", flush=True)
    with days(run, first, first + run.days * DAY) as it:
        journeys, started, asked = Journeys(it, run), time.monotonic(), 0
        for number, one in enumerate(answers(it, run, journeys)):
            asked = number + 1
            if ended := journeys.add(one):
                judged.add(ended)
        print(f"{asked:,} questions in {time.monotonic() - started:.0f} s", flush=True)
    return judged


def answers(it: Days, run: Run, journeys: Journeys) -> Iterator[Answered]:
    from suar.core.matching.score import warm
    from suar.persons.queries import matching_policy
    from suar.policies.queries import in_force

    warm(
        matching_policy(in_force(it.told_until))
    )  # compiled before the first transaction, which would be ended while it waits
    papers, desks = Papers(), Desks()
    papers.learn([one for one in it.history if one.at < it.told_until])
    for day in range(run.days):
        morning = it.told_until
        today = [one for one in it.history if morning <= one.at < morning + DAY]
        papers.learn(today)
        for number, one in enumerate(today):
            occasion = papers.occasion(one)
            if occasion and journeys.counts(occasion):
                yield desks.ask(occasion, f"EVAL-{day}-{number}")
        it.tell_until(morning + DAY)
        if day % SAY_EVERY == SAY_EVERY - 1:
            print(f"day {day + 1} of {run.days}: {len(journeys.left)} cases have left", flush=True)
