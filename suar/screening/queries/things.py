"""What the traveller names and his records name, what signals stand on it, and who else named it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from suar.core.identity.traveller import Traveller
from suar.core.indicators.policy import WindowsFile
from suar.journeys.queries import Step
from suar.journeys.queries.permits import Permit, permits, placed_under
from suar.journeys.queries.shared import Other, home_of, homes_of, others_with, things_of
from suar.persons.queries import Subject
from suar.registers.queries import Entry
from suar.registers.queries.things import grades, thing_of

#: Fact → in which roles others may have named the thing that the traveller names in the role of the key.
SHARED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "shared_phone": ("phone", ("phone", "payer")),
    "shared_payer": ("payer", ("phone", "payer")),
    "shared_email": ("email", ("email",)),
    "shared_address": ("home", ("home",)),
    "shared_guarantor": ("guarantor", ("guarantor",)),
}
COMPLAINED: Mapping[str, str] = {"complaints_recruiter": "p3mi", "complaints_employer": "employer"}
#: Fact → the roles in which a thing with a signal on it may stand.
SIGNALLED: Mapping[str, tuple[str, ...]] = {
    "signal_phone": ("phone",), "signal_payer": ("payer",), "signal_account": ("account",), "signal_p3mi": ("p3mi", "guarantor"),
    "signal_employer": ("employer",), "signal_address": ("address",), "signal_route": ("route",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Things:
    """Role → the things that stand in it: as declared now, and as his records name them. `behind`: those that one step names."""

    named: Mapping[str, frozenset[UUID]]
    behind: Mapping[tuple[UUID, str], frozenset[UUID]]

    @property
    def signalled(self) -> list[UUID]:
        """Things on which a signal may stand."""
        roles = {role for roles in SIGNALLED.values() for role in roles}
        return sorted({thing for role in roles for thing in self.named.get(role, ())})

    def of(self, role: str) -> frozenset[UUID]:
        return self.named.get(role, frozenset())

    def behind_steps(self, steps: Iterable[Step], role: str) -> frozenset[UUID]:
        return frozenset[UUID]().union(*(self.behind.get((step.id, role), frozenset()) for step in steps))


def named(traveller: Traveller, known: Mapping[UUID, Subject], windows: WindowsFile, at: datetime) -> Things:
    """What he declares first; his records of the window for the rest. Runs inside a door: one query."""
    recent = at - timedelta(days=windows.shared_days)
    found: dict[str, set[UUID]] = {role: {one} for role, one in declared(traveller) if one}
    behind: dict[tuple[UUID, str], set[UUID]] = {}
    for thing in things_of(list(known)):
        behind.setdefault((thing.step, thing.role), set()).add(thing.thing)
        if thing.at > recent and thing.role != "complaint":
            found.setdefault(thing.role, set()).add(thing.thing)
    for subject in known.values():
        if (told := str(subject.values.get("address", ""))) and (address := thing_of("address", told)):
            found.setdefault("address", set()).add(address)
    return Things(
        {role: frozenset(things) for role, things in found.items()},
        {key: frozenset(things) for key, things in behind.items()},
    )


def declared(traveller: Traveller) -> Iterable[tuple[str, UUID | None]]:
    who, going = traveller.described, traveller.journey
    return (
        ("phone", thing_of("phone", who.phone)),
        ("payer", thing_of("phone", going.payer_phone)),
        ("home", home_of(who.address, who.region_code)),
        ("address", thing_of("address", who.address)),
        ("employer", thing_of("employer", going.employer)),
        ("p3mi", thing_of("p3mi", going.p3mi)),
        ("account", thing_of("account", going.account)),
        ("route", thing_of("route", going.route)),
    )


def strongest(things: Things, held: Sequence[Entry]) -> dict[str, str]:
    """Of each fact on signals the strongest grade in force; those without any are left out."""
    graded = grades(held)
    found = {}
    for fact, roles in SIGNALLED.items():
        standing = [graded[thing] for role in roles for thing in things.of(role) if thing in graded]
        if standing:
            found[fact] = min(standing)
    return found


def counted(things: Things, known: Mapping[UUID, Subject], windows: WindowsFile, at: datetime) -> dict[str, int]:
    """How many households share each thing, and how many complaints by others name his recruiter and employer.

    One query for all things, and two more where somebody does share one. His own household is left out.
    """
    pairs = {(thing, role) for own, roles in SHARED.values() for thing in things.of(own) for role in roles}
    pairs |= {(thing, "complaint") for role in COMPLAINED.values() for thing in things.of(role)}
    since = at - timedelta(days=max(windows.shared_days, windows.complaints_days))
    found = others_with(pairs, since, at, without=list(known))
    recent = at - timedelta(days=windows.shared_days)
    shared = [one for one in found if one.role != "complaint" and one.at > recent]
    cards = {
        str(claim.values["kk"]) for subject in known.values() for claim in subject.claims if claim.values.get("kk")
    }
    home = homes_of(shared, list(known), cards)
    return {fact: of_households(fact, things, shared, home) for fact in SHARED} | {
        fact: len({one.step for one in found if one.role == "complaint" and one.thing in things.of(role)})
        for fact, role in COMPLAINED.items()
    }


def of_households(fact: str, things: Things, shared: Sequence[Other], home: Mapping[UUID, UUID | None]) -> int:
    """A payer's phone that is the traveller's own is counted as his phone, not a second time."""
    own, roles = SHARED[fact]
    asked = things.of(own) - (things.of("phone") if fact == "shared_payer" else frozenset())
    most = Counter[UUID]()
    for thing in asked:
        most[thing] = len({home[one.subject] for one in shared if one.thing == thing and one.role in roles} - {None})
    return max(most.values(), default=0)


@dataclass(frozen=True, slots=True)
class Behind:
    """The licence and the job order behind a placement, or behind what is declared."""

    licence: str = "none"
    order: str = "none"
    country: str = "unknown"
    job: str = "unknown"
    quota: str = "unknown"
    employer_kind: str = ""


def permits_behind(things: Things, placed: Sequence[Step], at: datetime) -> Behind:
    """What stands behind these placements or registrations, the newest first; of what is only declared, the licence. Two queries at most."""
    numbers, orders = things.behind_steps(placed, "licence"), things.behind_steps(placed, "job_order")
    names = things.behind_steps(placed, "p3mi") or (frozenset() if placed else things.of("p3mi"))
    found = permits([*numbers, *names, *orders]) if numbers or names or orders else []
    licences = [one for one in found if one.kind == "p3mi" and one.thing in (numbers or names)]
    licences = licences or [one for one in found if one.kind == "p3mi"]
    order = next((one for one in found if one.kind == "job_order"), None)
    return Behind(
        licence=standing(bool(numbers or names), licences, at),
        order=standing(bool(orders), [order] if order else [], placed[0].at if placed else at),
        country=beside(order.facts.get("country"), [step.country for step in placed]) if order else "unknown",
        job=beside(order.facts.get("job"), [str(step.facts.get("job", "")) for step in placed]) if order else "unknown",
        quota=quota_of(order) if order else "unknown",
        employer_kind=str(order.facts.get("employer_kind", "")) if order else "",
    )


def standing(named: bool, found: Sequence[Permit], at: datetime) -> str:
    if not named:
        return "none"
    if not found:
        return "unknown"
    return "in_force" if any(permit.holds(at) for permit in found) else "ended"


def beside(said: object, others: Sequence[str]) -> str:
    """What one record says beside what others say of the same: agreeing where any of them does."""
    told = [other for other in others if other]
    if not said or not told:
        return "unknown"
    return "agrees" if str(said) in told else "disagrees"


def quota_of(order: Permit) -> str:
    quota = order.facts.get("quota")
    if not isinstance(quota, int):
        return "unknown"
    return "exceeded" if placed_under(order.thing, at_most=quota + 1) > quota else "free"
