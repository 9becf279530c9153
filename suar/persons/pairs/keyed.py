"""Descriptions as rows of numbers: blocking keys, and the traits by which a key that too many share is refined.

The keys are those of `core.matching.keys` but `name_place`, which finds at a desk what a batch finds by two traits. They are made of columns:
what a value says is found once for each distinct value, and the numbers of a key's parts are mixed into one. Two records share a number when
they share a key, and by chance once in many millions of files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from suar.core.identity.columns import Column, Columns
from suar.core.identity.spelling import letters, sound
from suar.core.matching.keys import day_by, day_of, is_heaped, place_key, telling_words

Numbers = npt.NDArray[np.int64]
#: The number of what is not known: it makes no key, and refines none.
UNKNOWN = 0
#: The traits, in the order of their columns: day of birth, mother, place of birth, region.
TRAITS = ("born", "mother", "birthplace", "region")
#: Two traits that a batch pairs by beside the desk's keys: they find a name of one word that is misspelt.
CROSSED = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3))
#: Every kind of key, by its place here; never moved, since a run that was killed goes on with the numbers of another process.
_KINDS = """
    nik passport kk phone name_born name_day names mother name_mother mother_day place_born born_mother born_place born_region
    mother_place mother_region
    """
KINDS = {kind: number for number, kind in enumerate(_KINDS.split(), start=1)}
CROSSES = tuple(list(KINDS)[-len(CROSSED) :])


class Traits(NamedTuple):
    """Numbers of what refines a common key: rough enough that one slip elsewhere does not part a person."""

    born: Numbers
    mother: Numbers
    birthplace: Numbers
    region: Numbers


def number_of(text: str) -> int:
    """A text as a number of 64 bits, the same in every process and every run; UNKNOWN for none."""
    plain = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), signed=True) if text else UNKNOWN


def mixed(kind: str, *parts: Numbers) -> Numbers:
    """One number of several, the same for the same parts in the same order of the same kind."""
    made = np.full(len(parts[0]), KINDS[kind], np.uint64)
    for part in parts:
        made ^= part.view(np.uint64)
        made *= np.uint64(0xBF58476D1CE4E5B9)
        made ^= made >> np.uint64(29)
        made *= np.uint64(0x94D049BB133111EB)
        made ^= made >> np.uint64(32)
    return made.view(np.int64)


def _each(read: Callable[[str], Any], column: Column) -> Numbers:
    """What is read of each value."""
    return np.array([read(text) for text in column], np.int64)


def _digits(niks: Column) -> Column:
    """The six digits of a NIK that say when its holder was born; "" for what is none."""
    return [nik[6:12] if len(nik) == 16 and nik.isdigit() else "" for nik in niks]


def traits_of(columns: Columns) -> Traits:
    niks = [nik if len(nik) == 16 else "" for nik in columns.nik]
    born = [_born(date) or _born_by(digits) for date, digits in zip(columns.birth_date, _digits(niks), strict=True)]
    region = [_region(code) or _region(nik[:4]) for code, nik in zip(columns.region_code, niks, strict=True)]
    return Traits(
        np.array(born, np.int64),
        _each(_mother, columns.mother_name),
        _each(_birthplace, columns.birth_place),
        np.array(region, np.int64),
    )


@lru_cache(maxsize=1 << 16)
def _born(date: str) -> int:
    """Year without century, and month and day in either order."""
    return number_of(date[2:4] + "".join(sorted((date[5:7], date[8:10]))) if len(date) == 10 else "")


@lru_cache(maxsize=1 << 16)
def _born_by(digits: str) -> int:
    """The same from a NIK's DDMMYY, also where that is no date."""
    if not digits:
        return UNKNOWN
    day = int(digits[:2])
    return number_of(digits[4:] + "".join(sorted((f"{day - 40 if day > 40 else day:02}", digits[2:4]))))


@lru_cache(maxsize=1 << 17)
def _mother(name: str) -> int:
    """Her two longest words as they sound."""
    return number_of(" ".join(sorted(map(sound, sorted(letters(name).split(), key=len)[-2:]))))


@lru_cache(maxsize=1 << 14)
def _birthplace(place: str) -> int:
    last = place.rsplit(" ", 1)[-1].lower()
    return number_of(sound(last)) if last else UNKNOWN


@lru_cache(maxsize=1 << 14)
def _region(code: str) -> int:
    """Its kabupaten."""
    return number_of(code.replace(".", "")[:4])


_word = lru_cache(maxsize=1 << 16)(number_of)


@lru_cache(maxsize=1 << 17)
def _words(name: str) -> tuple[int, int, int]:
    one, two, three, *_ = (*map(_word, telling_words(name)), UNKNOWN, UNKNOWN, UNKNOWN)
    return one, two, three


@lru_cache(maxsize=1 << 16)
def _day(day: str) -> tuple[int, int, int]:
    """Numbers of a day of birth and of that day in any year; whether it is one of those that too many state."""
    return number_of(day), number_of(day[2:]), is_heaped(day)


@lru_cache(maxsize=1 << 16)
def _stated_day(date: str) -> tuple[int, int, int]:
    return _day(day_of(date))


@lru_cache(maxsize=1 << 16)
def _day_by(digits: str) -> tuple[int, int, int]:
    return _day(day_by(digits))


@lru_cache(maxsize=1 << 14)
def _place(place: str) -> int:
    return number_of(place_key(place))


#: A column of keys, and which records have one.
Keyed = tuple[Numbers, npt.NDArray[np.bool_]]


def rows_of(columns: Columns, traits: Traits, first: int) -> tuple[Numbers, Numbers]:
    """Every key of these descriptions, and the place of whose it is. Places count from `first`."""
    found = [*_of_numbers(columns), *_of_names(columns), *_crosses(traits)]
    rows = [np.flatnonzero(has) for _, has in found]
    key = np.concatenate([numbers[of] for (numbers, _), of in zip(found, rows, strict=True)])
    return key, np.concatenate(rows).astype(np.int64) + first


def _of_numbers(columns: Columns) -> Iterator[Keyed]:
    niks = [nik if len(nik) == 16 and nik.isdigit() else "" for nik in columns.nik]
    told = {"nik": niks, "passport": columns.passport_no, "kk": columns.kk, "phone": columns.phone}
    for kind, texts in told.items():
        if any(texts):
            numbers = _each(number_of, texts)
            yield mixed(kind, numbers), numbers != UNKNOWN


def _of_names(columns: Columns) -> Iterator[Keyed]:
    """As `core.matching.keys.keys` says, one column for each place of a key in it."""
    digits = _digits(columns.nik)
    one, two, three = _tuples(map(_words, columns.full_name), 3)
    named = one != UNKNOWN
    days = [_tuples(map(_stated_day, columns.birth_date), 3), _tuples(map(_day_by, digits), 3)]
    days[1] = np.where(days[1][0] == days[0][0], UNKNOWN, days[1])
    nothing = np.zeros(len(one), np.int64)
    for number, (day, any_year, heaped) in enumerate(days):
        known, usual = named & (day != UNKNOWN), heaped == 0
        yield mixed("name_born", one, np.where(usual, nothing, two), day), known
        yield mixed("name_born", two, nothing, day), known & usual & (two != UNKNOWN)
        new = known & usual & ((number == 0) | (any_year != days[0][1]))
        yield mixed("name_day", one, any_year), new
        yield mixed("name_day", two, any_year), new & (two != UNKNOWN)
    first_two = _in_either_order(one, two)
    yield mixed("names", *first_two), named
    yield mixed("names", *_in_either_order(one, three)), three != UNKNOWN
    yield mixed("names", *_in_either_order(two, three)), three != UNKNOWN
    mother = _tuples(map(_words, columns.mother_name), 3)
    hers, known = _in_either_order(mother[0], mother[1]), mother[0] != UNKNOWN
    yield mixed("mother", *hers), known
    yield mixed("name_mother", one, *hers), known & named
    place = _each(_place, columns.birth_place)
    for number, (day, any_year, heaped) in enumerate(days):
        yield mixed("place_born", place, day), (place != UNKNOWN) & (day != UNKNOWN)
        new = known & (day != UNKNOWN) & (heaped == 0) & ((number == 0) | (any_year != days[0][1]))
        yield mixed("mother_day", mother[0], any_year), new


def _crosses(traits: Traits) -> Iterator[Keyed]:
    for kind, (one, other) in zip(CROSSES, CROSSED, strict=True):
        yield mixed(kind, traits[one], traits[other]), (traits[one] != UNKNOWN) & (traits[other] != UNKNOWN)


def _tuples(read: Iterator[tuple[int, ...]], width: int) -> Numbers:
    return np.array(list(read), np.int64).reshape(-1, width).T.copy()


def _in_either_order(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    return np.minimum(one, other), np.maximum(one, other)


def order_of(columns: Columns) -> Sequence[str]:
    """Who stands beside whom where too many share everything: name, then birth date."""
    told = zip(columns.full_name, columns.birth_date, columns.nik, strict=True)
    return [f"{letters(name)[:40]} {date or nik[6:12]}" for name, date, nik in told]


def write(columns: Columns, *, side: int, first: int, keys_at: Path, traits_at: Path) -> None:
    """The rows of one part as two Parquet files, each there whole or not at all. Sides: 0 left, 1 right."""
    traits = traits_of(columns)
    key, place = rows_of(columns, traits, first)
    told: dict[str, npt.NDArray[np.generic]] = {
        "place": np.arange(first, first + len(columns), dtype=np.int64),
        "side": np.full(len(columns), side, dtype=np.int8),
        "sorted_by": np.array(order_of(columns), dtype=object),
    }
    told |= dict(zip(TRAITS, traits, strict=True))
    _parquet({"key": key, "place": place, "side": np.full(len(key), side, dtype=np.int8)}, keys_at)
    _parquet(told, traits_at)


def _parquet(columns: dict[str, npt.NDArray[np.generic]], at: Path) -> None:
    part = at.with_suffix(".part")
    with duckdb.connect(config={"threads": 1}) as here:
        here.execute(f"COPY (SELECT * FROM columns) TO '{quoted(part)}' (FORMAT parquet)")
    part.replace(at)


def quoted(path: Path) -> str:
    """A path inside an SQL text."""
    return str(path).replace("'", "''")
