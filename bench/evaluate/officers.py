"""What officers do beside the desks: signals on phones that a tip or the police name, graded as they were told, agreed to by another agency.

In life each is asked for, looked at and agreed to by hand (docs/life_of/an_entry.md); here they are written as the other benchmarks write entries,
past the same constraints. Each runs its whole term, as if it had been reviewed in time. What the police said is extended once, as the law lets
(policy/legal_basis/sinyal.yaml), unless they have stopped the case by then; what a tip said lapses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from bench.entries import Ban, law, seats, standing_at, write
from sandbox.nation.model import Happening, PoliceReport, Suspect, Tip

SIGNAL = "signal"
OF_THE_POLICE = ("A", "2")  # a suspect named in a report: a reliable source, and probably true
AFTER = timedelta(hours=20)  # until two officers have agreed
LEAST_SOURCE, LEAST_CONTENT = "D", 4  # what nobody can judge, or looks untrue, becomes no signal


@dataclass(frozen=True, slots=True)
class Running:
    """A signal of the police that is to be extended when its term is over."""

    phone: str
    thing: UUID
    ends: datetime
    report_no: str


class Officers:
    """Two who agree: one of the police, one of KP2MI. Each phone has one signal at a time."""

    def __init__(self, since: datetime) -> None:
        self.first, self.second = seats(since)
        self.until: dict[str, datetime] = {}
        self.running: list[Running] = []
        self.stopped: set[str] = set()

    def hear(self, told: Sequence[Happening], since: datetime) -> int:
        """Write the signals of what was told, as far as they still hold after `since`. Returns how many."""
        signals = [one for happening in told for one in (*self.extended(happening.at), *self.of(happening))]
        signals = [one for one in signals if one.standing.ends > since]
        write(signals, self.first, self.second, SIGNAL)
        return len(signals)

    def of(self, happening: Happening) -> Iterator[Ban]:
        from suar.registers.queries.things import thing_of

        if isinstance(happening.of, PoliceReport) and happening.of.stage == "stopped":
            self.stopped.add(happening.of.no)
        phone = named_phone(happening)
        grades = grades_of(happening) if phone else None
        thing = thing_of("phone", phone)
        at = happening.at + AFTER
        if thing is None or grades is None or self.until.get(phone, at) > at:
            return
        signal = signal_from(thing, at, grades)
        self.until[phone] = signal.standing.ends
        if isinstance(happening.of, Suspect):
            self.running.append(Running(phone, thing, signal.standing.ends, happening.of.report_no))
        yield signal

    def extended(self, at: datetime) -> Iterator[Ban]:
        """Those whose term is over by `at`, for as long again: written as a second one that begins where the first ended."""
        for one in [one for one in self.running if one.ends <= at]:
            self.running.remove(one)
            if one.report_no not in self.stopped:
                longer = signal_from(one.thing, one.ends, OF_THE_POLICE)
                self.until[one.phone] = longer.standing.ends
                yield longer


def signal_from(thing: UUID, at: datetime, grades: tuple[str, str]) -> Ban:
    standing = standing_at(at, law(SIGNAL))
    return Ban(subject=thing, at=at, standing=replace(standing, review_due=standing.ends), grades=grades)


def named_phone(happening: Happening) -> str:
    """The phone that a tip or the police name as a recruiter's; "" for none."""
    of = happening.of
    return of.phone if isinstance(of, Suspect) else of.recruiter_phone if isinstance(of, Tip) else ""


def grades_of(happening: Happening) -> tuple[str, str] | None:
    """How what is named is graded; None for what is graded too low."""
    of = happening.of
    if not isinstance(of, Tip):
        return OF_THE_POLICE
    enough = of.reliability <= LEAST_SOURCE and of.credibility <= LEAST_CONTENT
    return (of.reliability, str(of.credibility)) if enough else None
