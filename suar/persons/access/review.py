"""The pairs of records that wait for a human: which, for whom, and what of a pair he is shown while it is in his hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, may_read
from suar.agencies.queries import officer_names
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.persons.access.history import named, reasons_said
from suar.policies.queries import in_force

MOST_ROWS = 50  # of the queue on its page
COUNTED = 1_000  # of the machine's questions its number counts so many at most, then it says that there are more
LATELY = 20  # rulings that the queue page still shows


class NotTaken(Conflict):
    """A pair is shown to, and decided by, whoever took it; nobody works on a pair that another has in hand."""

    code = "review.not_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A pair that waits: ids, codes and times, nothing of the humans."""

    a: UUID
    b: UUID
    source_a: str
    source_b: str
    weight: int | None
    verdict: str  # what the machine proposed; "" where the two were never compared by it
    evidence: UUID | None
    linked: bool
    since: datetime | None
    because: str  # "" for a question of the machine; clearance, look_again
    ruled: str  # the ruling that stands, though what it was made on has changed or somebody asks again
    ruled_at: datetime | None
    ruled_by: UUID | None
    ruled_agency: str
    ruled_round: UUID | None
    round: UUID | None  # opinions already given that count
    turn: int
    taken_by: UUID | None  # in whose hands it is, while he may hold it
    mine: bool


# One pair; those in somebody's hands, that people asked about or that one has spoken on, which are few; or those that the machine asks
# about, oldest first, of which the database looks at no more than are wanted.
ONE_PAIR = "SELECT %(a)s::uuid AS a, %(b)s::uuid AS b, NULL::timestamptz AS waits"
IN_WORK = "(r.round IS NOT NULL OR r.asked_at IS NOT NULL OR r.taken_by IS NOT NULL)"
WORKED_ON = f"SELECT a, b, NULL::timestamptz AS waits FROM persons_review r WHERE {IN_WORK}"
ASKED = f"""
SELECT a, b, waits FROM persons_link p WHERE waits IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM persons_review r WHERE r.a = p.a AND r.b = p.b AND {IN_WORK})
"""
QUESTIONS = """
WITH known AS (
    SELECT p.a, p.b, p.waits, sa.source AS source_a, sb.source AS source_b, l.weight, coalesce(l.verdict, '') AS verdict,
        coalesce(l.evidence, r.evidence) AS evidence, l.a IS NOT NULL AS linked, coalesce(r.asked_at, q.since, r.drawn_at, j.at) AS since,
        l.waits IS NOT NULL AS machine_asks,
        coalesce(r.because, '') AS because, r.asked_at IS NOT NULL AND (l.a IS NOT NULL OR r.explanation IS NOT NULL) AS asked,
        j.ruling, j.at AS ruled_at, j.by AS ruled_by,
        j.agency AS ruled_agency, j.round AS ruled_round,
        CASE WHEN (r.until IS NULL OR r.until > %(at)s) AND r.evidence = l.evidence OR l.a IS NULL AND r.explanation IS NOT NULL
            AND (r.until IS NULL OR r.until > %(at)s) THEN r.round END AS round,
        r.turn, r.needs_two, r.drawn, r.drawn_at, CASE WHEN r.taken_at > %(held_since)s THEN r.taken_by END AS taken_by,
        ma.person IS NOT DISTINCT FROM mb.person AS together
    FROM ({pairs}) p
    JOIN persons_subject sa ON sa.id = p.a AND sa.agency = ANY(%(readable)s)
    JOIN persons_subject sb ON sb.id = p.b AND sb.agency = ANY(%(readable)s)
    LEFT JOIN persons_member ma ON ma.subject = p.a
    LEFT JOIN persons_member mb ON mb.subject = p.b
    LEFT JOIN persons_link l ON l.a = p.a AND l.b = p.b
    LEFT JOIN persons_asked q ON q.a = p.a AND q.b = p.b AND q.evidence = l.evidence
    LEFT JOIN persons_review r ON r.a = p.a AND r.b = p.b
    LEFT JOIN LATERAL (SELECT * FROM persons_judgement s WHERE s.a = p.a AND s.b = p.b ORDER BY s.id DESC LIMIT 1) j ON true
)
SELECT a, b, source_a, source_b, weight, verdict, evidence, linked, since, because, coalesce(ruling, ''), ruled_at, ruled_by,
    coalesce(ruled_agency, ''), ruled_round, round, CASE WHEN round IS NULL THEN 1 ELSE turn END, taken_by
FROM known WHERE (round IS NOT NULL OR asked OR machine_asks AND NOT (verdict = 'ask' AND together))
AND NOT EXISTS (SELECT 1 FROM persons_opinion o WHERE o.round = known.round AND (o.by = %(me)s OR known.needs_two AND o.desk = %(desk)s))
AND (round IS NULL OR drawn IS NULL OR drawn = %(me)s OR drawn_at <= %(drawn_since)s)
ORDER BY waits, a, b LIMIT %(most)s
"""


COLUMNS = (
    "a", "b", "source_a", "source_b", "weight", "verdict", "evidence", "linked", "since", "because", "ruled", "ruled_at", "ruled_by",
    "ruled_agency", "ruled_round", "round", "turn", "taken_by",
)  # fmt: skip


def questions(act: Act, *, pair: tuple[UUID, UUID] | None = None, most: int = COUNTED) -> list[Question]:
    """The pairs that wait and that this officer may judge, oldest first, of the machine's questions so many at most: both sides readable to him,
    not looked at by him in this round, not drawn for another. Runs after a door; from here on the transaction sees as the hub does.
    """
    hours = in_force(act.at).tables["matching/review"]
    told: dict[str, Any] = {
        "at": act.at,
        "me": act.actor,
        "desk": act.desk,
        "readable": may_read(act).split(","),
        "held_since": act.at - timedelta(hours=hours["take_hours"]),
        "drawn_since": act.at - timedelta(hours=hours["draw_hours"]),
    }
    if pair:
        told |= {"a": min(pair), "b": max(pair)}
    as_hub()
    with connection.cursor() as cursor:
        rows: list[dict[str, Any]] = []
        for pairs, limit in [(ONE_PAIR, 1)] if pair else [(WORKED_ON, None), (ASKED, most)]:
            cursor.execute(QUESTIONS.format(pairs=pairs), told | {"most": limit})
            rows += [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    found = [Question(**row, mine=row["taken_by"] == act.actor) for row in rows]
    return sorted(found, key=lambda one: (one.since is None, one.since or act.at, one.a.int, one.b.int))


def question_of(act: Act, a: UUID, b: UUID) -> Question:
    """This pair, if it waits for this officer. Refuses: NotFound, alike for none, for one that is settled and for another's."""
    for found in questions(act, pair=(a, b)):
        return found
    raise NotFound()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What the queue page shows; nothing in it is of a human."""

    waiting: int
    more: bool  # than were counted
    in_hand: bool  # one of them is in this officer's hands already
    rows: list[dict[str, Any]]
    pending: list[dict[str, Any]]  # mine that wait for a second person
    lately: list[dict[str, Any]]


@transaction.atomic
def queue_for(act: Act) -> Queue:
    """The pairs that wait for this officer, oldest first, with who has one in hand; none is opened by this."""
    enter(act, "review.list")
    found = questions(act)
    names = officer_names([one.taken_by for one in found if one.taken_by])
    return Queue(
        waiting=sum(one.taken_by is None or one.mine for one in found),
        more=len(found) >= COUNTED,
        in_hand=any(one.mine for one in found),
        rows=[row_of(one, names) for one in found[:MOST_ROWS]],
        pending=pending(act),
        lately=lately(act),
    )


@transaction.atomic
def waiting_for(act: Act, *, most: int) -> tuple[int, list[Question]]:
    """How many pairs wait for this officer, and the oldest of them: for the first page."""
    enter(act, "review.list")
    found = [one for one in questions(act) if one.taken_by is None or one.mine]
    return len(found), found[:most]


def row_of(one: Question, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "a": one.a, "b": one.b, "source_a": one.source_a, "source_b": one.source_b, "weight": one.weight, "since": one.since,
        "because": because(one), "taken_by": names.get(one.taken_by, "?") if one.taken_by else "", "mine": one.mine,
    }  # fmt: skip


def because(one: Question) -> str:
    """Why it is asked: of itself, or again."""
    return one.because or ("changed" if one.ruled in {"cannot_tell", "not_same"} else "")


PENDING = """
SELECT r.a, r.b, sa.source, sb.source, o.at, o.ruling, r.until FROM persons_opinion o JOIN persons_review r ON r.round = o.round
JOIN persons_subject sa ON sa.id = r.a AND sa.agency = ANY(%(readable)s) JOIN persons_subject sb ON sb.id = r.b AND sb.agency = ANY(%(readable)s)
WHERE o.by = %(me)s AND (r.until IS NULL OR r.until > %(at)s) ORDER BY o.at DESC
"""
LATELY_RULED = """
SELECT j.a, j.b, sa.source, sb.source, j.at, j.ruling, j.by, j.agency, j.reason FROM persons_judgement j
JOIN persons_subject sa ON sa.id = j.a AND sa.agency = ANY(%(readable)s) JOIN persons_subject sb ON sb.id = j.b AND sb.agency = ANY(%(readable)s)
ORDER BY j.id DESC LIMIT %(most)s
"""


def pending(act: Act) -> list[dict[str, Any]]:
    names = ("a", "b", "source_a", "source_b", "at", "ruling", "until")
    return rows_named(PENDING, names, {"me": act.actor, "at": act.at, "readable": may_read(act).split(",")})


def lately(act: Act) -> list[dict[str, Any]]:
    names = ("a", "b", "source_a", "source_b", "at", "ruling", "by", "agency", "reason")
    rows = rows_named(LATELY_RULED, names, {"readable": may_read(act).split(","), "most": LATELY})
    words, by = reasons_said(act), named([(row["by"], row["agency"]) for row in rows], act)
    return [
        row | {"by": name, "reason": words.get(row["reason"], row["reason"])}
        for row, name in zip(rows, by, strict=True)
    ]


def rows_named(sql: str, names: Sequence[str], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, told)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
