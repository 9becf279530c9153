"""Notices that were made, whether they were sent, and how their clocks stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.registers.clock import LegalBasis
from suar.core.registers.notice import ClockState, NoticeTerms, clock_of
from suar.core.registers.notice_code import code_text
from suar.core.registers.notice_words import Wording
from suar.policies.queries import Bundle
from suar.vault.queries import DEFAULT, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A notice that was made: of which act, for whom, until when it is to be sent, and when it first was."""

    id: UUID
    entry: UUID
    act: UUID
    to_whom: str
    kind: str
    agency: str
    office: str
    number: str
    code: str
    made_at: datetime
    due_at: datetime
    sha256: str
    sent_at: datetime | None
    how: str

    def clock(self, at: datetime) -> ClockState:
        return clock_of(self.due_at, self.sent_at, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many clocks of one kind and addressee stand so."""

    kind: str
    to_whom: str
    due: int
    met: int
    missed: int


NAMES = ("id", "entry", "act", "to_whom", "kind", "agency", "office", "number", "code", "made_at", "due_at", "sha256", "sent_at", "how")  # fmt: skip
MADE = """
SELECT n.id, n.entry, n.act, n.to_whom, n.kind, n.agency, n.office, n.number, n.code, n.made_at, n.due_at, n.sha256, s.at, coalesce(s.how, '')
FROM registers_notice n LEFT JOIN LATERAL (
    SELECT at, how FROM registers_notice_sent WHERE notice = n.id ORDER BY at, id LIMIT 1
) s ON true WHERE {where}
"""


def notices_of(entry: UUID) -> list[Made]:
    """The notices of an entry, newest first."""
    return made("n.entry = %s ORDER BY n.id DESC", [entry])


def notice(id_: UUID) -> Made | None:
    return next(iter(made("n.id = %s", [id_])), None)


def notice_with(code: bytes) -> Made | None:
    return next(iter(made("n.code = %s", [code])), None)


def notice_told(act: UUID, to_whom: str) -> Made | None:
    """The notice that tells this addressee of this act."""
    return next(iter(made("n.act = %s AND n.to_whom = %s", [act, to_whom])), None)


def clocks(since: datetime) -> list[Made]:
    """Every notice whose clock ran, or runs, out after `since`, the most urgent first."""
    return made("n.due_at >= %s ORDER BY n.due_at, n.id", [since])


def counted(found: Sequence[Made], at: datetime) -> list[Counted]:
    """The clocks by kind and addressee."""
    states: dict[tuple[str, str], Counter[str]] = {}
    for one in found:
        states.setdefault((one.kind, one.to_whom), Counter())[one.clock(at)] += 1
    return [
        Counted(kind=kind, to_whom=whom, due=count["due"], met=count["met"], missed=count["missed"])
        for (kind, whom), count in sorted(states.items())
    ]


def made(where: str, params: list[Any]) -> list[Made]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(MADE.format(where=where), params)
        rows = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
    return [Made(**{**row, "code": code_text(bytes(row["code"]))}) for row in rows]


def readable(notice_: UUID) -> bool:
    """Whether this act may read the paper of a notice. Runs inside a door."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_notice_paper WHERE notice = %s", [notice_])
        return cursor.fetchone() is not None


def paper_of(notice_: UUID) -> bytes | None:
    """The paper as it was given, or None where this act may not read it. Runs inside a door."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT sealed FROM registers_notice_paper WHERE notice = %s", [notice_])
        row = cursor.fetchone()
    return unseal(row[0], about=paper_place(notice_)) if row else None


def paper_place(notice_: UUID) -> bytes:
    """What binds a sealed paper to its row."""
    return b"notice" + notice_.bytes


def wording(bundle: Bundle) -> Wording:
    """What notices say, as in force."""
    return Wording.read(bundle.under("notices"))


def legal_basis(bundle: Bundle) -> LegalBasis:
    return LegalBasis.read(bundle.under("legal_basis"))


def terms_of(kind: str, legal: LegalBasis) -> NoticeTerms:
    """Who is to be told of an act on an entry of this kind, and within how many days."""
    row = legal.terms.get(kind)
    return NoticeTerms(to=row.notice.to, days=row.notice.days) if row else NoticeTerms()
