"""What the nation goes on from when history is told: a few lists, and a file that holds them."""

from __future__ import annotations

import copyreg
import io
import pickle
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar, overload

from sandbox.nation import model
from sandbox.nation.licences import Company
from sandbox.nation.model import Crossing, Happening, Passport, Person, Placement, Point

T = TypeVar("T")
Village = tuple[str, str, str]  # kecamatan, village, officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody at home who may travel."""

    person: Person
    passport_no: str
    last_point: Point | None  # of the last crossing that is told
    last_place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The lists are in memory while the nation is, and on disk afterwards, where a hundred thousand things are no load."""

    companies: list[Company]
    villages: list[Village]
    holders: Sequence[Holder]
    placed: Sequence[Placement]  # abroad for work
    later: Sequence[Happening]  # what history left open, in the order of time
    later_at: Sequence[datetime]

    def left_open(self, since: datetime, until: datetime) -> Iterable[Happening]:
        """What comes after `since` and up to `until`."""
        return self.later[bisect_right(self.later_at, since) : bisect_right(self.later_at, until)]


def going_on(
    history: Iterable[Happening], later: Sequence[Happening], companies: list[Company], villages: list[Village]
) -> Onward:
    last: dict[str, Crossing] = {}
    passports: dict[str, Passport] = {}
    placed: dict[str, Placement] = {}
    for happening in history:
        thing = happening.of
        if isinstance(thing, Passport) and thing.person.died_on is None:
            passports[thing.person.id] = thing
        elif isinstance(thing, Crossing) and thing.outcome == "allowed":
            last[thing.person.id] = thing
        elif isinstance(thing, Placement):
            placed[thing.person.id] = thing
    holders = [
        Holder(
            person=passport.person,
            passport_no=passport.no,
            last_point=crossed.point if crossed else None,
            last_place=crossed.place if crossed else "",
        )
        for passport in passports.values()
        if passport.status == "active"
        and ((crossed := last.get(passport.person.id)) is None or crossed.direction == "entry")
    ]
    return Onward(
        companies=companies,
        villages=villages,
        holders=holders,
        placed=[p for p in placed.values() if p.status in ("departed", "extended") and p.person.died_on is None],
        later=later,
        later_at=[happening.at for happening in later],
    )


class Shelf(Sequence[T]):
    """A list in a file. Each thing is read when it is asked for."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection = connection
        self._one = f"SELECT thing FROM {table} WHERE place = ?"
        self._some = f"SELECT thing FROM {table} WHERE place >= ? AND place < ? ORDER BY place"
        self._length = int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            first, end, _ = place.indices(self._length)
            return [_loaded(thing) for (thing,) in self._connection.execute(self._some, (first, end))]
        found = self._connection.execute(self._one, (place,)).fetchone()
        if found is None:
            raise IndexError(place)
        thing: T = _loaded(found[0])
        return thing


SHELVES = ("holders", "placed", "later")


def write_onward(onward: Onward, path: Path) -> None:
    """Write the file whole or not at all. It is of this sandbox's making and for its eyes only: 0600."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        draft.chmod(0o600)
        connection.execute("PRAGMA synchronous=FULL")
        for name in SHELVES:
            connection.execute(f"CREATE TABLE {name} (place INTEGER PRIMARY KEY, thing BLOB NOT NULL)")
            things = enumerate(map(_dumped, getattr(onward, name)))
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", things)
        rest = (onward.companies, onward.villages, onward.later_at)
        connection.execute("CREATE TABLE rest (shape TEXT NOT NULL, thing BLOB NOT NULL)")
        connection.execute("INSERT INTO rest VALUES (?, ?)", (SHAPE, _dumped(rest)))
        connection.commit()
    draft.replace(path)


def read_onward(path: Path) -> Onward | None:
    """What the file says; None where there is none, or one of things of another shape, that an older sandbox wrote."""
    if not path.exists():
        return None
    connection = sqlite3.connect(path, check_same_thread=False)
    shape, thing = connection.execute("SELECT shape, thing FROM rest").fetchone()
    if shape != SHAPE:
        connection.close()
        return None
    companies, villages, later_at = _loaded(thing)
    holders, placed, later = (Shelf[Any](connection, name) for name in SHELVES)
    return Onward(
        companies=companies, villages=villages, holders=holders, placed=placed, later=later, later_at=later_at
    )


def _dumped(thing: object) -> bytes:
    out = io.BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCED
    pickler.dump(thing)
    return out.getvalue()


class _Loader(pickle.Unpickler):
    """Makes only things of the nation, whatever the file says."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" or module.startswith("sandbox.nation."):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no thing of the nation")


def _loaded(thing: bytes) -> Any:
    return _Loader(io.BytesIO(thing)).load()


def _reduced(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """How a frozen thing is taken apart: as it would be anyhow, in a fifth of the time."""
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda thing: (copyreg.__newobj__, (kind,), values(thing))  # type: ignore[attr-defined]


KINDS: list[type[Any]] = [
    Holder,
    *(kind for kind in vars(model).values() if isinstance(kind, type) and is_dataclass(kind)),
]
_REDUCED: dict[type, Callable[[Any], Any]] = {kind: _reduced(kind) for kind in KINDS}
#: Changes when the things in the file do.
SHAPE = sha256(
    repr([(kind.__name__, [field.name for field in fields(kind)]) for kind in (*KINDS, Company)]).encode()
).hexdigest()
