"""Blocking keys: two descriptions are compared only when they share one. A dozen a person, cheap to make.

Strong keys make the neighbourhood in which membership is decided; they are a pure function of one description, so that
"shares a strong key" depends on the pair alone, never on arrival order. Weak keys serve the search at a desk only.

Changing anything here changes stored keys: bump KEYS_VERSION, and rebuild them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from suar.core.identity.person import Description
from suar.core.identity.spelling import bare, letters, sound

#: Part of the policy name under which keys were made.
KEYS_VERSION = 3
#: The kinds, and how many keys of each one row of the key table has columns for; whoever has more, such as two days of birth, has
#: another row.
SLOTS: Mapping[str, int] = {
    "nik": 1, "passport": 1, "kk": 1, "phone": 1, "name_born": 2, "name_mother": 1,
    "name_day": 2, "names": 3, "name_place": 2, "mother": 1, "mother_day": 1, "place_born": 1,
}  # fmt: skip
STRONG = ("nik", "passport", "kk", "phone", "name_born", "name_mother")
#: Of more words than this a name is no rarer.
MOST_WORDS = 3


class Key(NamedTuple):
    """One blocking key. `value` is personal: the vault turns kind and value into a keyed hash before it is stored."""

    kind: str
    value: str
    strong: bool


#: Sounds of the words so common that they find everybody: nearly one man in twelve is a Muhammad (DOMAIN C1). Also
#: particles, forms of address and Balinese birth order, which carry no identity (DOMAIN C2 rules 3-7, 18, 22).
_COMMON = (
    "muhammad mohammad muh moh mhd mohd ahmad abdul abd siti sti sitti nur noor haji hajjah drs dra bin binti fnu lnu "
    "wayan putu gede made kadek nengah nyoman komang ketut dewi putri putra sri"
)
COMMON_SOUNDS = frozenset(sound(word) for word in _COMMON.split())


def keys(d: Description) -> tuple[Key, ...]:
    """Every key of one description, without repetition, in a fixed order.

    Strong: `nik`, `passport`, `kk`, `phone`, `name_born` (one rare word and the day of birth, day and month in either order, from the birth
    date and from the NIK), `name_mother`. Weak: `name_day` (the same without the year, which papers shift), `names` (two words in either
    order), `name_place` (a word and the birth place), `mother`, `mother_day`, `place_born` (birth place and day: for whoever has another
    name). Of a name the rarest-looking words count, so that a dropped Muhammad or a swapped order changes nothing.

    Measured on people with noise (`suar bench match`): 12 keys a person find 0.99 of them, 0.93 of those with a changed identity even where
    ten million share the register and a key that hundreds have is not followed.
    """
    words = telling_words(d.full_name)
    found: list[Key] = []
    nik = d.nik if len(d.nik) == 16 and d.nik.isdigit() else ""
    if nik:
        found.append(Key("nik", nik, True))
    if d.passport_no:
        found.append(Key("passport", d.passport_no, True))
    if d.kk:
        found.append(Key("kk", d.kk, True))
    if d.phone:
        found.append(Key("phone", d.phone, True))
    days = tuple(day for day in dict.fromkeys((day_of(d.birth_date), day_by(nik[6:12]))) if day)
    place = place_key(d.birth_place)
    if words:
        found += _with_name(words, days)
        found += [Key("name_place", f"{word} {place}", False) for word in words[:2] if place]
    if d.mother_name and (mother := telling_words(d.mother_name)):
        named = " ".join(sorted(mother[:2]))
        found.append(Key("mother", named, False))
        found += [Key("name_mother", f"{word} {named}", True) for word in words[:1]]
        found += [Key("mother_day", f"{mother[0]} {day[2:]}", False) for day in days if not is_heaped(day)]
    if place:
        found += [Key("place_born", f"{place} {day}", False) for day in days]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1 << 16)
def telling_words(full_name: str) -> tuple[str, ...]:
    """The sounds of the words of a name that say most, at most three: not the common ones, longest first, then by letter.

    A name of common words only keeps them: it still has to be found.
    """
    spoken = letters(full_name).split()
    for particle in ("bin", "binti"):
        if particle in spoken[1:]:
            spoken = spoken[: spoken.index(particle, 1)]
    sounds = {_heard(word) for word in spoken if len(word) > 1}
    telling = sorted(sounds - COMMON_SOUNDS or sounds, key=lambda word: (-len(word), word))
    return tuple(telling[:MOST_WORDS])


@lru_cache(maxsize=1 << 17)
def _heard(word: str) -> str:
    return sound(bare(word))


def _with_name(words: tuple[str, ...], days: tuple[str, ...]) -> list[Key]:
    found: list[Key] = []
    two = words[:2]
    for day in days:
        found += [Key("name_born", f"{word} {day}", True) for word in ((" ".join(two),) if is_heaped(day) else two)]
        if not is_heaped(day):
            found += [Key("name_day", f"{word} {day[2:]}", False) for word in two]
    names = [" ".join(sorted(pair)) for pair in combinations(words, 2)] or [words[0]]
    return found + [Key("names", name, False) for name in names]


def is_heaped(day: str) -> bool:
    """1 January and 31 December hold a twentieth of all stated days (DOMAIN C3): so many share them that they say little."""
    return day.endswith(("0101", "1231"))


def day_of(birth_date: str) -> str:
    """Year without century, then the smaller and the larger of month and day: the same for 03/04 and 04/03."""
    if len(birth_date) != 10 or birth_date[4] != "-":
        return ""
    month, day = birth_date[5:7], birth_date[8:10]
    return birth_date[2:4] + (month + day if month <= day else day + month)


def day_by(digits: str) -> str:
    """The same from a NIK's DDMMYY, where 40 is added to the day of a woman. "" for none, or for no date."""
    if not digits:
        return ""
    day, month = int(digits[:2]), digits[2:4]
    day -= 40 if day > 40 else 0
    if not 1 <= day <= 31 or not "01" <= month <= "12":
        return ""
    dd = f"{day:02}"
    return digits[4:] + (month + dd if month <= dd else dd + month)


def place_key(birth_place: str) -> str:
    """A place of birth as it sounds, however its words are parted; "" for none."""
    return sound(letters(birth_place).replace(" ", "")) if birth_place else ""
