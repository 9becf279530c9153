"""Notices that were made, whether they were sent, and how their clocks stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.registers.law import LegalBasis
from suar.core.registers.notice import ClockState, NoticeTerms, clock_of
from suar.core.registers.notice_code import code_text
from suar.core.registers.notice_words import Wording
from suar.policies.queries import Bundle, once_a_version
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


UNMADE = """
SELECT d.act, d.entry, d.act, d.to_whom, d.kind, d.agency, d.office, '', '\\x'::bytea, d.decided_at, d.due_at, '', NULL::timestamptz, ''
FROM registers_owed d WHERE d.due_at >= %(since)s
AND NOT EXISTS (SELECT 1 FROM registers_notice n WHERE n.act = d.act AND n.to_whom = d.to_whom)
"""


def clocks(since: datetime) -> list[Made]:
    """Every notice whose clock ran, or runs, out after `since`, the most urgent first; with those that the law wants and nobody has made, which
    have no number.
    """
    words = f"SELECT * FROM ({MADE.format(where='n.due_at >= %(since)s')} UNION ALL {UNMADE}) all_ ORDER BY due_at, id"
    return rows_of(words, {"since": since})


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
    return rows_of(MADE.format(where=where), params)


def rows_of(words: str, params: list[Any] | dict[str, Any]) -> list[Made]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(words, params)
        rows = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
    return [Made(**{**row, "code": code_text(bytes(row["code"])) if row["code"] else ""}) for row in rows]


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


@once_a_version
def wording(bundle: Bundle) -> Wording:
    """What notices say, as in force."""
    return Wording.read(bundle.under("notices"))


def terms_of(kind: str, legal: LegalBasis) -> NoticeTerms:
    """Who is to be told of an act on an entry of this kind, and within how many days."""
    row = legal.terms.get(kind)
    return (
        NoticeTerms(to=tuple(row.notice), days={str(whom): days for whom, days in row.notice.items()})
        if row
        else NoticeTerms()
    )
