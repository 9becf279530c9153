"""What is paired, in the SQL that both engines read: no key is ever dropped with all its pairs.

A key is followed whole while its records make at most together² pairs. A commoner one is refined: its records are paired
where they also share a trait; a refined key still too common, where they share two. What even that leaves too common is
followed to the nearest `neighbours` on either side in the order of name and birth date, and so is every common key
itself, for those of whom no trait is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from suar.persons.pairs.keyed import TRAITS, UNKNOWN

#: Views that the engine makes over its Parquet files before the first statement.
KEYS, PEOPLE = "keys", "traits"


@dataclass(frozen=True, slots=True)
class Table:
    """One table to be made, in this order."""

    name: str
    select: str


def tables(*, within: bool, together: int, neighbours: int) -> Iterator[Table]:
    """The tables of a plan. `members` holds blocks to be paired whole, `beside` rows ranked for their neighbours."""
    few = together * together
    made = "n * n" if within else "lefts * rights"
    useful = "n > 1" if within else "lefts > 0 AND rights > 0"
    counted = "count(*) AS n, sum(1 - side) AS lefts, sum(side) AS rights"

    yield Table("sizes", f"SELECT key, {counted} FROM {KEYS} GROUP BY key")
    yield Table("common", _joined("key", "sizes", KEYS, f"{made} > {few} AND {useful}"))
    yield Table("split", " UNION ALL ".join(_by_trait(name, tag) for tag, name in enumerate(TRAITS)))
    yield Table("split_sizes", f"SELECT key, tag, trait, {counted} FROM split GROUP BY key, tag, trait")
    yield Table("still", _joined("key, tag, trait", "split_sizes", "split", f"{made} > {few} AND {useful}"))
    yield Table("twice", " UNION ALL ".join(_by_two(one, other) for one, other in combinations(range(len(TRAITS)), 2)))
    yield Table(
        "twice_sizes",
        f"SELECT key, tag, trait, tag2, trait2, {counted} FROM twice GROUP BY key, tag, trait, tag2, trait2",
    )
    yield Table(
        "blocks",
        f"""
        SELECT row_number() OVER (ORDER BY key, tag, trait, tag2, trait2) AS block, * FROM (
            SELECT key, -1 AS tag, 0 AS trait, -1 AS tag2, 0 AS trait2, {made} AS made FROM sizes WHERE {useful} AND {made} <= {few}
            UNION ALL SELECT key, tag, trait, -1, 0, {made} FROM split_sizes WHERE {useful} AND {made} <= {few}
            UNION ALL SELECT key, tag, trait, tag2, trait2, {made} FROM twice_sizes WHERE {useful} AND {made} <= {few}
        ) found""",
    )
    yield Table(
        "members",
        f"""
        SELECT b.block, k.side, k.place FROM blocks b JOIN {KEYS} k ON k.key = b.key WHERE b.tag = -1
        UNION ALL SELECT b.block, s.side, s.place FROM blocks b
            JOIN split s ON s.key = b.key AND s.tag = b.tag AND s.trait = b.trait WHERE b.tag >= 0 AND b.tag2 = -1
        UNION ALL SELECT b.block, t.side, t.place FROM blocks b
            JOIN twice t ON t.key = b.key AND t.tag = b.tag AND t.trait = b.trait AND t.tag2 = b.tag2 AND t.trait2 = b.trait2
            WHERE b.tag2 >= 0""",
    )
    yield Table(
        "crowds",
        f"""
        SELECT row_number() OVER (ORDER BY key, tag, trait, tag2, trait2) AS block, * FROM (
            SELECT key, -1 AS tag, 0 AS trait, -1 AS tag2, 0 AS trait2 FROM sizes WHERE {useful} AND {made} > {few}
            UNION ALL SELECT key, tag, trait, tag2, trait2 FROM twice_sizes WHERE {useful} AND {made} > {few}
        ) found""",
    )
    yield Table(
        "beside",
        f"""
        SELECT block, side, place, row_number() OVER (PARTITION BY block ORDER BY sorted_by, place, side) AS rank FROM (
            SELECT c.block, k.side, k.place FROM crowds c JOIN common k ON k.key = c.key WHERE c.tag = -1
            UNION ALL SELECT c.block, t.side, t.place FROM crowds c
                JOIN twice t ON t.key = c.key AND t.tag = c.tag AND t.trait = c.trait AND t.tag2 = c.tag2 AND t.trait2 = c.trait2
                WHERE c.tag >= 0
        ) crowd JOIN {PEOPLE} p USING (side, place)""",
    )
    steps = " UNION ALL ".join(f"SELECT {step} AS step" for step in range(-neighbours, neighbours + 1) if step)
    yield Table("steps", steps)


#: Tables that are of no use once the plan is made.
PASSING = ("sizes", "common", "split", "split_sizes", "still", "twice", "twice_sizes")

#: Tables from which pairs are made.
LASTING = ("blocks", "members", "crowds", "beside", "steps")

COUNTS = """
SELECT
    (SELECT count(*) FROM blocks WHERE tag = -1) AS whole, (SELECT count(*) FROM blocks WHERE tag >= 0) AS refined,
    (SELECT count(*) FROM crowds) AS neighbours, (SELECT coalesce(sum(made), 0) FROM blocks) AS made,
    (SELECT count(*) FROM beside) AS beside
"""


def pairs(first: int, end: int, *, within: bool) -> str:
    """The pairs whose left place lies in this range, each once."""
    other = "r.side = l.side AND r.place > l.place" if within else "r.side = 1"
    mine = f"l.side = 0 AND l.place >= {first} AND l.place < {end}"
    return f"""
        SELECT l.place AS one, r.place AS other FROM members l JOIN members r ON r.block = l.block WHERE {mine} AND {other}
        UNION SELECT l.place, r.place FROM beside l CROSS JOIN steps s
            JOIN beside r ON r.block = l.block AND r.rank = l.rank + s.step WHERE {mine} AND {other}"""


def _joined(by: str, sizes: str, rows: str, where: str) -> str:
    """The rows of those keys whose size says `where`."""
    return f"SELECT {by}, side, place FROM {rows} JOIN (SELECT {by} FROM {sizes} WHERE {where}) big USING ({by})"


def _by_trait(name: str, tag: int) -> str:
    return (
        f"SELECT k.key, {tag} AS tag, p.{name} AS trait, k.side, k.place FROM common k JOIN {PEOPLE} p USING (side, place)"
        f" WHERE p.{name} <> {UNKNOWN}"
    )


def _by_two(one: int, other: int) -> str:
    return (
        f"SELECT s.key, s.tag, s.trait, {other} AS tag2, p.{TRAITS[other]} AS trait2, s.side, s.place FROM still s"
        f" JOIN {PEOPLE} p USING (side, place) WHERE s.tag = {one} AND p.{TRAITS[other]} <> {UNKNOWN}"
    )
