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

from suar.core.identity.columns import Columns
from suar.core.identity.person import Description
from suar.core.identity.spelling import letters, sound
from suar.core.matching.keys import keys
from suar.persons.pairs import Engine, EngineMissing, engine, keyed, whole
from tests.core.matching.people import ANYTHING, unhurried
from tests.site.batch import noisy

SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.skipif(not SPARK, reason="needs Java and pyspark"))]


Traits = tuple[str, str, str, str]


def traits_of(one: Description) -> Traits:
    """The day of birth, the mother, the place and the region, each as rough as `keyed` says, as text."""
    nik = one.nik if len(one.nik) == 16 else ""
    mother = sorted(letters(one.mother_name).split(), key=len)[-2:]
    place = one.birth_place.rsplit(" ", 1)[-1].lower()
    born = ""
    if len(one.birth_date) == 10:
        born = one.birth_date[2:4] + "".join(sorted((one.birth_date[5:7], one.birth_date[8:10])))
    elif nik.isdigit():
        day = int(nik[6:8]) - (40 if int(nik[6:8]) > 40 else 0)
        born = nik[10:12] + "".join(sorted((f"{day:02}", nik[8:10])))
    region = (one.region_code.replace(".", "") or nik)[:4]
    return born, " ".join(sorted(map(sound, mother))), sound(place) if place else "", region


def shared_by(one: Description) -> set[object]:
    """All by which one is found: the keys of the desk but `name_place`, and two traits together."""
    traits = traits_of(one)
    crossed = {(a, b, traits[a], traits[b]) for a, b in keyed.CROSSED if traits[a] and traits[b]}
    return {*(key for key in keys(one) if key.kind != "name_place"), *crossed}


def test_a_number_never_changes() -> None:
    """Keys of a run that was killed stand in its work folder, and another process goes on with them."""
    assert keyed.number_of("rahmat") == 2340582855613095201 and keyed.number_of("") == keyed.UNKNOWN
    assert keyed.mixed("names", *np.array([[1], [2]])).tolist() == [7641369305535643206]
    assert (
        keyed.mixed("names", *np.array([[2], [1]])).tolist()
        != [7641369305535643206]
        != keyed.mixed("mother", *np.array([[1], [2]])).tolist()
    )


@unhurried(200)
@given(st.lists(st.builds(Description, **ANYTHING), max_size=6))
def test_two_share_a_row_for_every_key_and_every_two_traits_that_they_share(people: list[Description]) -> None:
    columns = Columns.of(people)
    rows, places = keyed.rows_of(columns, keyed.traits_of(columns), 0)
    of: dict[int, list[int]] = {n: [] for n in range(len(people))}
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        of[place].append(row)
    wanted = [shared_by(one) for one in people]
    assert [len(of[n]) for n in of] == [len(set(of[n])) for n in of] == [len(found) for found in wanted]
    for a, b in product(range(len(people)), repeat=2):
        assert len({*of[a]} & {*of[b]}) == len(wanted[a] & wanted[b])


def laid_out(folder: Path, left: list[Description], right: list[Description] | None) -> None:
    for side, people in enumerate((left, right)):
        if people is not None:
            halves = len(people) // 2
            for first, some in ((0, people[:halves]), (halves, people[halves:])):
                at = [folder / f"{side}-{first}.{what}.parquet" for what in ("keys", "traits")]
                keyed.write(Columns.of(some), side=side, first=first, keys_at=at[0], traits_at=at[1])


def sharing(left: list[Description], right: list[Description] | None) -> set[tuple[int, int]]:
    """The oracle: every two who share a key."""
    all_left, all_right = (
        [shared_by(one) for one in left],
        [shared_by(one) for one in (left if right is None else right)],
    )
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


@pytest.mark.parametrize("within", [False, True])
def test_little_memory_makes_the_same_pairs_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: bool
) -> None:
    namesakes = [Description(full_name="Siti Aminah", birth_date=f"19{50 + n % 30}-05-11") for n in range(100)]
    left = [*people(200, 5), *namesakes]
    right = None if within else left[::-1]
    found = []
    for pieces in (1, 7):
        folder = tmp_path / str(pieces)
        folder.mkdir()
        laid_out(folder, left, right)
        rows = sum(len(shared_by(one)) for one in [*left, *(right or [])])
        monkeypatch.setattr(whole, "AT_ONCE", 1 << 22 if pieces == 1 else 100)
        monkeypatch.setattr("suar.persons.pairs.duckdb.BYTES_A_ROW", ((512 << 20) * (pieces - 1)) // rows)
        made = engine("duckdb", folder, memory_mb=512, threads=1)
        plan = made.plan(folder, within=within, together=4, neighbours=2)
        found.append((plan, *(side.tolist() for side in made.pairs(0, 300))))
    assert found[0] == found[1] and found[0][0].refined and found[0][0].neighbours


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
