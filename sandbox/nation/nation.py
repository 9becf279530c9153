"""The nation as a whole: made from a seed, asked for its history, its life, its register and its truth."""

from __future__ import annotations

import gc
import json
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random

from sandbox.nation import brokers, crimes, planted
from sandbox.nation.bans import list_some
from sandbox.nation.bent import tell_bent
from sandbox.nation.chronicle import Chronicle
from sandbox.nation.home import Villages
from sandbox.nation.identifiers import Numbers
from sandbox.nation.licences import Licences
from sandbox.nation.lives import CASES_PER_10000, MODUS_WEIGHTS, RECORDED_WORK, Chances, Life, draw_life
from sandbox.nation.living import Living
from sandbox.nation.model import Happening, Passport, RegistryEntry
from sandbox.nation.names import Names
from sandbox.nation.onward import Onward, going_on, write_onward
from sandbox.nation.peopling import Peopling
from sandbox.nation.places import Places
from sandbox.nation.register import Register
from sandbox.nation.stories import tell_life
from sandbox.nation.traces import Traces, read_traces
from sandbox.nation.work import Contract, agree, registered_at

HISTORY = timedelta(days=12 * 365)


class Nation:
    """`people` humans and what happened to them up to `now`, the same for the same three arguments.

    `cases_per_10000` is for tests that need many cases; the default is the base rate. `traces`: another table of them.
    `modi`: how often each modus is drawn among them; `raised`: which part of them somebody of 18 or 19 may be (M09).
    `steps_since`: from when on every step is told and not only how it ended.
    """

    def __init__(
        self,
        seed: int,
        people: int,
        now: datetime,
        *,
        cases_per_10000: float = CASES_PER_10000,
        traces: Mapping[str, Traces] | None = None,
        modi: Mapping[str, float] = MODUS_WEIGHTS,
        raised: float | None = None,
        steps_since: datetime | None = None,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("now needs a time zone")
        self.seed, self.now = seed, now.astimezone(UTC).replace(microsecond=0)
        self._places, self._names = Places(), Names()
        self._chances = Chances(self._places, dict(traces or read_traces()), modi, raised)
        with _without_collecting():
            self._make(people, cases_per_10000, steps_since)

    def _make(self, people: int, cases_per_10000: float, steps_since: datetime | None) -> None:
        rnd = Random(f"nation/{self.seed}")
        numbers = Numbers(rnd)
        c = Chronicle(rnd, self._places, numbers, self.now, steps_since=steps_since)
        peopling = Peopling(rnd, self._places, self._names, numbers, self.now.date())
        self.planted = planted.plant_people(peopling)
        self.people = [one.person for one in self.planted.values()]
        self.people += peopling.people(max(0, people - len(self.people)))
        self.lives = self._lives(c, cases_per_10000)
        villages = Villages(c, people)
        known = self._brokers(c, numbers, villages)
        since = (self.now - HISTORY).date()
        licences = Licences.given_out(c, people, since)
        self._tell(c, licences, Register(c, since))
        crimes.file_reports(c, known, self.lives)
        crimes.other_services(c, self.lives)
        crimes.prevent_others(c, self.lives)
        list_some(c, self.people)
        villages.profiles()
        villages.everyday()
        c.happenings.sort(key=lambda happening: happening.at)
        self._times = [happening.at for happening in c.happenings]
        cut = bisect_right(self._times, self.now)
        self._history, self._later = c.happenings[:cut], c.happenings[cut:]
        self._companies, self._villages = licences.companies, villages.under_care

    def _lives(self, c: Chronicle, cases_per_10000: float) -> list[Life]:
        lives = planted.plant_lives(c, self._chances, self.planted)
        today, rnd = self.now.date(), c.rnd
        for person in self.people[len(self.planted) :]:
            way = self._chances.way(rnd, (today - person.birth_date).days // 365, cases_per_10000)
            lives.append(draw_life(rnd, self._chances, person, way, self.now))
        return lives

    def _brokers(self, c: Chronicle, numbers: Numbers, villages: Villages) -> list[brokers.Recruiter]:
        rnd, lives = c.rnd, self.lives
        brokers.gather_groups(rnd, lives)
        brokers.share_phones(rnd, numbers, lives)
        brokers.change_birth_dates(rnd, lives)
        brokers.second_identities(rnd, numbers, lives)
        named = brokers.name_in_tips(numbers, lives)
        villages.tips_about(named)
        cases = sum(life.of_a_case for life in lives)
        return brokers.recruiters(rnd, numbers, lives, max(8, cases // 4))

    def _tell(self, c: Chronicle, licences: Licences, register: Register) -> None:
        contracts = self._contracts(c, licences)
        by_person = {life.person.id: life for life in self.lives}
        sari = self.planted["sari"].person
        for person in self.people:
            life = by_person.get(person.id)
            register.enter(person, life, planted.sari_in_the_register if person is sari else None)
            if life is not None:
                tell_life(c, life, contracts.get(person.id))
        self.lives.append(planted.tell_sari(c, self._chances, licences, sari)[0])
        bent = {code: one.person for code, one in self.planted.items() if code.startswith("bent-")}
        self.lives += tell_bent(c, self._chances, bent)
        passports = {h.of.person.id: h.of.no for h in c.happenings if isinstance(h.of, Passport)}
        planted.plant_bans(c, self.planted, passports)
        self._register = register.rows

    def _contracts(self, c: Chronicle, licences: Licences) -> dict[str, Contract]:
        """Agreed in the order of time, since orders fill up."""
        signing = []
        for life in self.lives:
            forged = life.way == "M10" and life.traces & {"letter_unknown"}
            if life.way in RECORDED_WORK and not forged and "crew_unrecorded" not in life.traces:
                signing.append((registered_at(c, life), life.person.serial, life))
        signing.sort(key=lambda one: one[:2])
        return {life.person.id: agree(c, life, licences, at) for at, _, life in signing}

    def happenings_until(self, t: datetime) -> Iterator[Happening]:
        """History in the order of time, up to `t` and never beyond `now`."""
        return iter(self._history[: bisect_right(self._times, min(t, self.now))])

    def live(self, since: datetime, until: datetime, per_second: float) -> Iterator[Happening]:
        """What happens after `since` and up to `until`; see `Living.live`."""
        yield from self._living.live(since, until, per_second)

    @cached_property
    def onward(self) -> Onward:
        """What it goes on from."""
        return going_on(self._history, self._later, self._companies, self._villages)

    @cached_property
    def _living(self) -> Living:
        return Living(self.seed, self.now, self._chances, self._names, self.onward)

    def write_onward(self, path: Path) -> None:
        """What it takes to live on when this nation is no longer in memory."""
        write_onward(self.onward, path)

    def registry(self, nik: str) -> tuple[RegistryEntry, ...]:
        """The civil register's rows under a NIK as they stand at `now`."""
        return tuple(self._register.get(nik, ()))

    def write_truth(self, path: Path) -> None:
        """Who was trafficked, how, and which traces it left; JSON Lines, for the owner's eyes only."""
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(number, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            for line in self._truth():
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _truth(self) -> Iterable[dict[str, object]]:
        yield {"seed": self.seed, "people": len(self.people), "now": self.now.isoformat()}
        for life in self.lives:
            yield {
                "person": life.person.id,
                "nik": life.person.nik,
                "full_name": life.person.full_name,
                "way": life.way,
                "trafficked": life.of_a_case,
                "traces": sorted(life.traces),
                "applied_at": life.applied_at.isoformat(),
                "destination": life.destination,
                "planted": life.planted,
                "other_nik": life.other_nik,
                "true_birth_date": life.true_birth_date.isoformat() if life.true_birth_date else "",
            }


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Millions of new objects and no rubbish among them: looking for rubbish costs a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
