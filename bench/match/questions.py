"""Queries: of people in the register (easy 45 %, medium 43 %, hard 12 %) and of people in no register (fresh, siblings, namesakes).

Shares are those of issue 3. The number of a query decides everything about it, together with the seed and the size of
the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from bench.match import words
from bench.match.noise import (
    CHANCES,
    chances_of,
    noisy_birth,
    noisy_name,
    noisy_nik,
    one_of,
    shortened,
    slipped,
    varied,
)
from bench.match.people import KABUPATEN, SHAPES, TRADITION_OF, Person, nik_of, person

STRATA: Mapping[str, float] = {"easy": 0.45, "medium": 0.43, "hard": 0.12}
STRANGERS: Mapping[str, float] = {"fresh": 0.70, "sibling": 0.15, "namesake": 0.15}
#: Where the numbers of people begin who are in no register.
OUTSIDE = 1 << 40
#: A sibling shares the phone of the household so often, and the clan's name as far as the generator does.
SIBLING_PHONE = 0.30
SIBLING_YEARS = 9
#: A changed identity is so many years older or younger at most (DOMAIN C3), and its name is changed in two of these ways.
SHIFTED_YEARS = 5
CHANGES: Mapping[str, int] = {"turn": 3, "drop": 3, "spell": 3, "add": 2, "exchange": 1}
CHANGES_OF_ONE_WORD = ("add", "spell")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of what kind, and who is meant: a number of the register, or -1 for nobody in it."""

    kind: str
    of: int
    fields: dict[str, str]


def matching(seed: int, size: int, count: int, first: int = 0) -> list[Question]:
    """Of people of the register of that size, drawn evenly; `first` and on, so that two uses need not share queries."""
    return [one_matching(seed, size, n) for n in range(first, first + count)]


def strangers(seed: int, size: int, count: int, first: int = 0) -> list[Question]:
    return [one_stranger(seed, size, n) for n in range(first, first + count)]


def one_matching(seed: int, size: int, number: int) -> Question:
    draw = Random(f"true {seed} {size} {number}")
    kind = draw.choices(list(STRATA), list(STRATA.values()))[0]
    who = person(seed, draw.randrange(size))
    return Question(kind, who.number, in_stratum(kind, who, draw, seed))


def in_stratum(kind: str, who: Person, draw: Random, seed: int) -> dict[str, str]:
    """The same person in another system: easy, medium or hard to know again."""
    if kind == "hard":
        return changed(who, draw, seed)
    fields = as_written(who, draw, seed)
    if kind == "medium":
        fields["nik"] = misstated(who.nik, draw, seed)
    return fields


def misstated(nik: str, draw: Random, seed: int) -> str:
    return noisy_nik(nik, one_of(draw, **chances_of("nik")), draw, lambda: outsider(draw, seed).nik)


def one_stranger(seed: int, size: int, number: int) -> Question:
    draw = Random(f"none {seed} {size} {number}")
    kind = draw.choices(list(STRANGERS), list(STRANGERS.values()))[0]
    who = outsider(draw, seed)
    if kind != "fresh":
        inside = person(seed, draw.randrange(size))
        who = (
            sibling(inside, who, draw)
            if kind == "sibling"
            else who._replace(full_name=inside.full_name, sex=inside.sex)
        )
        if kind == "namesake":
            who = who._replace(nik=nik_of(who.region_code, who.birth_date, who.sex == "2", draw.randrange(1, 10_000)))
    fields = as_written(who, draw, seed)
    if draw.random() < STRATA["medium"]:  # a stranger's NIK is missing or mistyped as often as anybody's
        fields["nik"] = misstated(who.nik, draw, seed)
    return Question(kind, -1, fields)


def outsider(draw: Random, seed: int) -> Person:
    return person(seed, OUTSIDE + draw.randrange(OUTSIDE))


def sibling(inside: Person, other: Person, draw: Random) -> Person:
    """Of one mother and house, born some years apart, with a name of his own."""
    year = int(inside.birth_date[:4]) + draw.choice((-1, 1)) * draw.randrange(1, SIBLING_YEARS)
    birth = f"{year}-{other.birth_date[5:]}"
    return other._replace(
        birth_date=birth,
        birth_place=inside.birth_place,
        mother_name=inside.mother_name,
        phone=inside.phone if draw.random() < SIBLING_PHONE else other.phone,
        address=inside.address,
        region_code=inside.region_code,
        nik=nik_of(inside.nik[:6], birth, other.sex == "2", draw.randrange(1, 10_000)),
    )


def as_written(who: Person, draw: Random, seed: int) -> dict[str, str]:
    """The same person in another system: NIK right, every other field with its noise."""
    written = {
        "full_name": noisy_name(who.full_name, draw),
        "nik": who.nik,
        "birth_date": noisy_birth(who.birth_date, draw),
        "sex": noisy_sex(who.sex, draw),
        **elsewhere(who, draw, seed),
    }
    return {name: value for name, value in written.items() if value}


def noisy_sex(sex: str, draw: Random) -> str:
    step = one_of(draw, **chances_of("sex"))
    return "" if step == "missing" else ("2" if sex == "1" else "1") if step == "wrong" else sex


def elsewhere(who: Person, draw: Random, seed: int) -> dict[str, str]:
    """Place, mother, passport, phone, address and region as another system holds them."""
    other = outsider(draw, seed)
    step = {
        name: one_of(draw, **chances_of(name)) for name in ("place", "mother", "passport", "phone", "address", "region")
    }
    place = {"missing": "", "other": draw.choice(KABUPATEN), "slip": slipped(who.birth_place, draw)}
    mother = {"missing": "", "other": other.mother_name}
    passport = {"missing": "", "renewed": other.passport_no}
    phone = {"missing": "", "other": other.phone}
    address = {"missing": "", "moved": other.address, "short": shortened(who.address)}
    region = {"missing": "", "moved": other.region_code}
    return {
        "birth_place": place.get(step["place"], who.birth_place),
        "mother_name": mother.get(step["mother"], noisy_name(who.mother_name, draw)),
        "passport_no": passport.get(step["passport"], who.passport_no),
        "phone": phone.get(step["phone"], who.phone),
        "address": address.get(step["address"], who.address),
        "region_code": region.get(step["region"], who.region_code),
    }


def changed(who: Person, draw: Random, seed: int) -> dict[str, str]:
    """A changed identity: a new NIK, another age, two changes of the name, no passport (DOMAIN C1, last point)."""
    year = int(who.birth_date[:4]) + draw.choice((-1, 1)) * draw.randrange(1, SHIFTED_YEARS + 1)
    other = outsider(draw, seed)
    day = who.birth_date[5:] if draw.random() < CHANCES["changed.day_kept"] else other.birth_date[5:]
    region = other.region_code if draw.random() < CHANCES["changed.moved"] else who.region_code
    written = as_written(who, draw, seed) | {
        "full_name": renamed(who.full_name, who.sex == "2", draw),
        "birth_date": f"{year}-{day}",
        "nik": nik_of(region, f"{year}-{day}", who.sex == "2", draw.randrange(1, 10_000)),
        "region_code": region,
    }
    written.pop("passport_no", None)
    return written


def renamed(name: str, woman: bool, draw: Random) -> str:
    """Two of: a word exchanged, dropped or added, the order turned, another spelling. One word is only spelt and added to."""
    spoken = name.split()
    for kind in two_of(CHANGES, draw) if len(spoken) > 1 else CHANGES_OF_ONE_WORD:
        place = draw.randrange(len(spoken))
        if kind == "exchange":
            spoken[place] = another_word(woman, draw)
        elif kind == "drop" and len(spoken) > 1:
            del spoken[place]
        elif kind == "turn":
            spoken = [*spoken[1:], spoken[0]]
        elif kind == "add":
            spoken.append(another_word(woman, draw))
        else:
            spoken = [varied(word, draw) for word in spoken]
    return " ".join(spoken)


def two_of(weights: Mapping[str, int], draw: Random) -> list[str]:
    first = draw.choices(list(weights), list(weights.values()))[0]
    left = {name: weight for name, weight in weights.items() if name != first}
    return [first, draw.choices(list(left), list(left.values()))[0]]


def another_word(woman: bool, draw: Random) -> str:
    """A word as the generator draws them for anybody of that sex."""
    shape = SHAPES[TRADITION_OF[draw.randrange(words.PLACES)]][woman][draw.randrange(100)]
    table, _ = shape[-1]
    return table[draw.randrange(words.PLACES)]
