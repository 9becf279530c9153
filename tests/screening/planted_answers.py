"""Invented travellers whose records and answers are known to agree, and answers planted to differ in one way: the oracle of the interview's claim.

Written apart from the program: it knows what it planted, and how people say things that agree (half a name, a name as it is heard, a country by
its short name, a day beside midnight), and asks the program nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

SIGNALLED = "0812-9000-0099"  # a signal is in force on it
SHARED = "0813 7000 0012"  # four others named it in their interviews
BUREAU = "0813 7000 0044"  # paid the passport of four other households, and of some honest travellers who say so
KINDS = (
    "destination_placement", "destination_declared", "employer", "p3mi", "job", "never_deferred", "never_abroad", "letter", "sponsor_signal",
    "purpose_applied", "departure_day", "paid_self", "no_contract", "paid_account",
)  # fmt: skip
COUNTRIES = {
    "MYS": "Malaysia",
    "TWN": "Taiwan",
    "HKG": "Hong Kong",
    "SGP": "Singapura",
    "SAU": "Arab Saudi",
    "KOR": "Korea Selatan",
    "JPN": "Jepang",
}
EMPLOYERS = (
    "Chen Wei Ling", "Lau Siu Ming", "Abdul Rahman Al Harbi", "Golden Harvest Food Sdn Bhd", "Formosa Precision Co Ltd", "Nakamura Kensetsu",
    "Tan Boon Hock", "Sunrise Elderly Home", "Kim Dong Hyun", "Pacific Pearl Plantation Sdn Bhd", "Yamada Seiko", "Lee Mei Fong",
)  # fmt: skip
P3MIS = (
    "PT Cahaya Rinjani", "PT Bahtera Nusa Jaya", "PT Mitra Samudra Abadi", "PT Delta Karya Utama", "PT Panca Warna Bahari",
    "PT Surya Lintas Benua", "PT Anugerah Tirta Kencana", "PT Gemilang Harapan",
)  # fmt: skip
JOBS = {"domestic_worker": "household", "caregiver": "care", "factory_operator": "factory", "fisherman": "fishing"}
OTHER_JOB = {"household": "factory", "care": "fishing", "factory": "household", "fishing": "office_chat"}
DAY = "2026-11-21"
FIRST = (
    "Ayu",
    "Nur",
    "Dewi",
    "Siti",
    "Rina",
    "Wati",
    "Yuni",
    "Lestari",
    "Bayu",
    "Agus",
    "Hadi",
    "Joko",
    "Eka",
    "Tono",
    "Slamet",
    "Imam",
)
LAST = (
    "Kurniawan",
    "Hidayat",
    "Rahayu",
    "Setiawan",
    "Handayani",
    "Permana",
    "Saputri",
    "Maulana",
    "Utami",
    "Firmansyah",
    "Pangestu",
)


@dataclass
class Life:
    """One traveller: rows for the sources, what the counter typed, what is said in the room, and what was planted."""

    number: int
    planted: str  # "" for one whose answers agree
    person: dict[str, str]
    placement: dict[str, str] = field(default_factory=dict)
    earlier: dict[str, str] = field(default_factory=dict)  # a placement that is over
    letter: dict[str, str] = field(default_factory=dict)
    application: dict[str, str] = field(default_factory=dict)
    deferral: dict[str, str] = field(default_factory=dict)
    journey: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def row(self, kind: str) -> dict[str, Any]:
        return {"id": f"{kind}-{self.number}", "who": f"w-{self.number}", **self.person, **getattr(self, kind)}


def lives(count: int, seed: int, *, planted: bool) -> list[Life]:
    return [
        life(number, KINDS[number % len(KINDS)] if planted else "", random.Random(seed + number))
        for number in range(count)
    ]


def life(number: int, planted: str, dice: random.Random) -> Life:
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1970, 2000)
    person = {
        "full_name": f"{dice.choice(FIRST)} {dice.choice(FIRST)} {dice.choice(LAST)}",
        "nik": f"990101{day:02}{month:02}{year % 100:02}{number % 9000 + 1000:04}",
        "birth_date": f"{year}-{month:02}-{day:02}",
        "sex": "1",
        # A fifth lives where the manpower office is not connected: a paper letter there stands in no list.
        "region_code": "520201" if dice.random() > 0.2 else "530101",
    }
    made = Life(number, planted, person)
    lay_out(made, dice)
    tell(made, dice)
    if planted:
        PLANT[planted](made, dice)
    return made


def lay_out(one: Life, dice: random.Random) -> None:
    """What the registers say."""
    country, job = dice.choice(list(COUNTRIES)), dice.choice(list(JOBS))
    one.placement = {
        "country": country, "employer": dice.choice(EMPLOYERS), "p3mi_name": dice.choice(P3MIS), "job": job, "scheme": "p2p",
        "status": "contracted", "contract_from": "2026-11-02", "contract_to": "2028-11-01",
    }  # fmt: skip
    one.application = {
        "application_no": f"A-{one.number}", "submitted_at": "2026-09-14T02:00:00+00:00", "purpose": "work", "destination": country,
        "status": "approved",
    }  # fmt: skip
    if dice.random() < 0.5:
        one.letter = {
            "letter_no": f"560/{one.number}/2026",
            "issued_on": "2026-08-20",
            "destination": country,
            "status": "issued",
        }
    if dice.random() < 0.2:
        one.deferral = {
            "deferred_at": "2026-07-01T02:00:00+00:00",
            "reason": "suspected_non_procedural",
            "destination": country,
        }
    if dice.random() < 0.3:
        one.earlier = {
            "country": dice.choice(list(COUNTRIES)), "status": "completed", "contract_from": "2019-02-01", "contract_to": "2021-01-31",
            "departed_on": "2019-02-03", "returned_on": "2021-02-02",
        }  # fmt: skip
    one.journey = {"destination": country, "declared_purpose": "work", "departure_date": DAY}


def tell(one: Life, dice: random.Random) -> None:
    """What an honest traveller says of it, as people say it."""
    placement = one.placement
    connected = one.person["region_code"].startswith("5202")
    one.said = {
        "destination_named": COUNTRIES[placement["country"]],
        "purpose_said": "work",
        "departs_on": dice.choice([DAY, DAY, DAY, "2026-11-22"]),
        "who_arranged": "p3mi",
        "sponsor_phone": f"0812{dice.randint(10_000_000, 89_999_999)}",
        "p3mi_named": heard(placement["p3mi_name"], dice),
        "who_paid": dice.choice(["self", "family", "p3mi"]),
        "job_promised": JOBS[placement["job"]],
        "employer_named": heard(placement["employer"], dice),
        "contract_seen": dice.choice(["yes", "yes", "not_read"]),
        "has_letter": "yes" if one.letter or (not connected and dice.random() < 0.7) else "no",
        "deferred_before": "yes" if one.deferral else "no",
        "worked_abroad": "yes" if one.earlier else "no",
    }
    if dice.random() < 0.15:
        one.application["payer_phone"] = BUREAU
        one.said["who_paid"] = dice.choice(["family", "p3mi"])


def heard(name: str, dice: random.Random) -> str:
    """A name as somebody says it and an officer writes it down."""
    words = [word for word in name.split() if word not in {"PT", "Sdn", "Bhd", "Co", "Ltd"}]
    way = dice.randrange(6)
    if way == 0:
        return name
    if way == 1:
        return " ".join(words[: max(1, len(words) - 1)]).lower()
    if way == 2:
        return "".join(words)
    if way == 3:
        return " ".join(reversed(words))
    if way == 4:
        return "PT. " + " ".join(words).upper()
    longest = max(words, key=len)
    at = dice.randrange(1, len(longest) - 1)
    return " ".join(words).replace(longest, longest[:at] + longest[at + 1 :] if len(longest) > 5 else longest)


def another(given: str, among: Any, dice: random.Random) -> str:
    return str(dice.choice([one for one in among if one != given]))


def other_country(one: Life, dice: random.Random) -> None:
    """Another than the placement's, and the counter was told the same."""
    wrong = another(one.placement["country"], COUNTRIES, dice)
    one.said["destination_named"], one.journey["destination"] = COUNTRIES[wrong], wrong


def other_than_declared(one: Life, dice: random.Random) -> None:
    """The placement's, and the counter was told another."""
    one.journey["destination"] = another(one.placement["country"], COUNTRIES, dice)


def never_deferred(one: Life, dice: random.Random) -> None:
    one.deferral = {
        "deferred_at": "2026-07-01T02:00:00+00:00",
        "reason": "suspected_non_procedural",
        "destination": "MYS",
    }
    one.said["deferred_before"] = "no"


def never_abroad(one: Life, dice: random.Random) -> None:
    one.earlier = {
        "country": "SAU", "status": "completed", "contract_from": "2019-02-01", "contract_to": "2021-01-31", "departed_on": "2019-02-03",
    }  # fmt: skip
    one.said["worked_abroad"] = "no"


def no_letter(one: Life, dice: random.Random) -> None:
    one.person["region_code"], one.letter, one.said["has_letter"] = "520201", {}, "yes"


def other_purpose(one: Life, dice: random.Random) -> None:
    one.application["purpose"] = dice.choice(["tourism", "family_visit", "umrah"])


def paid_self(one: Life, dice: random.Random) -> None:
    one.said |= {"who_paid": "self", "sponsor_phone": SHARED}


def paid_account(one: Life, dice: random.Random) -> None:
    one.application["payer_phone"], one.said["who_paid"] = BUREAU, "self"


def say(question: str, value: Any) -> Any:
    def plant(one: Life, dice: random.Random) -> None:
        one.said[question] = value(one, dice) if callable(value) else value

    return plant


PLANT: dict[str, Any] = {
    "destination_placement": other_country,
    "destination_declared": other_than_declared,
    "employer": say(
        "employer_named", lambda one, dice: heard(another(one.placement["employer"], EMPLOYERS, dice), dice)
    ),
    "p3mi": say("p3mi_named", lambda one, dice: heard(another(one.placement["p3mi_name"], P3MIS, dice), dice)),
    "job": say("job_promised", lambda one, dice: OTHER_JOB[JOBS[one.placement["job"]]]),
    "never_deferred": never_deferred,
    "never_abroad": never_abroad,
    "letter": no_letter,
    "sponsor_signal": say("sponsor_phone", SIGNALLED),
    "purpose_applied": other_purpose,
    "departure_day": say("departs_on", lambda one, dice: dice.choice(["2026-11-24", "2026-12-02", "2026-11-18"])),
    "paid_self": paid_self,
    "paid_account": paid_account,
    "no_contract": say("contract_seen", "none"),
}
