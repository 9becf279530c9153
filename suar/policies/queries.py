"""Which tables are in force, as one immutable bundle a process keeps until a newer version is adopted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from suar.core.act import Act
from suar.core.canonical import sha256
from suar.policies.models import Compared, Proposal, Ruling, Run, RunEnd, Trial, Version
from suar.vault.queries.prepared import Question, prepared


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

NEWEST = "SELECT count(*), max(id::text) FROM policies_version WHERE in_force_from <= %b"
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


_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within this block what `once_a_request` makes is made once, and the bundle of an instant serves the moments after it too: one request
    is answered under one policy.
    """
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once_a_request(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives for this key: within `once` made once, elsewhere each time."""
    known = _known.get()
    if known is None:
        return make()
    if key not in known:
        known[key] = make()
    found: T = known[key]
    return found


def in_force_question(at: datetime) -> Question:
    """What `in_force` asks, for whoever asks several things in one journey."""
    return NEWEST, [at]


def in_force(at: datetime) -> Bundle:
    """The bundle in force at `at`. Tables are shared, never to be changed by a reader."""
    known: dict[datetime, Bundle] = once_a_request("in_force", dict)
    for asked, bundle in known.items():
        if asked <= at < asked + ONE_REQUEST:
            return bundle
    known[at] = read_in_force(at)
    return known[at]


def read_in_force(at: datetime) -> Bundle:
    """One small query when nothing was adopted since this process last looked."""
    [(count, newest)] = prepared(*in_force_question(at))
    key = f"{connection.settings_dict['NAME']}:{count}:{newest}"
    if key in _kept:
        return _kept[key]
    with connection.cursor() as cursor:
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


def table_of(name: str, sha256: str) -> Any:
    """One version of a table by its hash, adopted ever or proposed: versions are never deleted. Raises LookupError where there is none."""
    for known in (Version, Proposal):
        found = known.objects.filter(name=name, sha256=sha256).values_list("content", flat=True).first()
        if found is not None:
            return found
    raise LookupError(f"{name} {sha256}")


def version_in_force(name: str, at: datetime) -> Version | None:
    """The version of one table that holds at this moment."""
    return Version.objects.filter(name=name, in_force_from__lte=at).order_by("-in_force_from", "-id").first()


def newest_version(name: str) -> Version | None:
    """The version of one table that was adopted last, also where it is to hold only later."""
    return Version.objects.filter(name=name).order_by("-in_force_from", "-id").first()


def changed_by_officers() -> frozenset[str]:
    """The tables of which two persons have adopted a version that holds, or is to hold: no release changes them any more."""
    return frozenset(Version.objects.exclude(proposal=None).values_list("name", flat=True))


def ruled(proposal: UUID) -> bool:
    return Ruling.objects.filter(proposal=proposal).exists()


def waiting(name: str) -> list[Proposal]:
    """The proposals of a table that nobody has ruled on."""
    return list(Proposal.objects.filter(name=name).exclude(id__in=Ruling.objects.values("proposal")).order_by("-id"))


def tried(proposal: UUID) -> Trial | None:
    """The newest trial that is finished."""
    return Trial.objects.filter(proposal=proposal).exclude(finished_at=None).order_by("-id").first()


def due_trial() -> Trial | None:
    """The oldest trial that is not finished."""
    return Trial.objects.filter(finished_at=None).order_by("id").first()


def proposal(id_: UUID) -> Proposal | None:
    return Proposal.objects.filter(id=id_).first()


@dataclass(frozen=True, slots=True)
class Shadow:
    """One shadow run, with when it truly ends or ended."""

    run: Run
    until: datetime


def shadows(runs: Iterable[Run]) -> list[Shadow]:
    listed = list(runs)
    ended = dict(RunEnd.objects.filter(run__in=[one.id for one in listed]).values_list("run", "at"))
    return [Shadow(one, min(one.until_at, ended.get(one.id, one.until_at))) for one in listed]


def running(name: str, at: datetime) -> Shadow | None:
    """The shadow that a table has now."""
    found = shadows(Run.objects.filter(name=name, from_at__lte=at, until_at__gt=at))
    return next((one for one in found if one.until > at), None)


def shadows_since(at: datetime) -> list[Shadow]:
    """The shadow runs that compare now, or did after this moment."""
    return [one for one in shadows(Run.objects.filter(until_at__gt=at).order_by("id")) if one.until > at]


def compared_until(run: UUID) -> datetime | None:
    """Of which moment the newest screening is that a run has compared."""
    return Compared.objects.filter(run=run).order_by("-at").values_list("at", flat=True).first()


def compared_among(run: UUID, screenings: Sequence[UUID]) -> set[UUID]:
    return set(Compared.objects.filter(run=run, screening__in=screenings).values_list("screening", flat=True))


def seat_office(act: Act) -> str:
    """The office in which this act's desk stands, as the database knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT policies_office(%s)", [act.desk])
        return str(cursor.fetchone()[0] or "")
