"""Blocking keys as they are stored: hashed by the vault, in the columns of `persons_key`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from suar.core.identity.person import Description
from suar.core.matching.keys import SLOTS, STRONG, keys
from suar.vault.queries import DEFAULT, blocking

#: Kind to its columns, and every column in the order of the table.
COLUMNS = {kind: tuple(kind if n == 1 else f"{kind}_{n}" for n in range(1, slots + 1)) for kind, slots in SLOTS.items()}
EVERY = tuple(column for columns in COLUMNS.values() for column in columns)
_PLACE = {column: n for n, column in enumerate(EVERY)}
#: Column to kind, of those whose sharing makes a neighbourhood.
STRONG_COLUMNS = {column: kind for kind in STRONG for column in COLUMNS[kind]}
#: The order in which `persons_candidates` is told keys, and how many of each kind there are at most (the migration's ONE and MOST).
ASKED = {
    "nik": 1, "passport": 1, "kk": 1, "phone": 1, "name_mother": 1, "mother": 1,
    "name_born": 4, "name_day": 4, "names": 3, "name_place": 2, "mother_day": 2, "place_born": 2,
}  # fmt: skip
#: A strong key: its kind and its hash.
StrongKey = tuple[str, int]


def hashed(*described: Description, wall: str = DEFAULT) -> dict[str, list[int]]:
    """Kind to the hashes of the keys of all these, each once, in the order of `core.matching.keys`."""
    found: dict[str, list[str]] = {}
    for key in chain.from_iterable(map(keys, described)):
        found.setdefault(key.kind, []).append(key.value)
    return {kind: list(dict.fromkeys(blocking(kind, *values, wall=wall))) for kind, values in found.items()}


def in_places(found: Mapping[str, Sequence[int]]) -> str:
    """The keys as `persons_candidates` takes them: PostgreSQL's text of an int4[], each kind at its places, NULL where there is none."""
    told: list[str] = []
    for kind, most in ASKED.items():
        held = found.get(kind, ())
        told += [*map(str, held), *["NULL"] * (most - len(held))]
    return "{" + ",".join(told) + "}"


def rows_of(found: dict[str, list[int]]) -> list[list[int | None]]:
    """The rows of the table, a value for each of EVERY: one, and another where a kind has more keys than columns."""
    rows: list[list[int | None]] = []
    for kind, held in found.items():
        columns = COLUMNS[kind]
        for n, key in enumerate(held):
            row, column = divmod(n, len(columns))
            while len(rows) <= row:
                rows.append([None] * len(EVERY))
            rows[row][_PLACE[columns[column]]] = key
    return rows


def strong_in(row: Sequence[int | None]) -> set[StrongKey]:
    """The strong keys of a stored row: a value for each of STRONG_COLUMNS."""
    return {(kind, key) for kind, key in zip(STRONG_COLUMNS.values(), row, strict=True) if key is not None}


def strong_of(found: dict[str, list[int]]) -> set[StrongKey]:
    return {(kind, key) for kind in STRONG for key in found.get(kind, ())}
