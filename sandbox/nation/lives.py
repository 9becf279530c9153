"""Which way each person goes abroad, when, and what that leaves behind: decided before anything happens.

`Life` is the plan of one person's main journey. What is true and stands in no record (modus, traces) stands here and in
the file of ground truth, nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sandbox.nation.model import Contact, Person, Purpose, Statement
from sandbox.nation.peopling import stated
from sandbox.nation.places import Places, Weighted, table
from sandbox.nation.traces import Traces

#: Honest ways abroad by age, as parts of a hundred. Guess, after the purposes that offices publish (DOMAIN A1, H).
WAYS: dict[str, dict[str, float]] = {
    "child": {"tourist": 55, "umrah": 18, "family_visit": 22, "student": 5},
    "young": {
        "tourist": 36, "umrah": 9, "family_visit": 9, "student": 10, "trainee": 6, "business": 3, "medical": 1,
        "seafarer": 4, "fisher": 1.5, "worker": 15, "returning_worker": 3, "spouse": 2.5,
    },
    "grown": {
        "tourist": 38, "umrah": 20, "haji": 2, "family_visit": 10, "business": 8, "medical": 3, "seafarer": 2.5,
        "fisher": 1, "worker": 9, "returning_worker": 5.5, "spouse": 1,
    },
    "old": {"tourist": 25, "umrah": 46, "haji": 14, "family_visit": 12, "medical": 3},
}  # fmt: skip
PURPOSES: dict[str, Purpose] = {
    "tourist": "tourism", "umrah": "umrah", "haji": "haji", "family_visit": "family_visit", "student": "study",
    "trainee": "internship", "business": "business", "medical": "medical", "seafarer": "crew", "fisher": "crew",
    "worker": "work", "returning_worker": "work", "spouse": "marriage",
    "M01": "tourism", "M02": "tourism", "M03": "umrah", "M04": "family_visit", "M05": "tourism", "M06": "crew",
    "M07": "internship", "M08": "marriage", "M09": "work", "M10": "work", "M11": "work", "M12": "tourism",
}  # fmt: skip
#: How often each modus among the trafficked. Guess; M01 to M05 are most of what missions and the press report. A draw that
#: does not fit the age becomes M01, so four fifths of M09 and some of M05, M07 and M08 end there.
MODUS_WEIGHTS: dict[str, float] = {
    "M01": 10, "M02": 13, "M03": 8, "M04": 7, "M05": 20, "M06": 7,
    "M07": 4, "M08": 3, "M09": 15, "M10": 5, "M11": 5, "M12": 3,
}  # fmt: skip
CASES_PER_10000 = 12.0  # guess: about twice as many as passport desks defer (5.0 per 10,000, DOMAIN H)
RECORDED_WORK = frozenset(("worker", "returning_worker", "seafarer", "fisher", "M06", "M09", "M10", "M11"))
SHORT_STAYS = frozenset(("tourism", "umrah", "haji", "family_visit", "business", "medical"))
LATE_TRACES = frozenset(("no_return", "complaint_abroad", "repatriated"))
BIRTH_TRACES = frozenset(("birth_date_raised", "birth_date_differs"))
OF_AGE = frozenset(("worker", "returning_worker", "trainee", "seafarer", "fisher", "spouse"))
OF_THAT_AGE = 0.62  # part of the people between 20 and 50; counted
YEARS = 6.5  # of history


@dataclass(slots=True, kw_only=True)
class Life:
    """The plan of one person's main journey."""

    person: Person
    way: str  # honest class or modus
    traces: frozenset[str]
    applied_at: datetime
    purpose: Purpose
    destination: str
    stay_days: int
    at_immigration: Statement
    at_work: Statement
    contact: Contact
    payer_phone: str = ""
    sponsor: str = ""
    planted: str = ""  # its code, where it is one of the planted
    true_birth_date: date | None = None  # where the papers' is false (M09)
    other_nik: str = ""  # second identity
    notes: dict[str, str] = field(default_factory=dict)  # for the file of truth

    @property
    def of_a_case(self) -> bool:
        return self.way[0] == "M" and self.way[1:].isdigit()


class Chances:
    """The tables from which lives are drawn. `raised`: which part of the cases somebody of 18 or 19 may be; M09's own part unless it is given."""

    def __init__(
        self,
        places: Places,
        traces: dict[str, Traces],
        modi: Mapping[str, float] = MODUS_WEIGHTS,
        raised: float | None = None,
    ) -> None:
        self.places, self.traces = places, traces
        self.ways = {age: Weighted(ways.items()) for age, ways in WAYS.items()}
        self.modus = Weighted(modi.items())
        self.raised = modi["M09"] / sum(modi.values()) if raised is None else raised
        found: dict[str, list[tuple[str, float]]] = {}
        for row in table("destinations.csv"):
            found.setdefault(row["life"], []).append((row["country"], float(row["weight"])))
        self.destinations = {way: Weighted(countries) for way, countries in found.items()}

    def way(self, rnd: Random, years: int, cases_per_10000: float) -> str:
        """An honest class or, rarely, a modus that fits the age: of whoever is under 20, only the minor made adult."""
        if 20 <= years < 50 and rnd.random() * 10_000 < cases_per_10000 / OF_THAT_AGE:
            return fitting_modus(self.modus.draw(rnd), years)
        if 18 <= years < 20 and rnd.random() * 10_000 < self.raised * cases_per_10000 / OF_THAT_AGE:
            return "M09"
        if years < 20:
            return self.ways["child"].draw(rnd)
        if years < 32:
            return self.ways["young"].draw(rnd)
        return self.ways["grown" if years < 55 else "old"].draw(rnd)


def fitting_modus(modus: str, years: int) -> str:
    """A minor made adult is young today still; brides, interns and scam workers are young too."""
    if modus == "M09" and years > 23:
        return "M01"
    return "M01" if modus in ("M05", "M07", "M08") and years > 35 else modus


def applied_at(rnd: Random, now: datetime, person: Person, way: str, traces: frozenset[str]) -> datetime:
    """The day of the main application: in office hours, and long enough ago for what came after it."""
    latest = 230.0 if traces & LATE_TRACES else 0.0
    if person.died_on is not None:
        latest = max(latest, (now.date() - person.died_on).days + 500)
    old = (now.date() - person.birth_date).days
    if way == "M09":
        age = rnd.uniform(15.6, 17.8) if traces & BIRTH_TRACES else rnd.uniform(18.1, 19.0)
        days = max(latest, old - age * 365.25)
    else:
        least = 18.4 if way in OF_AGE or way[0] == "M" else 1.0
        longest = max(latest + 30, min(YEARS * 365, old - least * 365.25))
        days = latest + (longest - latest) * rnd.random() ** 1.25
    day = now - timedelta(days=days + 1)
    if day.weekday() >= 5:
        day -= timedelta(days=2)
    r = int(rnd.random() * 25_200)
    return day.replace(hour=1 + r // 3600, minute=r // 60 % 60, second=r % 60, microsecond=0)


RELATIONS = ("ibu", "ayah", "suami", "istri", "kakak", "adik", "paman", "teman")


def draw_life(
    rnd: Random, chances: Chances, person: Person, way: str, now: datetime, *, traces: frozenset[str] | None = None
) -> Life:
    """One life with its traces. Brokers, letters, licences and places come later, where they must be shared."""
    if traces is None:
        traces = chances.traces[way].draw(rnd)
    when = applied_at(rnd, now, person, way, traces)
    names = person.name_variants
    immigration_name = rnd.choice(names) if names and rnd.random() < 0.07 else ""
    work_name = rnd.choice(names) if names and rnd.random() < 0.18 else ""
    plain = stated(person)
    purpose = PURPOSES[way]
    if way == "M02" and rnd.random() < 0.4:
        purpose = rnd.choice(("umrah", "family_visit"))
    if way == "M03" and rnd.random() < 0.15:
        purpose = "haji"
    return Life(
        person=person,
        way=way,
        traces=traces,
        applied_at=when,
        purpose=purpose,
        destination="SAU" if purpose in ("umrah", "haji") else chances.destinations[way].draw(rnd),
        stay_days=stay_days(rnd, purpose),
        at_immigration=stated(person, name=immigration_name) if immigration_name else plain,
        at_work=stated(person, name=work_name) if work_name else plain,
        contact=Contact(
            name=person.mother_name if rnd.random() < 0.5 else person.father_name,
            phone=person.phone if rnd.random() < 0.1 else _other_phone(rnd, person),
            relation=RELATIONS[int(rnd.random() * 8)],
        ),
        payer_phone=person.phone,
    )


def _other_phone(rnd: Random, person: Person) -> str:
    """A relative's phone, as good as new; it need not be unique."""
    digits = f"{int(rnd.random() * 1e8):08d}"
    return f"{person.phone[:6]}0{digits}"


def stay_days(rnd: Random, purpose: Purpose) -> int:
    if purpose in ("work", "crew", "internship", "study", "marriage"):
        return 365 * rnd.choice((1, 2, 2, 3))
    if purpose == "haji":
        return 40
    if purpose == "umrah":
        return rnd.choice((9, 9, 10, 12, 14))
    return rnd.choice((3, 4, 5, 7, 7, 10, 14, 30)) if purpose != "family_visit" else rnd.choice((7, 14, 21, 30, 30))
