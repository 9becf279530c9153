"""Blocking keys: two descriptions are compared only when they share one. About ten a person, cheap to make.

Strong keys make the neighbourhood in which membership is decided; they are a pure function of one description, so that
"shares a strong key" depends on the pair alone, never on arrival order. Weak keys serve the search at a desk only.

Changing anything here changes stored keys: bump KEYS_VERSION, and rebuild them.
"""

from __future__ import annotations

from typing import NamedTuple

from suar.core.identity.person import Description
from suar.core.identity.spelling import bare, letters, sound

#: Part of the policy name under which keys were made.
KEYS_VERSION = 1


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

    Strong: `nik`, `passport`, `kk_name`, `phone_name`, `name_born` (one rare word and the day of birth, day and month
    in either order, from the birth date and from the NIK), `name_mother`. Weak: `name`, `name_year`, `nik_born`
    (region and date digits of a NIK, whose serial may be mistyped). Of a name the two rarest-looking words count, so
    that a dropped Muhammad or a swapped order changes nothing.
    """
    words = name_words(d.full_name)
    found: list[Key] = []
    nik = d.nik if len(d.nik) == 16 and d.nik.isdigit() else ""
    if nik:
        found += (Key("nik", nik, True), Key("nik_born", nik[:12], False))
    if d.passport_no:
        found.append(Key("passport", d.passport_no, True))
    if words:
        found += _with_name(d, words, nik)
    return tuple(dict.fromkeys(found))


def name_words(full_name: str) -> tuple[str, ...]:
    """The sounds of the two words of a name that say most: not the common ones, longest first, then by letter.

    A name of common words only keeps them, glued in order: it still has to be found.
    """
    spoken = letters(full_name).split()
    for particle in ("bin", "binti"):
        if particle in spoken[1:]:
            spoken = spoken[: spoken.index(particle, 1)]
    sounds = {sound(bare(word)) for word in spoken if len(word) > 1}
    telling = sorted(sounds - COMMON_SOUNDS, key=lambda word: (-len(word), word))
    return tuple(telling[:2]) if telling else (("".join(sorted(sounds)),) if sounds else ())


def _with_name(d: Description, words: tuple[str, ...], nik: str) -> list[Key]:
    found: list[Key] = []
    if d.kk:
        found += [Key("kk_name", f"{d.kk} {word}", True) for word in words]
    if d.phone:
        found += [Key("phone_name", f"{d.phone} {word}", True) for word in words]
    for day in dict.fromkeys((_born(d.birth_date), _born_by(nik))):
        if day:
            heaped = day.endswith(("0101", "1231"))
            found += [Key("name_born", f"{word} {day}", True) for word in ((" ".join(words),) if heaped else words)]
    if d.mother_name and (mother := name_words(d.mother_name)):
        found += [Key("name_mother", f"{word} {' '.join(mother)}", True) for word in words[:1]]
    found.append(Key("name", " ".join(words), False))
    found += [Key("name_year", f"{words[0]} {year}", False) for year in _years(d.birth_date, nik)]
    return found


def _born(birth_date: str) -> str:
    """Year without century, then the smaller and the larger of month and day: the same for 03/04 and 04/03."""
    if len(birth_date) != 10 or birth_date[4] != "-":
        return ""
    month, day = birth_date[5:7], birth_date[8:10]
    return birth_date[2:4] + (month + day if month <= day else day + month)


def _born_by(nik: str) -> str:
    """The same from a NIK's DDMMYY, where 40 is added to the day of a woman. "" for none, or for no date."""
    if not nik:
        return ""
    day, month = int(nik[6:8]), nik[8:10]
    day -= 40 if day > 40 else 0
    if not 1 <= day <= 31 or not "01" <= month <= "12":
        return ""
    dd = f"{day:02}"
    return nik[10:12] + (month + dd if month <= dd else dd + month)


def _years(birth_date: str, nik: str) -> tuple[str, ...]:
    """Years of birth, without century, that a partial date or a NIK leaves open: an age leaves two."""
    if birth_date.startswith("~"):
        age, _, on = birth_date[1:].partition("@")
        if age.isdigit() and on[:4].isdigit():
            year = int(on[:4]) - int(age[:3])
            return (f"{year % 100:02}", f"{(year - 1) % 100:02}")
        return ()
    if birth_date[:4].isdigit() and len(birth_date) >= 4:
        return (birth_date[2:4],)
    return (nik[10:12],) if nik else ()
