"""Which records are compared: everyone who shares a key, however common, by either engine alike."""

from __future__ import annotations

import importlib.util
import random
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.person import Description
from suar.core.matching.keys import keys
from suar.persons.pairs import Engine, EngineMissing, engine, keyed
from tests.core.matching.people import ANYTHING, unhurried
from tests.site.batch import noisy

SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.skipif(not SPARK, reason="needs Java and pyspark"))]


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=90), unique=True, max_size=30))
def test_a_hash_is_of_the_text_alone(texts: list[str]) -> None:
    together = keyed.hashed(texts).tolist()
    assert together == [int(keyed.hashed([text])[0]) for text in texts] and len(set(together)) == len(texts)


def test_a_hash_never_changes() -> None:
    """Keys of a run that was killed stand in its work folder, and another process goes on with them."""
    assert keyed.hashed(["nik 9901011205900001", "name rahmat"]).tolist() == [-2940557186772415700, 3504619275714423260]


@unhurried(100)
@given(st.lists(st.builds(Description, **ANYTHING), max_size=6))
def test_two_share_a_row_when_they_share_a_key_or_two_traits(people: list[Description]) -> None:
    told = [keyed.traits_of(one) for one in people]
    rows, places = keyed.rows_of(people, told, 0)
    of: dict[int, set[int]] = {n: set() for n in range(len(people))}
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        of[place].add(row)
    for a, b in product(range(len(people)), repeat=2):
        shared = set(keys(people[a])) & set(keys(people[b])) or set(keyed.crosses(people[a], told[a])) & set(
            keyed.crosses(people[b], told[b])
        )
        assert bool(of[a] & of[b]) is bool(shared)


def laid_out(folder: Path, left: list[Description], right: list[Description] | None) -> None:
    for side, people in enumerate((left, right)):
        if people is not None:
            halves = len(people) // 2
            for first, some in ((0, people[:halves]), (halves, people[halves:])):
                at = [folder / f"{side}-{first}.{what}.parquet" for what in ("keys", "traits")]
                keyed.write(some, side=side, first=first, keys_at=at[0], traits_at=at[1])


def sharing(left: list[Description], right: list[Description] | None) -> set[tuple[int, int]]:
    """The oracle: every two who share a key."""

    def of(one: Description) -> set[object]:
        return {*keys(one), *keyed.crosses(one, keyed.traits_of(one))}

    all_left, all_right = [of(one) for one in left], [of(one) for one in (left if right is None else right)]
    return {
        (a, b) for a, b in product(range(len(all_left)), range(len(all_right)))
        if (right is not None or a < b) and all_left[a] & all_right[b]
    }  # fmt: skip


@pytest.fixture(params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = engine(request.param, tmp_path, memory_mb=512, threads=1)
    yield made
    made.close()


def people(count: int, seed: int) -> list[Description]:
    draw = random.Random(seed)
    return [Description.of({**noisy.written(one, str(one.number), draw, noise=1)}) for one in noisy.people(count, draw)]


@pytest.mark.parametrize("within", [False, True])
def test_everyone_who_shares_a_key_is_compared_once(opened: Engine, tmp_path: Path, within: bool) -> None:
    left, right = people(240, 1), None if within else people(240, 1)[::-1]
    laid_out(tmp_path, left, right)
    plan = opened.plan(tmp_path, within=within, together=100, neighbours=3)
    found: list[tuple[int, int]] = []
    for first in range(0, 240, 100):
        one, other = opened.pairs(first, first + 100)
        assert one.dtype == np.int64 and ((one >= first) & (one < first + 100)).all()
        found += zip(one.tolist(), other.tolist(), strict=True)
    assert set(found) == sharing(left, right) and len(found) == len(set(found))
    assert plan.refined == plan.neighbours == 0 and plan.comparisons >= len(found)


@pytest.mark.parametrize("within", [False, True])
def test_a_common_key_is_refined_and_never_dropped(opened: Engine, tmp_path: Path, within: bool) -> None:
    """Two hundred of one name: those who share a birth date or a mother meet all the same, and each has some neighbour."""
    left = [
        Description(
            full_name="Siti Aminah",
            birth_date=f"19{50 + n % 40}-05-11" if n % 3 else "",
            mother_name=f"Euis {chr(97 + n % 26) * 2}ningsih" if n % 2 else "",
        )
        for n in range(200)
    ]
    right = None if within else left
    laid_out(tmp_path, left, right)
    plan = opened.plan(tmp_path, within=within, together=12, neighbours=2)
    one, other = opened.pairs(0, 200)
    found = set(zip(one.tolist(), other.tolist(), strict=True))
    assert plan.refined and plan.neighbours and len(found) < 200 * 200 / 4
    same_day = {
        (a, b) for a, b in product(range(200), repeat=2)
        if left[a].birth_date and left[a].birth_date == left[b].birth_date and (not within or a < b)
    }  # fmt: skip
    assert same_day and same_day <= found
    met = {place for pair in found for place in (pair if within else pair[:1])}
    assert met == set(range(200))


def test_a_plan_is_kept_for_a_run_that_goes_on(tmp_path: Path) -> None:
    laid_out(tmp_path, people(60, 3), None)
    first = engine("duckdb", tmp_path, memory_mb=512, threads=1)
    plan = first.plan(tmp_path, within=True, together=50, neighbours=2)
    pairs = [side.tolist() for side in first.pairs(0, 60)]
    first.close()
    for path in tmp_path.glob("*.keys.parquet"):
        path.unlink()
    again = engine("duckdb", tmp_path, memory_mb=512, threads=1)
    assert again.plan(tmp_path, within=True, together=50, neighbours=2) == plan
    assert [side.tolist() for side in again.pairs(0, 60)] == pairs
    again.close()


@pytest.mark.skipif(SPARK, reason="Spark is here")
def test_an_engine_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"pyspark|Java"):
        engine("spark", tmp_path, memory_mb=512, threads=1)
