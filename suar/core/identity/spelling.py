"""How a name is written and how it sounds: folding, old spelling, and a sound key. No tables of people: `names` has
them.

Source: DOMAIN C2 rules 1, 8-13 (Van Ophuijsen to EYD, Arabic sounds, vowels, doubled letters).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NO_LETTER = re.compile(r"[^a-z0-9\s]")
_NARROW = re.compile(r"['’`ʻʼ‘´]")
#: The same for plain ASCII, in one pass.
_SIGNS = {sign: " " for sign in range(128) if not chr(sign).isalnum()} | dict.fromkeys(map(ord, "'`"))
#: A person of more words than this is a pasted paragraph; the longest name of DOMAIN C1 has 60 characters.
LONGEST_NAME = 200


def letters(text: str) -> str:
    """A name in small plain letters, one blank between words; apostrophes and hamzah vanish, other signs part words.

    NUR'AINI → nuraini; "HIDAYAT, RAHMAT" → "hidayat rahmat"; José → jose. Rule 1: nothing that identifies is lost.
    """
    text = text[:LONGEST_NAME].lower()
    if text.isascii() and text.replace(" ", "").isalnum():
        return " ".join(text.split())
    if text.isascii():
        return " ".join(text.translate(_SIGNS).split())
    decomposed = unicodedata.normalize("NFKD", _NARROW.sub("", text).casefold())
    text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_NO_LETTER.sub(" ", text).split())


#: Old spelling (before 1972) to new. One direction only: nobody writes Joko for Yoko (rule 8).
_OLD = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy"))

#: What different clerks write for one sound (rules 8, 9), longest first.
_HEARD = (
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "s"), ("sy", "s"), ("sh", "s"), ("kh", "h"),
    ("ch", "h"), ("dz", "s"), ("dh", "d"), ("th", "t"), ("gh", "g"), ("ij", "i"), ("ie", "i"), ("x", "ks"),
)  # fmt: skip
#: Then letter by letter: z, j and s; f, v and p; q and k; a, o and u; e, i and y (rules 9-11).
_ALIKE = str.maketrans("zjfvqoueyb", "ssppkaaiip")
_DOUBLED = re.compile(r"(.)\1+")
_LAST = str.maketrans("d", "t")
#: Words that clerks join to the next one (rules 5, 7, 14), where at least four letters follow.
_JOINED = re.compile(r"(?:nur|noer|noor|sri|siti|dewi)(?=.{4})")
_ABDUL = re.compile(r"abd[uoe]([lrsnzd])\1?(.{4,})")


@lru_cache(maxsize=1 << 16)
def modern(word: str) -> str:
    """An old spelling in the new one: soeharti → suharti, djoko → joko. Modern words stay as they are."""
    for old, new in _OLD:
        if old in word:
            word = word.replace(old, new)
    return word


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """One key for the spellings of one name: mochamad = muhammad, rizqi = risky, romadhon = ramadan, boedy = budi.

    Two words with one key need not be one name (Hidayat, Hidayah): the key finds, the comparison judges.
    """
    for heard, key in _HEARD:
        if heard in word:
            word = word.replace(heard, key)
    word = _DOUBLED.sub(r"\1", word.translate(_ALIKE))
    if len(word) > 3:
        word = word[:-1] if word[-1] == "h" else word[:-1] + word[-1].translate(_LAST)
    return word


def bare(word: str) -> str:
    """The telling part of a joined word: abdurrahman → rahman, nurhayati → hayati, sriwahyuni → wahyuni."""
    if found := _ABDUL.fullmatch(word):
        return found[2] if found[1] == "l" else found[1] + found[2]
    return _JOINED.sub("", word, count=1) if word[0] in "nsd" else word


#: As _ALIKE, but with the vowels a, o, u kept apart: for judging, where the key only finds.
_FINE = str.maketrans("zjfvqeyb", "ssppkiip")
_VOWELS_ALIKE = frozenset(("ao", "oa", "ou", "uo"))


@lru_cache(maxsize=1 << 17)
def fine_sound(word: str) -> str:
    """As `sound`, with the vowels kept: what `heard_alike` compares."""
    for heard, key in _HEARD:
        if heard in word:
            word = word.replace(heard, key)
    word = _DOUBLED.sub(r"\1", word.replace("oo", "u").translate(_FINE))
    if len(word) > 3:
        word = word[:-1] if word[-1] == "h" else word[:-1] + word[-1].translate(_LAST)
    return word


def heard_alike(a: str, b: str) -> bool:
    """Whether two fine sounds differ in nothing but a for o or o for u: Rahman and Rochman, never Umar and Amar (rule
    10).
    """
    if len(a) != len(b):
        return False
    return all(x == y or x + y in _VOWELS_ALIKE for x, y in zip(a, b, strict=True))
