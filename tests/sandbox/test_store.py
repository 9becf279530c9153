"""A system's store while it absorbs: what is added soon, numbered, and found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.store import Store

SCHEMA = "CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, nik TEXT NOT NULL UNIQUE);"
FIND = "SELECT id FROM person WHERE nik = ?"
ADD = "INSERT INTO person (nik, id) VALUES (?, ?)"


def entered(store: Store, nik: str) -> int:
    number = store.next_number("person", "id")
    store.add_soon(ADD, (nik, number))
    return number


def test_what_is_added_soon_is_there_when_it_is_kept_and_gone_with_a_kill(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite", SCHEMA)
    entered(store, "9901")
    assert store.all("SELECT * FROM person") == []
    store.keep(1)
    assert store.all("SELECT * FROM person") == [(1, "9901")]
    entered(store, "9902")
    store.close()
    again = Store(tmp_path / "store.sqlite", SCHEMA)
    assert entered(again, "9903") == 2
    again.keep(2)
    assert again.all("SELECT * FROM person") == [(1, "9901"), (2, "9903")]


@pytest.mark.parametrize("begun_before", [False, True])
def test_a_memory_finds_what_was_put_in_this_batch_and_what_was_kept_before(tmp_path: Path, begun_before: bool) -> None:
    if begun_before:
        earlier = Store(tmp_path / "store.sqlite", SCHEMA)
        entered(earlier, "9900")
        earlier.keep(1)
        earlier.close()
    store = Store(tmp_path / "store.sqlite", SCHEMA)
    memory = store.memory("person", FIND)
    assert memory.get("9901") is None
    memory.put("9901", row=(entered(store, "9901"),))
    assert memory.get("9901") == (1 + begun_before,)
    store.keep(2)
    assert memory.get("9901") == (1 + begun_before,)
    assert memory.get("9900") == ((1,) if begun_before else None)
