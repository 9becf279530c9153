"""What the nation leaves behind to live on from: the same life, out of a private file, with the nation gone."""

from __future__ import annotations

import os
import pickle
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.nation import Living, Nation
from sandbox.nation.model import Happening

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation(41, 1_200, NOW)


@pytest.fixture
def file(nation: Nation, tmp_path: Path) -> Path:
    path = tmp_path / "onward.sqlite"
    nation.write_onward(path)
    return path


def living(file: Path) -> Living:
    found = Living.from_file(file, seed=41, now=NOW)
    assert found is not None
    return found


def told(happenings: list[Happening]) -> list[str]:
    return [repr(happening) for happening in happenings]


def test_life_from_the_file_is_the_life_of_the_nation(nation: Nation, file: Path) -> None:
    until = NOW + timedelta(days=3)
    other = living(file)
    assert told(list(other.live(NOW, NOW + HOUR, 2))) == told(list(nation.live(NOW, NOW + HOUR, 2)))
    assert told(list(other.live(NOW + HOUR, until, 0))) == told(list(nation.live(NOW + HOUR, until, 0)))


def test_who_goes_back_sees_the_same_again(file: Path) -> None:
    life = living(file)
    first = told(list(life.live(NOW + HOUR, NOW + 1.2 * HOUR, 2)))
    list(life.live(NOW + 2 * HOUR, NOW + 2.1 * HOUR, 2))
    assert told(list(life.live(NOW + HOUR, NOW + 1.2 * HOUR, 2))) == first


def test_the_file_is_for_its_owner_only(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_file_or_one_of_another_shape_is_nothing_to_live_on(file: Path, tmp_path: Path) -> None:
    assert Living.from_file(tmp_path / "none", seed=41, now=NOW) is None
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE rest SET shape = 'older'")
    assert Living.from_file(file, seed=41, now=NOW) is None


def test_a_forged_file_makes_nothing_but_things_of_the_nation(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE rest SET thing = ?", (pickle.dumps(os.system),))
    with pytest.raises(pickle.UnpicklingError, match="no thing of the nation"):
        living(file)
