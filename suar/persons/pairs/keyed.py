"""Descriptions as rows of numbers: blocking keys, and the traits by which a key that too many share is refined."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from suar.core.identity.person import Description
from suar.core.identity.spelling import letters, sound
from suar.core.matching.keys import keys

Numbers = npt.NDArray[np.int64]
#: Texts longer than this are first made shorter by a hash of their own: 64 bytes are eight numbers.
LONGEST = 64
#: The traits, in the order of their columns: day of birth, mother, place of birth, region.
TRAITS = ("born", "mother", "birthplace", "region")


def hashed(texts: Sequence[str]) -> Numbers:
    """Each text as one number of 64 bits: the same for equal texts, in every process and every run.

    Two texts of ten million meet by chance once in 400,000 files, and then a pair too many is compared, no more.
    """
    if not texts:
        return np.zeros(0, dtype=np.int64)
    plain = [text.encode("utf-8", "surrogatepass") for text in texts]
    short = [one if len(one) <= LONGEST else hashlib.blake2b(one, digest_size=32).hexdigest().encode() for one in plain]
    width = -(-max(map(len, short)) // 8) * 8 or 8
    columns = np.array(short, dtype=f"S{width}").view(np.uint64).reshape(len(short), -1)
    made = np.full(len(short), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in columns.T:
        mixed = (made ^ column) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(32)
        made = np.where(column != 0, mixed, made)
    return made.view(np.int64)


Traits = tuple[str, str, str, str]


def crosses(described: Description, traits: Traits) -> list[str]:
    """Keys that a batch can afford beside those of the desk: they find a name of one word that is misspelt.

    The day of birth with the mother, the place, the region; the mother with place and region; and the phone alone.
    """
    born, mother, place, region = traits
    two = ((born, mother), (born, place), (born, region), (mother, place), (mother, region))
    found = [f"two{n} {one} {other}" for n, (one, other) in enumerate(two) if one and other]
    return [*found, f"phone {described.phone}"] if described.phone else found


def rows_of(people: Sequence[Description], traits: Sequence[Traits], first: int) -> tuple[Numbers, Numbers]:
    """Every key of these descriptions, and the place of whose it is. Places count from `first`."""
    texts: list[str] = []
    counts = np.zeros(len(people), dtype=np.int64)
    for number, described in enumerate(people):
        of_this = [f"{key.kind} {key.value}" for key in keys(described)] + crosses(described, traits[number])
        counts[number] = len(of_this)
        texts += of_this
    return hashed(texts), np.repeat(np.arange(first, first + len(people), dtype=np.int64), counts)


def traits_of(described: Description) -> Traits:
    """What refines a common key: rough enough that one slip elsewhere does not part a person; "" for not known."""
    mother = sorted(letters(described.mother_name).split(), key=len)[-2:] if described.mother_name else ()
    place = described.birth_place.rsplit(" ", 1)[-1].lower()
    nik = described.nik if len(described.nik) == 16 else ""
    return (
        _born(described.birth_date, nik),
        " ".join(sorted(map(sound, mother))),
        sound(place) if place else "",
        (described.region_code.replace(".", "") or nik)[:4],
    )


def _born(birth_date: str, nik: str) -> str:
    """Year without century, and month and day in either order."""
    if len(birth_date) == 10:
        return birth_date[2:4] + "".join(sorted((birth_date[5:7], birth_date[8:10])))
    if nik.isdigit() and nik:
        day = int(nik[6:8])
        return nik[10:12] + "".join(sorted((f"{day - 40 if day > 40 else day:02}", nik[8:10])))
    return ""


def order_of(described: Description) -> str:
    """Who stands beside whom where too many share everything: name, then birth date."""
    return f"{letters(described.full_name)[:40]} {described.birth_date or described.nik[6:12]}"


def write(people: Sequence[Description], *, side: int, first: int, keys_at: Path, traits_at: Path) -> None:
    """The rows of one part as two Parquet files, each there whole or not at all. Sides: 0 left, 1 right."""
    told = [traits_of(described) for described in people]
    key, place = rows_of(people, told, first)
    many = np.full(len(key), side, dtype=np.int8)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "place": np.arange(first, first + len(people), dtype=np.int64),
        "side": np.full(len(people), side, dtype=np.int8),
        "sorted_by": np.array([order_of(described) for described in people], dtype=object),
    }
    for number, name in enumerate(TRAITS):
        columns[name] = hashed([one[number] for one in told])
    _parquet({"key": key, "place": place, "side": many}, keys_at)
    _parquet(columns, traits_at)


def _parquet(columns: dict[str, npt.NDArray[np.generic]], at: Path) -> None:
    part = at.with_suffix(".part")
    with duckdb.connect(config={"threads": 1}) as here:
        here.execute(f"COPY (SELECT * FROM columns) TO '{quoted(part)}' (FORMAT parquet)")
    part.replace(at)


def quoted(path: Path) -> str:
    """A path inside an SQL text."""
    return str(path).replace("'", "''")


#: What `hashed` makes of "": a trait that is not known, and so refines nothing.
UNKNOWN = int(hashed([""])[0])
