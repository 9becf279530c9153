"""How the same person is written elsewhere: every step with its stated chance, all in one table, which the oracle reads too.

Spellings are those of DOMAIN C2, written from it and not from `policy/matching`. The chances are guesses, except where
a line says from where; what counts is that peers, ours and the oracle meet the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random

from bench.match import words

#: The chance of each step. Names: a step for the whole name unless it says "word".
CHANCES: Mapping[str, float] = {
    # a name (DOMAIN C2 by rule number)
    "word.variant": 0.16,  # 3-13: each word by itself
    "name.slip": 0.10,  # 20: one letter lost, doubled, exchanged or hit beside
    "name.ocr": 0.03,  # 20
    "name.dropped": 0.12,  # 16: a word of two or more
    "name.initial": 0.03,  # 16
    "name.swapped": 0.08,  # 15
    "name.joined": 0.05,  # 14
    "name.cut": 0.50,  # 21: of names longer than the form's 25 letters
    "name.title": 0.04,  # 2
    "name.patronymic": 0.04,  # 17
    "name.clerk": 0.03,  # 22: FNU, or the only word twice; of one-word names
    # a birth date (DOMAIN C3)
    "birth.swapped": 0.02,
    "birth.shifted": 0.03,
    "birth.heaped": 0.02,
    "birth.digit": 0.02,
    "birth.missing": 0.02,
    # the rest
    "sex.missing": 0.10,
    "sex.wrong": 0.01,
    "place.missing": 0.15,
    "place.other": 0.10,
    "place.slip": 0.08,
    "mother.missing": 0.25,
    "mother.other": 0.04,
    "passport.missing": 0.50,
    "passport.renewed": 0.15,
    "phone.missing": 0.40,
    "phone.other": 0.25,
    "address.missing": 0.40,
    "address.moved": 0.20,
    "address.short": 0.30,
    "region.missing": 0.30,
    "region.moved": 0.15,
    # a NIK of the medium stratum; easy keeps it, hard has a new one
    "nik.missing": 0.45,
    "nik.digit": 0.20,
    "nik.exchanged": 0.10,
    "nik.replaced": 0.25,
    # the changed identity; its name and age: questions.CHANGES
    "changed.day_kept": 0.75,
    "changed.moved": 0.70,
}
CUT_AT = 25
TITLES = ("H. ", "Hj. ", "Drs. ", "Ir. ", "Dr. ")
BESIDE = {
    "a": "qsz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "xa",
}  # fmt: skip
OCR = (("o", "0"), ("i", "1"), ("l", "1"), ("rn", "m"), ("m", "rn"), ("b", "8"), ("s", "5"))
#: One clerk's writing for another's: pattern and what stands there instead. Old spelling both ways here: a register may
#: hold either.
SPELLINGS: tuple[tuple[str, str], ...] = (
    ("u", "oe"), ("oe", "u"), ("j", "dj"), ("dj", "j"), ("c(?!h)", "tj"), ("tj", "c"), ("y", "j"), ("ny", "nj"), ("sy", "sj"),
    ("sy", "s"), ("sy", "sh"), ("dh", "d"), ("dz", "z"), ("z", "j"), ("z", "s"), ("q", "k"), ("k(?=[iy])", "q"),
    ("f", "p"), ("f", "v"), ("v", "f"), ("th", "t"), ("^h", "ch"), ("^kh", "h"), ("ah", "oh"), ("ah$", "a"), ("i$", "y"), ("y$", "i"),
    ("i(?=[fnst]$)", "ie"), ("aya", "aja"), ("at$", "ad"), ("ad$", "at"), ("([lmnrst])\\1", "\\1"), ("(?<=[aiu])([mns])(?=[aiu])", "\\1\\1"),
    ("din$", "ddin"), ("ai", "ae"), ("e", "i"),
)  # fmt: skip
COMPILED = tuple((re.compile(found), instead) for found, instead in SPELLINGS)
FAMILIES = tuple(frozenset(table) for table in (words.MUHAMMAD, words.AHMAD, words.ABDUL, words.SITI, words.NUR))
#: Birth order words that stand for one another (rule 18).
FAMILIES += tuple(frozenset(group.split()) for group in ("Wayan Putu Gede", "Made Kadek Nengah", "Nyoman Komang"))


@lru_cache(maxsize=1 << 18)
def variants(word: str) -> tuple[str, ...]:
    """What else clerks write for this word, all equally likely here."""
    for family in FAMILIES:
        if word in family:
            return tuple(sorted(family - {word}))
    small = word.lower()
    found = {pattern.sub(instead, small, count=1) for pattern, instead in COMPILED} - {small}
    return tuple(sorted(other.capitalize() for other in found if len(other) > 2))


def noisy_name(name: str, draw: Random, chances: Mapping[str, float] = CHANCES) -> str:
    """The name as another clerk wrote it."""

    def happens(step: str) -> bool:
        return draw.random() < chances[step]

    spoken = [varied(word, draw) if happens("word.variant") else word for word in name.split()]
    if len(spoken) > 1 and happens("name.dropped"):
        del spoken[draw.randrange(len(spoken))]
    if len(spoken) > 1 and happens("name.swapped"):
        spoken = [*spoken[1:], spoken[0]]
    if len(spoken) > 1 and happens("name.initial"):
        place = draw.randrange(len(spoken))
        spoken[place] = spoken[place][0] + "."
    if len(spoken) > 1 and happens("name.joined"):
        place = draw.randrange(len(spoken) - 1)
        spoken[place : place + 2] = [spoken[place] + spoken[place + 1].lower()]
    if happens("name.slip"):
        place = draw.randrange(len(spoken))
        spoken[place] = slipped(spoken[place], draw)
    if happens("name.ocr"):
        place = draw.randrange(len(spoken))
        spoken[place] = misread(spoken[place], draw)
    if len(spoken) == 1 and happens("name.clerk"):
        spoken = draw.choice((["FNU", spoken[0]], [spoken[0], spoken[0]]))
    written = " ".join(spoken)
    if happens("name.patronymic"):
        written += f" {draw.choice(('bin', 'binti'))} {words.ISLAM_M[draw.randrange(words.PLACES)]}"
    if happens("name.title"):
        written = draw.choice(TITLES) + written
    if len(written) > CUT_AT and happens("name.cut"):
        written = written[:CUT_AT].strip()
    return written


def varied(word: str, draw: Random) -> str:
    others = variants(word)
    return draw.choice(others) if others else word


def slipped(word: str, draw: Random) -> str:
    """One slip of the fingers."""
    if len(word) < 3:
        return word
    place = draw.randrange(1, len(word))
    kind = draw.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + draw.choice(BESIDE.get(word[place], "e")) + word[place + 1 :]


def misread(word: str, draw: Random) -> str:
    possible = [(found, instead) for found, instead in OCR if found in word.lower()]
    if not possible:
        return word
    found, instead = draw.choice(possible)
    return word.lower().replace(found, instead, 1).capitalize()


def one_of(draw: Random, **steps: float) -> str:
    """Which of these exclusive steps happens; "" for none."""
    left = draw.random()
    for name, chance in steps.items():
        left -= chance
        if left < 0:
            return name
    return ""


def chances_of(field: str) -> dict[str, float]:
    """The exclusive steps of a field."""
    return {name.split(".")[1]: chance for name, chance in CHANCES.items() if name.startswith(field + ".")}


def noisy_birth(date: str, draw: Random) -> str:
    step = one_of(draw, **chances_of("birth"))
    year, month, day = date.split("-")
    if step == "missing":
        return ""
    if step == "swapped" and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if step == "shifted":
        return f"{int(year) + draw.choice((-5, -4, -3, -2, -1, 1, 2, 3, 4, 5))}-{month}-{day}"
    if step == "heaped":
        return f"{year}-01-01"
    if step == "digit":
        return valid_or(f"{year[:3]}{draw.randrange(10)}-{month}-{day}", date)
    return date


def valid_or(date: str, otherwise: str) -> str:
    return otherwise if date[5:] == "02-29" else date


def noisy_nik(nik: str, step: str, draw: Random, other: Callable[[], str]) -> str:
    if step == "missing":
        return ""
    if step == "replaced":
        return other()
    place = draw.randrange(15)
    if step == "exchanged":
        return nik[:place] + nik[place + 1] + nik[place] + nik[place + 2 :]
    if step == "digit":
        return nik[:place] + str((int(nik[place]) + draw.randrange(1, 10)) % 10) + nik[place + 1 :]
    return nik


def shortened(address: str) -> str:
    """As hurried clerks write it: no RT and RW, the road's kind left out."""
    text = re.sub(r" RT \d+ RW \d+", "", address.replace("Jl. ", ""))
    return text.replace(" No. ", " ")
