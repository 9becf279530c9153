"""Manifests as they stand: how far they are, their faulty rows, and the short list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suar.vault.queries import unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One manifest with its progress."""

    id: UUID
    at: datetime
    agency: str
    office: str
    desk: str
    by: UUID
    role: str
    purpose: str
    basis: str
    flight: str
    departs_on: date
    rows: int
    answered: int
    faulty: int

    @property
    def done(self) -> bool:
        return self.answered == self.rows


SELECT = """
SELECT m.id, m.at, m.agency, m.office, m.desk, m.by, m.role, m.purpose, m.basis, m.flight, m.departs_on, m.rows,
    (SELECT count(*) FROM screening_manifest_answer a WHERE a.manifest = m.id),
    (SELECT count(*) FROM screening_manifest_answer a WHERE a.manifest = m.id AND a.fault <> '')
FROM screening_manifest m
"""


def place_of(manifest: UUID, n: int) -> bytes:
    """To which row its sealed words are bound."""
    return b"manifest" + manifest.bytes + n.to_bytes(4, "big")


def read(where: str, params: Sequence[Any]) -> list[Manifest]:
    names = tuple(Manifest.__dataclass_fields__)
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT} WHERE {where}", list(params))  # the condition is written in this module alone
        return [Manifest(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def manifest(id_: UUID) -> Manifest | None:
    return next(iter(read("m.id = %s", [id_])), None)


def manifests_at(office: str, since: datetime, most: int) -> list[Manifest]:
    return read("m.office = %s AND m.at > %s ORDER BY m.id DESC LIMIT %s", [office, since, most])


def same_manifest(agency: str, office: str, flight: str, departs_on: date, digest: bytes) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM screening_manifest WHERE agency = %s AND office = %s AND flight = %s AND departs_on = %s AND digest = %s",
            [agency, office, flight, departs_on, digest],
        )
        row = cursor.fetchone()
    return row[0] if row else None


UNANSWERED = """
SELECT r.n, r.sealed FROM screening_manifest_row r LEFT JOIN screening_manifest_answer a ON a.manifest = r.manifest AND a.n = r.n
WHERE r.manifest = %s AND a.n IS NULL ORDER BY r.n
"""


def unanswered_rows(id_: UUID) -> list[tuple[int, dict[str, str]]]:
    """The rows that nobody asked about yet, opened."""
    with connection.cursor() as cursor:
        cursor.execute(UNANSWERED, [id_])
        return [(n, json.loads(unseal(bytes(sealed), about=place_of(id_, n)))) for n, sealed in cursor.fetchall()]


def faulty_rows(id_: UUID) -> list[tuple[int, str]]:
    """Row and what is wrong with it, in codes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n, fault FROM screening_manifest_answer WHERE manifest = %s AND fault <> '' ORDER BY n", [id_]
        )  # fmt: skip
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of a short list: which answer it had, and whether an officer let it count."""

    n: int
    screening: UUID
    advice: str
    score: int
    ruling: str
    reason: str
    by: UUID | None


SHORT = """
SELECT a.n, a.screening, a.advice, a.score, coalesce(v.ruling, ''), coalesce(v.reason, ''), v.by
FROM screening_manifest_answer a LEFT JOIN screening_manifest_review v ON v.manifest = a.manifest AND v.n = a.n
WHERE a.manifest = %(id)s AND a.advice = ANY(%(advices)s) ORDER BY a.advice = 'hold' DESC, a.score DESC, a.n
"""


def short_list(id_: UUID, advices: Sequence[str]) -> list[Listed]:
    """All whom the list's advices name: a hold first, then by score. The cap is the caller's."""
    names = tuple(Listed.__dataclass_fields__)
    with connection.cursor() as cursor:
        cursor.execute(SHORT, {"id": id_, "advices": list(advices)})
        return [Listed(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
