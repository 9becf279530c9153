"""What the traveller names and his records name, what signals stand on it, and who else named it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from suar.core.identity.traveller import Traveller
from suar.core.identity.zones import WIB
from suar.core.indicators.policy import WindowsFile
from suar.journeys.queries import Step, steps_of_kinds
from suar.journeys.queries.permits import Permit, permits, placed_under
from suar.journeys.queries.shared import Company, Other, company_of, home_of, others_with, things_of
from suar.persons.queries import Subject
from suar.registers.queries import Entry
from suar.registers.queries.things import grades, thing_of
from suar.screening.queries.earlier import HARM, harmed

#: Fact → in which roles others may have named the thing that the traveller names in the role of the key.
SHARED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "shared_phone": ("phone", ("phone", "payer")),
    "shared_payer": ("payer", ("phone", "payer")),
    "shared_email": ("email", ("email",)),
    "shared_address": ("home", ("home",)),
    "shared_guarantor": ("guarantor", ("guarantor",)),
}
BESIDE = timedelta(days=1)  # a group that one brings is seldom handed in over more than two days
NOON, DAY = time(12), len("2026-11-28")
CODE = re.compile(r"[a-z_]+|[A-Z]{3}")  # of the standard's lists
COMPLAINED: Mapping[str, str] = {"complaints_recruiter": "p3mi", "complaints_employer": "employer"}
#: Fact → the roles in which a thing with a signal on it may stand.
SIGNALLED: Mapping[str, tuple[str, ...]] = {
    "signal_phone": ("phone", "contact"), "signal_payer": ("payer",), "signal_account": ("account",), "signal_p3mi": ("p3mi", "guarantor"),
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
        ("guarantor", thing_of("p3mi", going.p3mi)),
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


def counted(
    things: Things, known: Mapping[UUID, Subject], applied: datetime | None, windows: WindowsFile, at: datetime
) -> dict[str, int]:
    """How many households share each thing, and how many complaints by others name his recruiter and employer.

    One query for all things, and four more where somebody does share one. His own household is left out. `applied`: when he applied.
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
    company = company_of(shared, list(known), cards)
    return (
        {fact: of_households(fact, things, shared, company.home) for fact in SHARED}
        | {
            "applied_together": together(things, shared, company.home, applied),
            "shared_harmed": of_harmed(things, shared, company, recent, at),
        }
        | {
            fact: len({one.step for one in found if one.role == "complaint" and one.thing in things.of(role)})
            for fact, role in COMPLAINED.items()
        }
    )


def of_households(fact: str, things: Things, shared: Sequence[Other], home: Mapping[UUID, UUID | None]) -> int:
    """A payer's phone that is the traveller's own is counted as his phone, not a second time."""
    own, roles = SHARED[fact]
    asked = things.of(own) - (things.of("phone") if fact == "shared_payer" else frozenset())
    most = Counter[UUID]()
    for thing in asked:
        most[thing] = len({home[one.subject] for one in shared if one.thing == thing and one.role in roles} - {None})
    return max(most.values(), default=0)


def together(
    things: Things, shared: Sequence[Other], home: Mapping[UUID, UUID | None], applied: datetime | None
) -> int:
    """Households whose application names his payer or guarantor and was handed in on the day of his, or a day beside it."""
    if applied is None:
        return 0
    own = {"payer": things.of("payer") | things.of("phone"), "guarantor": things.of("guarantor")}
    most: dict[UUID, set[UUID | None]] = {}
    for one in shared:
        if one.thing in own.get(one.role, ()) and abs(one.at - applied) <= BESIDE:
            most.setdefault(one.thing, set()).add(home[one.subject])
    return max((len(homes - {None}) for homes in most.values()), default=0)


def of_harmed(things: Things, shared: Sequence[Other], company: Company, since: datetime, until: datetime) -> int:
    """Households behind his phone or payer of whom somebody was stopped as suspected, prevented, complained or came home in need."""
    phones = things.of("payer") | things.of("phone")
    behind = {one.subject for one in shared if one.thing in phones and one.role in {"phone", "payer"}}
    asked = {subject: company.whole[subject] for subject in behind if company.home[subject]}
    if not asked:
        return 0
    told = {
        step.subject
        for step in steps_of_kinds({one for all_ in asked.values() for one in all_}, HARM, since, until)
        if harmed(step)
    }
    return len({company.home[subject] for subject, all_ in asked.items() if told & set(all_)})


@dataclass(frozen=True, slots=True)
class Behind:
    """The licence and the job order behind a placement, or behind what is declared."""

    licence: str = "none"
    order: str = "none"
    country: str = "unknown"
    job: str = "unknown"
    quota: str = "unknown"
    employer_kind: str = ""


def permits_behind(things: Things, placed: Sequence[Step], agreed_on: str, at: datetime) -> Behind:
    """What stands behind these placements or registrations, the newest first; of what is only declared, the licence. Two queries at most.
    `agreed_on`: the day on which he agreed, "" for unknown.
    """
    numbers, orders = things.behind_steps(placed, "licence"), things.behind_steps(placed, "job_order")
    names = things.behind_steps(placed, "p3mi") or (frozenset() if placed else things.of("p3mi"))
    found = permits([*numbers, *names, *orders]) if numbers or names or orders else []
    licences = [one for one in found if one.kind == "p3mi" and one.thing in (numbers or names)]
    licences = licences or [one for one in found if one.kind == "p3mi"]
    order = next((one for one in found if one.kind == "job_order"), None)
    return Behind(
        licence=standing(bool(numbers or names), licences, at),
        order=standing(
            bool(orders), [order] if order else [], agreed_at(agreed_on) or (placed[0].at if placed else at)
        ),
        country=beside(order.facts.get("country"), [step.country for step in placed]) if order else "unknown",
        job=beside(order.facts.get("job"), [str(step.facts.get("job", "")) for step in placed]) if order else "unknown",
        quota=quota_of(order, agreed_on) if order else "unknown",
        employer_kind=str(order.facts.get("employer_kind", "")) if order else "",
    )


def agreed_at(day: str) -> datetime | None:
    """Noon of the day of an agreement: an order has to hold when somebody agrees under it, not when he leaves."""
    return datetime.combine(date.fromisoformat(day), NOON, WIB) if len(day) == DAY else None


def standing(named: bool, found: Sequence[Permit], at: datetime) -> str:
    if not named:
        return "none"
    if not found:
        return "unknown"
    return "in_force" if any(permit.holds(at) for permit in found) else "ended"


def beside(said: object, others: Sequence[str]) -> str:
    """What one record says beside what others say of the same: agreeing where any of them does. Words that are no code of a list are unknown:
    two systems write one job in many ways (DOMAIN B6).
    """
    told = [other for other in others if CODE.fullmatch(other)]
    if not CODE.fullmatch(str(said or "")) or not told:
        return "unknown"
    return "agrees" if str(said) in told else "disagrees"


def quota_of(order: Permit, agreed_on: str) -> str:
    """Whether there was a place left: by the order's own word, where it was full before the day of the agreement, else by whom we know under it."""
    quota = order.facts.get("quota")
    if order.state == "exhausted" and str(order.facts.get("stated_on", "9")) < agreed_on:
        return "exceeded"
    if not isinstance(quota, int):
        return "unknown"
    return "exceeded" if placed_under(order.thing, at_most=quota + 1) > quota else "free"
