"""Which tables are in force, as one immutable bundle a process keeps until a newer version is adopted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from django.db import connection

from suar.core.canonical import sha256


@dataclass(frozen=True, slots=True)
class Bundle:
    """All tables in force at one time. `sha256` is over the names and hashes of them all."""

    tables: Mapping[str, Any]
    hashes: Mapping[str, str]
    sha256: str
    since: str  # the instant of the newest version among them

    def under(self, folder: str) -> dict[str, Any]:
        """The tables of one folder, by their name without the folder."""
        prefix = folder + "/"
        return {name[len(prefix) :]: table for name, table in self.tables.items() if name.startswith(prefix)}


_kept: dict[str, Bundle] = {}
_lock = threading.Lock()

NEWEST = "SELECT count(*), max(id::text) FROM policies_version WHERE in_force_from <= %s"
IN_FORCE = """
SELECT DISTINCT ON (name) name, sha256, content, in_force_from FROM policies_version
WHERE in_force_from <= %s ORDER BY name, in_force_from DESC, id DESC
"""


T = TypeVar("T")
ONE_REQUEST = timedelta(seconds=10)  # longer than any answer takes
VERSIONS_KEPT = 4  # one is in force; a replay or a test asks for a few


def once_a_version(make: Callable[[Bundle], T]) -> Callable[[Bundle], T]:
    """What is made of a bundle's tables is made once for each version of them, since reading a table takes longer than asking it."""
    made: dict[str, T] = {}

    @wraps(make)
    def kept(bundle: Bundle) -> T:
        if bundle.sha256 not in made:
            if len(made) > VERSIONS_KEPT:
                made.clear()
            made[bundle.sha256] = make(bundle)
        return made[bundle.sha256]

    return kept


_asked: ContextVar[dict[datetime, Bundle] | None] = ContextVar("asked", default=None)
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within this block the bundle of an instant, and of the moments after it, is asked for once: one request is answered under one policy."""
    asked, known = _asked.set({}), _known.set({})
    try:
        yield
    finally:
        _asked.reset(asked)
        _known.reset(known)


def once_a_request(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives for this key: within `once` made once, elsewhere each time."""
    known = _known.get()
    if known is None:
        return make()
    if key not in known:
        known[key] = make()
    found: T = known[key]
    return found


def in_force(at: datetime) -> Bundle:
    """The bundle in force at `at`. Tables are shared, never to be changed by a reader."""
    known = _asked.get()
    if known is None:
        return read_in_force(at)
    for asked, bundle in known.items():
        if asked <= at < asked + ONE_REQUEST:
            return bundle
    known[at] = read_in_force(at)
    return known[at]


def read_in_force(at: datetime) -> Bundle:
    """One small query when nothing was adopted since this process last looked."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [at])
        count, newest = cursor.fetchone()
        key = f"{connection.settings_dict['NAME']}:{count}:{newest}"
        if key in _kept:
            return _kept[key]
        cursor.execute(IN_FORCE, [at])
        rows = cursor.fetchall()
    bundle = bundle_of(rows)
    with _lock:
        if len(_kept) > 20:  # tests and replays ask for many dates; a desk for one
            _kept.clear()
        _kept[key] = bundle
    return bundle


def bundle_of(rows: list[tuple[str, str, Any, datetime]]) -> Bundle:
    import json

    tables = {name: json.loads(content) if isinstance(content, str) else content for name, _, content, _ in rows}
    hashes = {name: digest for name, digest, _, _ in rows}
    since = max((at.isoformat() for *_, at in rows), default="")
    return Bundle(tables, hashes, sha256(hashes), since)
