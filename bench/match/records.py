"""Records of one file, several of them of one person, with the truth kept apart: what a batch is asked to find out.

Six people in ten have one record, as their own agency holds them; the others have up to three more, each as another system
holds the same person, in the strata of the queries (easy, medium, hard). Who stands where says nothing: the file is shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from bench.match.people import Person, person
from bench.match.questions import STRATA, in_stratum

#: Records of a person → how many people in a hundred have so many. A file has 1.6 records a person.
COPIES: Mapping[int, int] = {1: 60, 2: 25, 3: 10, 4: 5}
FIELDS = Person._fields[1:]
#: How many people make so many records.
PEOPLE_IN_A_HUNDRED = 100 * 100 / sum(copies * share for copies, share in COPIES.items())


def records_of(seed: int, number: int) -> Iterator[dict[str, str]]:
    """Every record of this person, his own agency's first."""
    draw = Random(f"copies {seed} {number}")
    who = person(seed, number)
    copies = draw.choices(list(COPIES), list(COPIES.values()))[0]
    yield {name: value for name, value in who._asdict().items() if name != "number"}
    for _ in range(copies - 1):
        kind = draw.choices(list(STRATA), list(STRATA.values()))[0]
        yield in_stratum(kind, who, draw, seed)
