"""Households: people with parents, spouses, brothers and sisters, shared phones, moves and deaths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.nation.identifiers import Numbers
from sandbox.nation.model import Move, Person, Statement
from sandbox.nation.names import TITLES, Names, variants
from sandbox.nation.places import Places

WORKER_PROVINCES_SHARE = 0.4  # guess: this part of the people comes from where workers come from
BIRTH_HEAPED = 0.025  # guess: 1 January and 31 December stand for an unknown day (DOMAIN C3)
EDUCATIONS = ("none", "primary", "lower_secondary", "upper_secondary", "diploma", "bachelor")
JOBS = "Petani|Buruh Harian Lepas|Wiraswasta|Karyawan Swasta|Mengurus Rumah Tangga|Pedagang|Nelayan|Guru|Belum Bekerja"
OCCUPATIONS = JOBS.split("|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the members of one household have in common."""

    region_code: str  # kecamatan, where they live
    custom: str
    family: str  # marga, suku, fam, surname; may be blank
    kk: str
    phone: str  # of the household; blank where each has his own


class Peopling:
    """Makes people one household after another."""

    def __init__(
        self, rnd: Random, places: Places, names: Names, numbers: Numbers, today: date, prefix: str = ""
    ) -> None:
        self.rnd, self.places, self.names, self.numbers, self.today = rnd, places, names, numbers, today
        self._prefix = prefix
        self._serial = 0

    def people(self, count: int) -> list[Person]:
        found: list[Person] = []
        while len(found) < count:
            found.extend(self.household())
        return found[:count]

    def household(self) -> Iterator[Person]:
        rnd = self.rnd
        r = rnd.random()
        home = self.home()
        if r < 0.52:
            yield self.person(home, sex=1 + (rnd.random() < 0.52), born=self.adult_birth())
        elif r < 0.6:
            yield from self._siblings(home)
        else:
            yield from self._couple(home, children=int(rnd.random() ** 2 * 4))

    def home(self, province: str = "") -> Home:
        rnd, places = self.rnd, self.places
        if not province:
            mostly = places.by_workers if rnd.random() < WORKER_PROVINCES_SHARE else places.by_residents
            province = mostly.draw(rnd)
        region = places.kecamatan_in(rnd, province)
        custom = places.customs[province].draw(rnd)
        kk = self.numbers.kk(region, self.today - timedelta(days=200 + int(rnd.random() * 5000)))
        phone = self.numbers.phone() if rnd.random() < 0.3 else ""
        return Home(region_code=region, custom=custom, family=self.names.family_word(rnd, custom), kk=kk, phone=phone)

    def adult_birth(self) -> date:
        return self._born(18 + self.rnd.betavariate(1.5, 2.8) * 55)

    def _born(self, years: float) -> date:
        day = self.today - timedelta(days=int(years * 365.25))
        r = self.rnd.random()
        if r < BIRTH_HEAPED:
            return date(day.year, 1, 1) if r < BIRTH_HEAPED * 0.8 else date(day.year - 1, 12, 31)
        return day

    def _siblings(self, home: Home) -> Iterator[Person]:
        first = self.person(home, sex=1 + (self.rnd.random() < 0.5), born=self.adult_birth())
        yield first
        born = first.birth_date + timedelta(days=int((1.5 + self.rnd.random() * 6) * 365))
        if (self.today - born).days > 18 * 366:
            yield self.person(
                home,
                sex=1 + (self.rnd.random() < 0.5),
                born=born,
                mother=first.mother_name,
                father=first.father_name,
                nth=1,
            )

    def _couple(self, home: Home, children: int) -> Iterator[Person]:
        rnd = self.rnd
        his = self._born(24 + rnd.betavariate(1.4, 2) * 46)
        hers = his + timedelta(days=int((rnd.random() * 7 - 1) * 365))
        ids = self._next_id(1), self._next_id(2)
        husband = self.person(home, sex=1, born=his, married=True, spouse=ids[1])
        wife = self.person(home, sex=2, born=hers, married=True, spouse=ids[0])
        yield husband
        yield wife
        first_at = max(20.0, (self.today - hers).days / 365.25 - 22 - rnd.random() * 6) if children else 0.0
        for nth in range(children):
            years = first_at - nth * (1.5 + rnd.random() * 3)
            born_when_she_was = (self.today - hers).days / 365.25 - years
            if years < 1 or born_when_she_was < 17:
                continue
            sex = 1 + (rnd.random() < 0.5)
            yield self.person(
                home, sex=sex, born=self._born(years), mother=wife.full_name, father=husband.full_name,
                parents=(wife.id, husband.id), nth=nth,
            )  # fmt: skip

    def _next_id(self, ahead: int) -> str:
        return f"person-{self._prefix}{self._serial + ahead}"

    def person(
        self, home: Home, *, sex: int, born: date, name: str = "", mother: str = "", father: str = "",
        parents: tuple[str, str] = ("", ""), married: bool = False, spouse: str = "", nth: int | None = None,
    ) -> Person:  # fmt: skip
        rnd, names = self.rnd, self.names
        identity = self._next_id(1)
        self._serial += 1
        years = (self.today - born).days // 365
        nth = int(rnd.random() * 3) if nth is None else nth
        name = name or names.full(rnd, home.custom, sex, home.family, nth)
        father = father or names.full(rnd, home.custom, 1, home.family)
        mother = mother or names.full(rnd, home.custom, 2, "" if home.custom != "chinese" else home.family)
        first_region, moves = self._moves(home.region_code, born)
        phone = home.phone or self.numbers.phone()
        return Person(
            id=identity,
            serial=self._serial,
            nik=self.numbers.nik(first_region, born, sex),
            kk=home.kk,
            full_name=name,
            name_variants=variants(rnd, name, home.custom, sex, father, years > 45),
            titles=self._titles(sex, years),
            sex=sex,
            birth_date=born,
            birth_place=self.places.kabupaten(first_region).removeprefix("Kabupaten ").removeprefix("Kota "),
            mother_name=mother,
            father_name=father,
            mother_id=parents[0],
            father_id=parents[1],
            spouse_id=spouse,
            marital_status="married" if married or (years > 24 and rnd.random() < 0.5) else "divorced"
            if years > 24 and rnd.random() < 0.12 else "single",
            education="none" if years < 7 else EDUCATIONS[min(5, 1 + int(rnd.random() ** 1.3 * 5))],  # type: ignore[arg-type]
            occupation="Pelajar/Mahasiswa" if years < 20 else OCCUPATIONS[int(rnd.random() * 9)],
            phone=phone,
            earlier_phones=(self.numbers.phone(),) if rnd.random() < 0.25 else (),
            email=f"{name.split()[0].lower().strip('.')}{self._serial}@contoh.example" if rnd.random() < 0.4 else "",
            address=self.places.address(rnd, home.region_code),
            moves=moves,
            died_on=self._death(years),
        )  # fmt: skip

    def _titles(self, sex: int, years: int) -> tuple[str, str]:
        if years < 25 or self.rnd.random() > 0.07:
            return "", ""
        before, after = self.rnd.choice(TITLES)
        return ("H." if sex == 1 else "Hj.") if before in ("H.", "Hj.") else before, after

    def _moves(self, region_code: str, born: date) -> tuple[str, tuple[Move, ...]]:
        """The region of first registration, which the NIK keeps, and the way from there to here."""
        rnd = self.rnd
        r = rnd.random()
        if r > 0.1 or (self.today - born).days < 3 * 365:
            return region_code, ()
        province = region_code[:2] if r < 0.06 else self.places.by_residents.draw(rnd)
        first = self.places.kecamatan_in(rnd, province)
        on = born + timedelta(days=400 + int(rnd.random() * ((self.today - born).days - 700)))
        return first, (Move(on=on, from_region=first, to_region=region_code),)

    def _death(self, years: int) -> date | None:
        if years < 40 or self.rnd.random() > 0.004 * (years - 39) / 10 * 4:
            return None
        return self.today - timedelta(days=20 + int(self.rnd.random() * 900))


def stated(person: Person, *, name: str = "", phone: str = "", born: date | None = None, nik: str = "") -> Statement:
    """What the person gives of himself, save what he gives otherwise."""
    home = person.address
    return Statement(
        full_name=name or person.full_name,
        nik=nik or person.nik,
        sex=person.sex,
        birth_date=born or person.birth_date,
        birth_place=person.birth_place,
        mother_name=person.mother_name,
        father_name=person.father_name,
        phone=phone or person.phone,
        address=f"{home.street} RT {home.rt} RW {home.rw} {home.village}",
        region_code=home.region_code,
    )
