"""Cases of trafficking that the protection desk handed over, read behind the wall; and what of one its receiver may read there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.vault.queries import PROTECTION, unseal

KIND, HANDED_OVER = "trafficking_case", "case.handed_over"  # the kind of the standard, and the type of the event


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What came after a hand-over: a second officer's word, consent taken back, or the receiver's number."""

    at: datetime
    by: UUID
    sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One victim's case, handed over or waiting for a second officer."""

    id: UUID
    at: datetime
    by: UUID
    agency: str
    office: str
    giver: str
    receiver: str
    origin: str
    source: UUID
    child: bool
    consent: str
    code: str
    sealed: bytes
    steps: Mapping[str, Step]

    @property
    def state(self) -> str:
        """`waits` for a second officer, `declined` by him, `handed_over`, `received`, or `withdrawn`."""
        for step in ("withdrawn", "declined", "received"):
            if step in self.steps:
                return step
        return "waits" if self.consent == "ppt" and "agreed" not in self.steps else "handed_over"

    @property
    def told_at(self) -> datetime | None:
        """When it was handed over for good; None where it never was."""
        if self.consent != "ppt":
            return self.at
        return self.steps["agreed"].at if "agreed" in self.steps else None

    @property
    def values(self) -> dict[str, Any]:
        """What is handed over, opened."""
        return dict(json.loads(unseal(self.sealed, about=case_place(self.id), wall=PROTECTION)))

    @property
    def number(self) -> str:
        """The receiver's own number of it; "" while there is none."""
        sealed = self.steps["received"].sealed if "received" in self.steps else None
        return unseal(sealed, about=number_place(self.id), wall=PROTECTION).decode() if sealed else ""


def case_place(case: UUID) -> bytes:
    """What the sealed column of a case is bound to."""
    return b"case" + case.bytes


def number_place(case: UUID) -> bytes:
    return b"case number" + case.bytes


READ = """
SELECT c.id, c.at, c.by, c.agency, c.office, c.giver, c.receiver, c.origin, c.source, c.child, c.consent, c.code, c.sealed,
    coalesce(array_agg(s.step ORDER BY s.step) FILTER (WHERE s.step IS NOT NULL), '{{}}'), array_agg(s.at ORDER BY s.step),
    array_agg(s.by ORDER BY s.step), array_agg(s.sealed ORDER BY s.step)
FROM registers_case c LEFT JOIN registers_case_step s ON s."case" = c.id WHERE {where} GROUP BY c.id ORDER BY c.id DESC LIMIT %s
"""
MOST = 200  # of a list: more is no work for one desk


def case(id_: UUID) -> Case | None:
    """Runs inside a door behind the wall, as all of these do."""
    return next(iter(read("c.id = %s", id_, most=1)), None)


def cases_of(agency: str) -> list[Case]:
    """What this agency's desks handed over, the newest first."""
    return read("c.agency = %s", agency)


def cases_from(sources: Sequence[UUID]) -> dict[UUID, Case]:
    """The newest case of each task or report."""
    found: dict[UUID, Case] = {}
    for one in read("c.source = ANY(%s)", list(sources), most=10 * MOST):
        found.setdefault(one.source, one)
    return found


def cases_since(since: datetime) -> list[Case]:
    """Everything handed over since then, or agreed to since. As the hub."""
    asked = 'c.at > %s OR EXISTS (SELECT FROM registers_case_step n WHERE n."case" = c.id AND n.at > %s)'
    return read(asked, since, since, most=10 * MOST)


def read(where: str, *told: Any, most: int = MOST) -> list[Case]:
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(READ.format(where=where), [*told, most])
        rows = cursor.fetchall()
    return [case_of(row) for row in rows]


def case_of(row: tuple[Any, ...]) -> Case:
    steps = {
        name: Step(at=at, by=by, sealed=None if sealed is None else bytes(sealed))
        for name, at, by, sealed in zip(row[13], row[14], row[15], row[16], strict=False)
    }
    return Case(
        id=row[0], at=row[1], by=row[2], agency=row[3], office=row[4], giver=row[5], receiver=row[6], origin=row[7], source=row[8], child=row[9],
        consent=row[10], code=row[11], sealed=bytes(row[12]), steps=steps,
    )  # fmt: skip


# law: UU 21/2007 Ps 44; UU 27/2022 Ps 40
def case_said(id_: UUID) -> Mapping[str, Mapping[str, Any]]:
    """What its receiver reads of a case: nothing while a second officer's word is missing, nothing once consent was taken back, and nothing
    for any other agency than the one for which it was given. Runs inside a door behind the wall, which knows who asks.
    """
    found = next(iter(read("c.id = %s AND c.receiver = current_setting('suar.agency', true)", id_, most=1)), None)
    if found is None or found.told_at is None or {"withdrawn", "declined"} & set(found.steps):
        return {}
    return {KIND: found.values | {"consent_given": found.consent}}
