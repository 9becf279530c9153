"""Placement companies and their job orders: licensed, used up, revoked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from sandbox.nation.chronicle import Chronicle, noon
from sandbox.nation.model import JobOrder, P3mi
from sandbox.nation.names import words_of
from sandbox.nation.places import Weighted, table

KINDS: dict[str, Literal["legal_entity", "household"]] = {"legal_entity": "legal_entity", "household": "household"}
PEOPLE_PER_P3MI = 300  # 424 licensed companies (Apr 2024) would be too many for so few workers; guess
DEAD_SHARE = 0.12  # guess: lost or let lapse their licence within the history
WORDS = words_of("company")
AGENCY_WORDS, EMPLOYER_WORDS = words_of("agency"), words_of("employer")
DIRECTORS = words_of("director")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
SEATS = (("31", 129), ("32", 113), ("35", 77), ("33", 32), ("36", 16), ("52", 25), ("18", 12), ("51", 8), ("12", 6))
SEA_JOBS = {"crew_merchant": ("Seafarer", "8350"), "crew_fishing": ("Fisherman", "6222")}


@dataclass(slots=True)
class Company:
    """A P3MI and the day its licence ended, if it has."""

    p3mi: P3mi
    dead_on: date | None


@dataclass(slots=True)
class Order:
    """A job order while its places are given out."""

    job_order: JobOrder
    used: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    country: str
    employer_kind: Literal["legal_entity", "household", "vessel"]
    name: str
    isco: str
    wage: int
    currency: str


@cache
def jobs() -> dict[str, Weighted[Job]]:
    """What is offered in each country."""
    found: dict[str, list[tuple[Job, float]]] = {}
    for row in table("jobs.csv"):
        job = Job(
            row["country"], KINDS[row["employer_kind"]], row["job"], row["isco"], int(row["wage"]), row["currency"]
        )
        found.setdefault(row["country"], []).append((job, float(row["weight"])))
    return {country: Weighted(offers) for country, offers in found.items()}


class Licences:
    """Gives job orders to workers in the order of time, so that no lawful one is beyond its quota."""

    def __init__(self, c: Chronicle, companies: list[Company]) -> None:
        self._c, self.companies = c, companies
        self._jobs = jobs()
        self._open: dict[tuple[str, str], list[Order]] = {}

    @classmethod
    def given_out(cls, c: Chronicle, people: int, since: date) -> Licences:
        """With as many companies as the people need."""
        licences, seats = cls(c, []), Weighted(SEATS)
        count = max(20, people // PEOPLE_PER_P3MI)
        licences.companies += [licences._company(seats.draw(c.rnd), n, count, since) for n in range(count)]
        return licences

    def _company(self, province: str, n: int, count: int, since: date) -> Company:
        c, rnd = self._c, self._c.rnd
        region = c.places.kecamatan_in(rnd, province)
        today = c.now.date()
        dead_on = None
        if n < 3:
            dead_on = since - timedelta(days=30 + n)  # dead before history starts: somebody still uses their names
        elif n < 3 + count * DEAD_SHARE:
            dead_on = since + timedelta(days=int((0.3 + rnd.random() * 0.6) * (today - since).days))
        licensed = since - timedelta(days=400 + int(rnd.random() * 1500))
        how: Literal["revoked", "suspended", "expired"] = ("revoked", "suspended", "expired")[n % 3]
        identity, serial = c.number("p3mi")
        words = rnd.sample(WORDS, 2)
        p3mi = P3mi(
            id=identity,
            serial=serial,
            name=f"PT {words[0]} {words[1]} Rekaan {serial}",
            licence_no=f"SIP3MI/{serial:03d}/{ROMAN[licensed.month]}/{licensed.year}",
            business_no=f"9{int(rnd.random() * 1e12):012d}",
            licence_from=licensed,
            licence_until=dead_on
            if dead_on and how == "expired"
            else today + timedelta(days=int(200 + rnd.random() * 1200)),
            status="active",
            address=c.places.address(rnd, region),
            director=DIRECTORS[serial % len(DIRECTORS)],
            phone=c.numbers.phone(),
            branches=tuple(sorted({c.places.kecamatan_in(rnd, "35")[:4], c.places.kecamatan_in(rnd, "52")[:4]})),
        )
        c.tell(noon(max(licensed, since)), "p3mi.licensed", p3mi)
        if dead_on is not None:
            ended = replace(p3mi, status=how)
            c.tell(noon(max(dead_on, since)) + timedelta(hours=1), f"p3mi.{how}", ended)
        return Company(p3mi, dead_on)

    def alive(self, on: date) -> P3mi:
        while True:
            company = self.companies[int(self._c.rnd.random() * len(self.companies))]
            if company.dead_on is None or company.dead_on > on + timedelta(days=400):
                return company.p3mi

    def dead(self, on: date) -> P3mi:
        return self._c.rnd.choice(
            [company.p3mi for company in self.companies if company.dead_on and company.dead_on < on]
        )

    def job(self, country: str, scheme: str) -> Job:
        if scheme in SEA_JOBS:
            name, isco = SEA_JOBS[scheme]
            return Job(country, "vessel", name, isco, 550, "USD")
        offers = self._jobs.get(country)
        if offers is None:
            return Job(country, "household", "House Maid", "9111", 400, "USD")
        return offers.draw(self._c.rnd)

    def order(self, country: str, scheme: str, on: date) -> JobOrder:
        """A place in a running order of a living company; a new order where none has room."""
        found = self._running(country, scheme, on)
        order = self._c.rnd.choice(found) if found and self._c.rnd.random() < 0.93 else self._new(country, scheme, on)
        order.used += 1
        return order.job_order

    def _running(self, country: str, scheme: str, on: date) -> list[Order]:
        open_ones = self._open.setdefault((country, scheme), [])
        open_ones[:] = [o for o in open_ones if o.job_order.valid_until > on and o.used < o.job_order.quota]
        return open_ones

    def _new(self, country: str, scheme: str, on: date) -> Order:
        order = Order(self._issue(self.alive(on), country, scheme, on))
        self._open.setdefault((country, scheme), []).append(order)
        return order

    def _issue(self, p3mi: P3mi, country: str, scheme: str, on: date, quota: int = 0) -> JobOrder:
        c, rnd = self._c, self._c.rnd
        identity, serial = c.number("job_order")
        opened = on - timedelta(days=5 + int(rnd.random() * 60))
        job = self.job(country, scheme)
        order = JobOrder(
            id=identity,
            serial=serial,
            no=f"SIP2MI/{serial:05d}/{p3mi.serial:03d}/{opened.year}",
            p3mi=p3mi,
            employer=f"{rnd.choice(EMPLOYER_WORDS)} {rnd.choice(WORDS)} Co. {serial}",
            employer_kind=job.employer_kind,
            agency=f"{rnd.choice(AGENCY_WORDS)} Agency {serial % 89 + 1}",
            country=country,
            job=job.name,
            isco=job.isco,
            quota=quota or rnd.choice((5, 10, 10, 20, 30, 50)),
            wage=job.wage,
            currency=job.currency,
            valid_from=opened,
            valid_until=opened + timedelta(days=365),
            status="open",
        )
        c.tell(noon(opened), "job_order.opened", order)
        if order.valid_until < c.now.date():
            c.tell(noon(order.valid_until), "job_order.closed", replace(order, status="closed"))
        return order

    def order_beyond_quota(self, country: str, scheme: str, on: date, *, dead: bool) -> JobOrder:
        """An order that was used up before this worker's agreement, or whose company had lost its licence, or both."""
        p3mi = self.dead(on) if dead else self.alive(on)
        return self._exhausted(self._issue(p3mi, country, scheme, on - timedelta(days=60), quota=5), on)

    def order_of_the_dead(self, country: str, scheme: str, on: date) -> JobOrder:
        return self._issue(self.dead(on), country, scheme, on)

    def _exhausted(self, order: JobOrder, before: date) -> JobOrder:
        at: datetime = noon(before - timedelta(days=3))
        self._c.tell(at, "job_order.exhausted", replace(order, status="exhausted"))
        return order
