"""Reads of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from suar.audit.models import Entry
from suar.core.ledger import leaf
from suar.vault.queries import DEFAULT


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a walk over the whole log found. `changed` holds ids whose body no longer gives the stored leaf."""

    entries: int
    changed: tuple[UUID, ...]


def recompute(*, wall: str = DEFAULT, batch: int = 5_000) -> Recomputed:
    """Read every entry and compute its leaf again. Finds a changed body; a rewritten log needs witnesses to be found."""
    count, changed = 0, []
    for entry, body, stored in walk(wall, batch):
        count += 1
        if leaf(body) != stored:
            changed.append(entry)
    return Recomputed(count, tuple(changed))


def walk(wall: str, batch: int) -> Iterator[tuple[UUID, bytes, bytes]]:
    last = UUID(int=0)
    while True:
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT id, body, leaf FROM audit_entry WHERE id > %s ORDER BY id LIMIT %s", [last, batch])
            rows = cursor.fetchall()
        if not rows:
            return
        for entry, body, stored in rows:
            yield entry, bytes(body), bytes(stored)
        last = rows[-1][0]


def looks_at(subjects: list[UUID], *, limit: int = 50) -> list[Entry]:
    """Who was shown something of these subjects, newest first."""
    return list(Entry.objects.filter(shown=True, about__overlap=subjects).order_by("-id")[:limit])
