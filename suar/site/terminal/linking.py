"""`suar link`: the records of two files that may be of one person, by the same keys and the same scorer as the house.

In its simplest honest form: candidates by shared keys, each pair scored by itself. Nothing is forced to be one to one,
and no weight is learned from the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from suar.core.errors import Read
from suar.core.identity.dates import read_partial_date
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.person import Description
from suar.core.identity.phone import read_phone
from suar.core.identity.sex import read_sex
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.matching.keys import Key, keys
from suar.site.running.home import CannotRun
from suar.site.terminal import files
from suar.site.terminal.weights import matching

#: As at the desk (persons/queries): a key that more share than this says too little to be followed.
BLOCK_CAP = 400
HEADER = ("left_id", "right_id", "weight", "probability")
READERS: dict[str, Callable[[str], Read[Any]]] = {
    "nik": lambda text: read_nik(text, ()),
    "sex": read_sex,
    "birth_date": read_partial_date,
    "passport_no": read_passport_no,
    "phone": read_phone,
}
People = dict[str, Description]


def link(left: Path, right: Path, out: Path) -> int:
    """Write every pair that the policy would join or show to a human, likeliest first for each left record."""
    ours, theirs = people(left), people(right)
    pairs = list(linked(ours, theirs))
    files.write(out, HEADER, ((a, b, weight, f"{permille / 1000:.3f}") for a, b, weight, permille in pairs))
    print(f"{len(ours):,} and {len(theirs):,} records, {len(pairs):,} pairs: {out}")
    return 0


def linked(ours: People, theirs: People) -> Iterator[tuple[str, str, int, int]]:
    policy = matching().for_register(len(theirs))
    shared = blocks(theirs)
    for left_id, left in ours.items():
        found = []
        for right_id in candidates(left, shared):
            explanation = explain(left, theirs[right_id], candidate=right_id, policy=policy)
            if propose(explanation, policy) in {Verdict.JOIN, Verdict.ASK}:
                found.append((left_id, right_id, explanation.weight, explanation.probability_permille))
        yield from sorted(found, key=lambda pair: (-pair[2], pair[1]))


def blocks(people: People) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for id_, described in people.items():
        for key in keys(described):
            found[key].append(id_)
    return found


def candidates(described: Description, shared: dict[Key, list[str]]) -> list[str]:
    """Whoever shares a key that is not too common, in the order of the file."""
    blocks = (shared.get(key, []) for key in keys(described))
    return list(dict.fromkeys(id_ for block in blocks if len(block) <= BLOCK_CAP for id_ in block))


def people(path: Path) -> People:
    """A file in the standard's person columns. Raises CannotRun for an id that is missing or comes twice."""
    found: People = {}
    for number, row in enumerate(files.rows(path, ("id", "full_name")), start=2):
        id_ = row["id"].strip()
        if not id_ or id_ in found:
            raise CannotRun(f"{path}, record {number - 1}: the id is {'there twice' if id_ else 'missing'}.")
        found[id_] = Description.of({name: read(name, text) for name, text in row.items()})
    return found


def read(name: str, text: str) -> str:
    """The standard's form of a value; what cannot be read is compared as it is written."""
    text = " ".join(text.split())
    if name not in READERS or not text:
        return text
    made = READERS[name](text)
    if not made.ok or made.value is None:
        return text
    return str(getattr(made.value, "digits", made.value))
