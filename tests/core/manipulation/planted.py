"""Bent identities and honest look-alikes, as the records that sources would send: written from DOMAIN B1-B3, C and E2, apart from the code.

Everybody is invented, under region 99. A story is a list of records in any order; `who` is the source's own number of the human,
`human` who it is in truth. Names are spelt as clerks spell them, dates are partial here and there, sources repeat themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

_GIVEN = (
    "Suparman Hartini Wagiyem Slamet Rukmini Tumini Bambang Sutrisno Marsudi Yatinah Legiman Poniyem "
    "Ngatini Darsono Sukarti Paijan Mulyono Kasiyati Warsinah Teguh Endah Ratmini Sarjono Lasmini "
    "Hadiyanto Murtini Kusnadi Rohaya Samsudin Halimah "
)
GIVEN = _GIVEN.split()
_LAST = (
    "Pranoto Widiastuti Handoko Lestariningsih Gunadharma Sasmita Kertapati Nugrahaeni Wiradinata "
    "Prabaningrum Mangunsong Tanoesoedibjo Lumbantoruan Pasaribu Kusumadewi Adiwinata Suryaningrat "
    "Wongsodikromo Halimatus Prasetyawan Rangkuti Situngkir "
)
LAST = _LAST.split()
STREETS = ("Jalan Kenari", "Dusun Krajan", "Gang Melati", "Kampung Baru", "Jalan Merak")
PURPOSES = ("tourism", "umrah", "work")
TODAY = date(2026, 11, 20)
#: Sources that know a birth date and a NIK, each with a kind of record of its own.
TELLERS = {
    "siskop2mi": "worker_registration",
    "siapkerja": "worker_registration",
    "disnaker": "recommendation_letter",
    "peduliwni": "self_report",
}


@dataclass(frozen=True, kw_only=True)
class Human:
    id: str
    name: str
    sex: str
    born: date
    nik: str
    mother: str
    father: str
    kk: str
    phone: str
    address: str
    place: str = "Kota Sembilan"


@dataclass(frozen=True, kw_only=True)
class Record:
    source: str
    kind: str
    who: str
    human: str
    id: str
    on: date
    values: dict[str, str]


@dataclass
class Story:
    """Records, and what in them is asked about: a number, or the human."""

    rnd: Random
    records: list[Record] = field(default_factory=list)
    about: str = ""
    civil: list[tuple[str, str, date]] = field(default_factory=list)  # NIK, outcome, day
    serial: int = 0

    def number(self) -> str:
        self.serial += 1
        return f"{self.rnd.randrange(10**9):09}-{self.serial}"

    # People ---------------------------------------------------------------------------------------------------------------------

    def human(self, *, born: date | None = None, sex: str = "", family: Human | None = None, region: str = "") -> Human:
        r = self.rnd
        born = born or date(r.randint(1968, 2004), 1, 1) + timedelta(days=r.randrange(365))
        sex = sex or r.choice("12")
        family_name = r.choice(LAST)
        return Human(
            id=self.number(), sex=sex, born=born, nik=nik(r, born, sex, region), name=f"{r.choice(GIVEN)} {family_name}",
            mother=family.mother if family else f"{r.choice(GIVEN)} {r.choice(LAST)}",
            father=family.father if family else f"{r.choice(GIVEN)} {r.choice(LAST)}",
            kk=family.kk if family else f"99{r.randrange(10000):04}{r.randint(1, 28):02}{r.randint(1, 12):02}{r.randint(5, 25):02}{r.randint(1, 9999):04}",
            phone=family.phone if family and r.random() < 0.5 else f"+62819{r.randrange(10**8):08}",
            address=family.address if family else f"{r.choice(STREETS)} {r.randint(1, 90)} RT {r.randint(1, 9)}",
        )  # fmt: skip

    # Records --------------------------------------------------------------------------------------------------------------------

    def tell(self, human: Human, source: str, kind: str, on: date, **more: str) -> Record:
        """One record. `more` overrides what the source states; a blank leaves it out."""
        stated = {
            "full_name": spelt(self.rnd, human.name), "nik": human.nik, "sex": human.sex, "birth_date": human.born.isoformat(),
            "mother_name": spelt(self.rnd, human.mother), "father_name": human.father if self.rnd.random() < 0.6 else "",
            "phone": human.phone, "address": human.address if self.rnd.random() < 0.7 else "", "birth_place": human.place,
        }  # fmt: skip
        who = more.pop("who", human.id)
        values = {name: value for name, value in {**stated, **OWN[kind](self, on), **more}.items() if value}
        told = Record(
            source=source, kind=kind, who=f"{source}-{who}", human=human.id, id=self.number(), on=on, values=values
        )
        self.records.append(told)
        return told

    def applies(self, human: Human, on: date, **more: str) -> Record:
        return self.tell(human, "simkim", "passport_application", on, **more)

    def others(self, human: Human, around: date, *, least: int = 0, most: int = 3, **more: str) -> None:
        """Some of the other sources tell of him too."""
        for source in self.rnd.sample(sorted(TELLERS), self.rnd.randint(least, most)):
            self.tell(human, source, TELLERS[source], around + timedelta(days=self.rnd.randint(-40, 40)), **more)

    def passport(self, human: Human, on: date, *, state: str = "active", **more: str) -> Record:
        more.setdefault("passport_no", f"X{self.rnd.randrange(10**7):07}")
        more.setdefault("expires_on", (on + timedelta(days=3652)).isoformat())
        return self.tell(
            human, "simkim", "passport", on, mother_name="", father_name="", phone="", address="", status=state, **more
        )

    def crosses(self, human: Human, passport_no: str, on: date, direction: str = "exit", **more: str) -> Record:
        left_out = dict.fromkeys(("mother_name", "father_name", "phone", "address", "birth_place", "nik"), "")
        return self.tell(
            human, "simkim", "crossing", on, **(left_out | {"passport_no": passport_no, "direction": direction} | more)
        )

    def shuffled(self) -> Story:
        self.rnd.shuffle(self.records)
        return self


def instant(on: date) -> str:
    return f"{on.isoformat()}T03:00:00+00:00"


OWN: dict[str, Callable[[Story, date], dict[str, str]]] = {
    "passport_application": lambda s, on: {
        "application_no": s.number(), "status": "approved", "submitted_at": instant(on),
        "request": "first", "purpose": s.rnd.choice(PURPOSES)},
    "worker_registration": lambda s, on: {"status": "verified", "registered_at": instant(on)},
    "recommendation_letter": lambda s, on: {"letter_no": f"560/{s.rnd.randrange(10**6)}/{on.year}", "issued_on": on.isoformat(), "status": "issued"},
    "self_report": lambda s, on: {"country": "MYS", "reported_at": instant(on), "status": "arrived"},
    "passport": lambda s, on: {"issued_on": on.isoformat(), "passport_type": s.rnd.choice(["ordinary", "electronic"])},
    "crossing": lambda s, on: {"crossed_at": instant(on), "result": "allowed", "tpi": "cgk", "next_country": "MYS"},
    "departure_deferral": lambda s, on: {"deferred_at": instant(on), "tpi": "cgk", "reason": "suspected_non_procedural"},
    "worker_return": lambda s, on: {"returned_at": instant(on), "country": "MYS"},
    "placement": lambda s, on: {"country": "MYS", "status": "departed", "departed_on": on.isoformat()},
}  # fmt: skip


def nik(r: Random, born: date, sex: str, region: str = "") -> str:
    day = born.day + (40 if sex == "2" else 0)
    return f"{region or f'99{r.randint(1, 60):02}{r.randint(1, 30):02}'}{day:02}{born:%m%y}{r.randint(1, 9999):04}"


def spelt(r: Random, name: str) -> str:
    """As another clerk writes it."""
    roll = r.random()
    if roll < 0.7:
        return name
    if roll < 0.8:
        return name.upper()
    if roll < 0.88:
        return name.replace("u", "oe", 1)
    if roll < 0.94:
        return " ".join(reversed(name.split()))
    return name.replace("i", "ie", 1)


def years(born: date, n: int) -> date:
    return date(born.year + n, born.month, min(born.day, 28))


def ago(r: Random, least: int, most: int) -> date:
    return TODAY - timedelta(days=r.randint(least, most))


def far_date(r: Random, born: date) -> date:
    """Another birth date that no slip of the pen explains."""
    while True:
        other = born + timedelta(days=r.choice((-1, 1)) * r.randint(60, 2200))
        digits = sum(a != b for a, b in zip(born.isoformat(), other.isoformat(), strict=True))
        if (
            digits > 1
            and not (other.year == born.year and (other.day, other.month) == (born.month, born.day))
            and other < date(2006, 1, 1)
        ):
            return other


# The seven kinds, planted ----------------------------------------------------------------------------------------------------------------


def nik_two_births(s: Story) -> None:
    human = s.human()
    other = far_date(s.rnd, human.born)
    on = ago(s.rnd, 310, 1500)
    s.applies(human, on)
    s.others(human, on, most=2)
    if s.rnd.random() < 0.5:  # and the first date is said again after the second
        s.applies(human, on + timedelta(days=s.rnd.randint(20, 305)), request="lost")
    s.tell(
        human,
        *s.rnd.choice(list(TELLERS.items())),
        on + timedelta(days=s.rnd.randint(5, 300)),
        birth_date=other.isoformat(),
        who=f"{human.id}-b",
    )
    if s.rnd.random() < 0.3:
        s.tell(
            human, "disnaker", "recommendation_letter", on, birth_date=human.born.isoformat()[:4], who=f"{human.id}-c"
        )
    s.about = human.nik


def birth_raised(s: Story) -> None:
    applied = ago(s.rnd, 20, 1200)
    born = applied - timedelta(days=s.rnd.randint(int(15.2 * 365), int(17.6 * 365)))
    human = s.human(born=born)
    older = s.rnd.choice([years(born, -s.rnd.randint(3, 5)), min(years(born, -1), applied - timedelta(days=6600))])
    raised = older.isoformat()
    way = s.rnd.random()
    if way < 0.6:  # the NIK still tells; all papers were made anew
        s.others(human, applied, most=2, birth_date=raised)
    else:  # another source said it before
        s.tell(human, "disnaker", "recommendation_letter", applied - timedelta(days=s.rnd.randint(5, 200)))
        number = nik(s.rnd, older, human.sex) if way > 0.8 else human.nik
        human = replace(human, nik=number)
    s.applies(human, applied, birth_date=raised)
    s.about = human.id


def nik_after_deferral(s: Story) -> None:
    human = s.human()
    deferred = ago(s.rnd, 200, 700)
    again = deferred + timedelta(days=s.rnd.randint(10, 180))
    born = human.born if s.rnd.random() < 0.4 else far_date(s.rnd, human.born)
    other = replace(human, nik=nik(s.rnd, born, human.sex), born=born)
    same_number = {} if s.rnd.random() < 0.5 else {"who": f"{human.id}-second"}
    if s.rnd.random() < 0.5:
        s.applies(human, deferred, status="deferred", reason="suspected_non_procedural")
    else:
        s.applies(human, deferred - timedelta(days=60))
        s.tell(
            human,
            "simkim",
            "departure_deferral",
            deferred,
            mother_name="",
            father_name="",
            nik="" if s.rnd.random() < 0.5 else human.nik,
        )
    s.others(human, deferred - timedelta(days=60), most=2)
    s.applies(other, again, **same_number)
    s.about = human.id


def kk_strangers(s: Story) -> None:
    card, family_names, names = s.human().kk, set[str](), set[str]()
    for _ in range(s.rnd.randint(5, 8)):
        stranger = replace(s.human(), kk=card)
        # The few names of this file would make kin of strangers: one bears another's family name, or his mother's whole name.
        while stranger.name.split()[1] in family_names or names & {stranger.name, stranger.mother, stranger.father}:
            stranger = replace(s.human(), kk=card)
        family_names.add(stranger.name.split()[1])
        names |= {stranger.name, stranger.mother, stranger.father}
        source = s.rnd.choice(["siskop2mi", "siapkerja", "disnaker"])
        s.tell(stranger, source, TELLERS[source], ago(s.rnd, 10, 400), kk=card)
    s.about = card


def two_passports(s: Story) -> None:
    human = s.human()
    first = ago(s.rnd, 700, 1500)
    second = first + timedelta(days=s.rnd.randint(90, 600))
    old = s.passport(human, first)
    s.applies(human, first - timedelta(days=10))
    s.applies(human, second - timedelta(days=10), request="first", who=human.id)
    s.passport(human, second)
    if s.rnd.random() < 0.4:
        s.crosses(human, old.values["passport_no"], second + timedelta(days=s.rnd.randint(20, 90)))
    s.about = human.id


def sex_against_nik(s: Story) -> None:
    human = s.human()
    stated = "1" if human.sex == "2" else "2"
    on = ago(s.rnd, 100, 900)
    s.applies(human, on, sex=stated)
    s.others(human, on, most=2, sex=stated)
    s.about = human.nik


def deceased_travels(s: Story) -> None:
    dead = s.human()
    died = ago(s.rnd, 300, 900)
    if s.rnd.random() < 0.5:
        s.tell(dead, "siskop2mi", "worker_return", died, cause="died")
    else:
        s.others(dead, died - timedelta(days=300), least=1)
        s.civil.append((dead.nik, "deceased", died))
    user = replace(s.human(sex=dead.sex), nik=dead.nik) if s.rnd.random() < 0.6 else dead
    on = died + timedelta(days=s.rnd.randint(60, 280))
    s.applies(user, on)
    if s.rnd.random() < 0.5:
        s.crosses(user, s.passport(user, on + timedelta(days=9)).values["passport_no"], on + timedelta(days=30))
    s.about = dead.nik


# What looks alike and is excused -----------------------------------------------------------------------------------------------------------


def two_births_excused(s: Story) -> None:
    human = s.human()
    on = ago(s.rnd, 200, 1500)
    s.about = human.nik
    way = s.rnd.randrange(6)
    if way == 0:  # day and month the other way round
        born = human.born.replace(day=s.rnd.randint(1, 12))
        born = born.replace(month=born.day % 12 + 1)
        human = replace(human, born=born, nik=nik(s.rnd, born, human.sex))
        s.about = human.nik
        s.tell(
            human, "disnaker", "recommendation_letter", on, birth_date=date(born.year, born.day, born.month).isoformat()
        )
    elif way == 1:  # the year only, the month, or an age
        partial = s.rnd.choice(
            [str(human.born.year), human.born.isoformat()[:7], f"~{on.year - human.born.year}@{on.isoformat()}"]
        )
        s.tell(human, "peduliwni", "self_report", on, birth_date=partial)
    elif way == 2:  # a slip that the same source put right within days
        s.tell(human, "siskop2mi", "worker_registration", on, birth_date=far_date(s.rnd, human.born).isoformat())
        s.tell(human, "siskop2mi", "worker_registration", on + timedelta(days=s.rnd.randint(1, 12)))
    elif way == 3:  # a correction that Dukcapil decided: from then on everybody says so
        new = far_date(s.rnd, human.born)
        s.tell(human, "siapkerja", "worker_registration", on - timedelta(days=400))
        for n, source in enumerate(("disnaker", "siskop2mi")):
            s.tell(human, source, TELLERS[source], on + timedelta(days=20 * n), birth_date=new.isoformat())
        s.applies(human, on + timedelta(days=60), birth_date=new.isoformat())
        return
    elif way == 4:  # a sibling's number typed for his own
        sibling = s.human(family=human)
        while sibling.name.split()[0] == human.name.split()[0] or sibling.name.split()[1] == human.name.split()[1]:
            sibling = s.human(family=human)
        s.tell(sibling, "siskop2mi", "worker_registration", on, nik=human.nik)
        s.applies(sibling, on + timedelta(days=90))
    else:  # one digit of the day
        day = human.born + timedelta(days=s.rnd.choice((-1, 1)))
        s.tell(human, "siapkerja", "worker_registration", on, birth_date=day.isoformat())
    s.applies(human, on + timedelta(days=200))
    s.others(human, on + timedelta(days=200), most=2)


def raised_excused(s: Story) -> None:
    applied = ago(s.rnd, 20, 900)
    way = s.rnd.randrange(4)
    adult = applied - timedelta(days=s.rnd.randint(int(18.1 * 365.3), 20 * 365))
    human = s.human(born=adult)
    s.about = human.id
    minor = applied - timedelta(days=s.rnd.randint(15 * 365, int(17.5 * 365)))
    if way == 0:  # corrected by a ruling years before he thought of leaving, and stated so by several
        human = replace(human, nik=nik(s.rnd, minor, human.sex))
        for source in ("disnaker", "peduliwni"):
            s.tell(human, source, TELLERS[source], applied - timedelta(days=s.rnd.randint(420, 900)))
        s.applies(human, applied)
    elif way == 1:  # one source typed the date wrong; NIK and two others say otherwise
        s.tell(human, "peduliwni", "self_report", applied - timedelta(days=50), birth_date=minor.isoformat())
        for source in ("disnaker", "siskop2mi"):
            s.tell(human, source, TELLERS[source], applied - timedelta(days=s.rnd.randint(1, 30)))
        s.applies(human, applied)
    elif way == 2:  # a younger sibling's number on one form, his own on the others
        younger = s.human(family=human, born=minor)
        for source in ("disnaker", "siskop2mi"):
            s.tell(human, source, TELLERS[source], applied - timedelta(days=s.rnd.randint(1, 30)))
        s.applies(human, applied, nik=younger.nik)
    else:  # a minor who says that he is one
        human = replace(human, born=minor, nik=nik(s.rnd, minor, human.sex))
        s.applies(human, applied, purpose="study")
        s.others(human, applied, most=2)


def after_deferral_excused(s: Story) -> None:
    human = s.human()
    deferred = ago(s.rnd, 200, 700)
    again = deferred + timedelta(days=s.rnd.randint(10, 180))
    s.about = human.id
    s.applies(human, deferred, status="deferred", reason="suspected_non_procedural")
    way = s.rnd.randrange(5)
    if way == 0:  # a slip in the number
        place = s.rnd.randrange(6)
        wrong = human.nik[:place] + str((int(human.nik[place]) + s.rnd.randint(1, 9)) % 10) + human.nik[place + 1 :]
        s.applies(human, again, nik=wrong)
    elif way == 1:  # a number that Dukcapil replaced
        new = nik(s.rnd, human.born, human.sex)
        s.civil.append((human.nik, s.rnd.choice(["duplicate", "inactive"]), deferred + timedelta(days=5)))
        s.applies(replace(human, nik=new), again)
    elif way == 2:  # a twin
        twin = replace(
            s.human(family=human, sex=human.sex, born=human.born),
            nik=human.nik[:12] + f"{s.rnd.randint(1, 9999):04}",
            phone=human.phone,
        )
        while twin.name.split()[1] == human.name.split()[1] and twin.name.split()[0] == human.name.split()[0]:
            twin = replace(twin, name=s.human().name)
        s.applies(twin, again)
    elif way == 3:  # a sibling on the same card and phone
        sibling = replace(s.human(family=human), phone=human.phone)
        while set(sibling.name.split()) & set(human.name.split()):
            sibling = replace(sibling, name=s.human().name)
        s.applies(sibling, again)
    else:  # the other number was known long before
        new = nik(s.rnd, human.born, human.sex)
        s.tell(human, "siskop2mi", "worker_registration", deferred - timedelta(days=300), nik=new)
        s.applies(human, again, nik=new)


def strangers_excused(s: Story) -> None:
    head = s.human()
    mother = replace(s.human(sex="2"), kk=head.kk)
    members = [head, mother]
    for _ in range(s.rnd.randint(1, 4)):
        members.append(
            replace(
                s.human(born=date(s.rnd.randint(2000, 2006), 3, 2)), kk=head.kk, mother=mother.name, father=head.name
            )
        )
    members.append(replace(s.human(), kk=head.kk))  # an adopted child, or somebody who works in the house
    if s.rnd.random() < 0.3:
        members.append(replace(s.human(family=head), kk=head.kk))  # the head's sister
    for member in members:
        source = s.rnd.choice(["siskop2mi", "siapkerja", "disnaker"])
        s.tell(member, source, TELLERS[source], ago(s.rnd, 10, 900), kk=head.kk, father_name=member.father)
    s.about = head.kk


def passports_excused(s: Story) -> None:
    human = s.human()
    s.about = human.id
    first = ago(s.rnd, 900, 1500)
    second = first + timedelta(days=s.rnd.randint(200, 800))
    way = s.rnd.randrange(5)
    if way == 0:  # renewed, the old one marked
        s.passport(human, first, state=s.rnd.choice(["replaced", "cancelled", "expired"]))
        s.passport(human, second)
    elif way == 1:  # renewed shortly before the old one ran out
        s.passport(human, first, expires_on=(second + timedelta(days=s.rnd.randint(1, 50))).isoformat())
        s.passport(human, second)
    elif way == 2:  # lost, told, and asked for again
        s.passport(human, first)
        s.applies(human, second - timedelta(days=10), request=s.rnd.choice(["lost", "damaged", "full"]))
        s.passport(human, second)
    elif way == 3:  # a one-way document from a mission beside the passport
        s.passport(human, first)
        s.passport(human, second, passport_type="splp", expires_on=(second + timedelta(days=30)).isoformat())
    else:  # a seaman's book or a service passport
        s.passport(human, first)
        s.passport(human, second, passport_type="other")


def sex_excused(s: Story) -> None:
    human = s.human()
    s.about = human.nik
    wrong = "1" if human.sex == "2" else "2"
    on = ago(s.rnd, 100, 900)
    way = s.rnd.randrange(4)
    if way == 0:  # one source typed it wrong, two others did not
        s.tell(human, "peduliwni", "self_report", on, sex=wrong)
        for source in ("siskop2mi", "disnaker"):
            s.tell(human, source, TELLERS[source], on)
    elif way == 1:  # the 40 of a woman's day forgotten on one form
        day = int(human.nik[6:8])
        other = f"{human.nik[:6]}{day - 40 if day > 40 else day + 40:02}{human.nik[8:]}"
        s.tell(human, "siapkerja", "worker_registration", on, nik=other)
        s.applies(human, on)
        return
    elif way == 2:  # put right within days
        s.tell(human, "siskop2mi", "worker_registration", on, sex=wrong)
        s.tell(human, "siskop2mi", "worker_registration", on + timedelta(days=s.rnd.randint(1, 12)))
    else:  # a court's ruling: from then on several sources say so
        s.tell(human, "siapkerja", "worker_registration", on - timedelta(days=300))
        for n, source in enumerate(("disnaker", "siskop2mi")):
            s.tell(human, source, TELLERS[source], on + timedelta(days=10 * n), sex=wrong)
        return
    s.applies(human, on + timedelta(days=40))


def deceased_excused(s: Story) -> None:
    dead = s.human()
    s.about = dead.nik
    died = ago(s.rnd, 300, 900)
    way = s.rnd.randrange(4)
    passport = s.passport(dead, died - timedelta(days=500)).values["passport_no"]
    if way == 0:  # his remains come home
        s.tell(dead, "siskop2mi", "worker_return", died, cause="died")
        s.crosses(dead, passport, died + timedelta(days=s.rnd.randint(4, 40)), "entry")
    elif way == 1:  # the register was wrong, and says so when asked again
        s.civil += [(dead.nik, "deceased", died), (dead.nik, "agrees", died + timedelta(days=30))]
        s.applies(dead, died + timedelta(days=60))
    elif way == 2:  # asked for before; the passport came after
        s.applies(dead, died - timedelta(days=6))
        s.tell(dead, "siskop2mi", "worker_return", died, cause="died")
        s.passport(dead, died + timedelta(days=s.rnd.randint(1, 12)))
    else:  # somebody whose own number differs in one digit mistyped it once
        place = s.rnd.randrange(12, 16)
        own = dead.nik[:place] + str((int(dead.nik[place]) + 1) % 10) + dead.nik[place + 1 :]
        s.civil.append((dead.nik, "deceased", died))
        other = replace(s.human(sex=dead.sex, born=dead.born), nik=own)
        s.applies(other, died + timedelta(days=100))
        s.applies(other, died + timedelta(days=130), nik=dead.nik)


PLANTED = {
    "nik_two_births": nik_two_births, "birth_raised": birth_raised, "nik_after_deferral": nik_after_deferral, "kk_strangers": kk_strangers,
    "two_passports": two_passports, "sex_against_nik": sex_against_nik, "deceased_travels": deceased_travels,
}  # fmt: skip
EXCUSED = {
    "nik_two_births": two_births_excused, "birth_raised": raised_excused, "nik_after_deferral": after_deferral_excused,
    "kk_strangers": strangers_excused, "two_passports": passports_excused, "sex_against_nik": sex_excused, "deceased_travels": deceased_excused,
}  # fmt: skip


def story(kind: str, seed: int, *, excused: bool = False) -> Story:
    made = Story(Random(f"{kind} {excused} {seed}"))
    (EXCUSED if excused else PLANTED)[kind](made)
    return made.shuffled()
