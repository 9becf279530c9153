"""How far officers agree, by office and by question, and how questions turned out: counts and codes, nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connections, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.interview.agreement import Agreement, agreement, stands
from suar.screening.models import Interview, Rating
from suar.vault.queries import DEFAULT

QUALITY = "interview.quality"
WINDOW = timedelta(days=366)
OVERALL = "overall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Agreement of the first and the second rating, and which versions each office works with."""

    offices: Sequence[tuple[str, Agreement]]
    questions: Sequence[tuple[str, Agreement]]
    versions: Sequence[tuple[str, str, int, str, int]]  # office, questionnaire, version, hash, interviews
    interviews: int
    waiting: int  # ended without a second rating yet


@transaction.atomic
def quality_of_interviews(act: Act) -> Quality:
    """Of all offices, a year back. It opens nobody."""
    enter(act, QUALITY)
    as_hub()
    since = act.at - WINDOW
    rated = Rating.objects.filter(at__gt=since, turn__in=(1, 2))
    first = {one.interview: one for one in rated if one.turn == 1}
    second = {one.interview: one for one in rated if one.turn == 2}
    pairs = [(one, second[one.interview]) for one in first.values() if one.interview in second]
    held = Interview.objects.filter(at__gt=since)
    counted: dict[tuple[str, str, int, str], int] = defaultdict(int)
    for one in held:
        counted[one.office, one.questionnaire, one.version, one.sha256[:12]] += 1
    append("interview.quality_seen", act, interviews=sum(counted.values()))
    return Quality(
        offices=by(((a.office, a.overall, b.overall) for a, b in pairs)),
        questions=by(marked(pairs)),
        versions=[(*key, number) for key, number in sorted(counted.items())],
        interviews=sum(counted.values()),
        waiting=len(first) - len(pairs),
    )


def marked(pairs: Iterable[tuple[Rating, Rating]]) -> Iterator[tuple[str, str, str]]:
    for a, b in pairs:
        yield OVERALL, a.overall, b.overall
        yield from ((question, mark, b.marks[question]) for question, mark in a.marks.items() if question in b.marks)


def by(marks: Iterable[tuple[str, str, str]]) -> list[tuple[str, Agreement]]:
    """Agreement by what stands first in each."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, a, b in marks:
        found[name].append((a, b))
    return [(name, agreement(pairs)) for name, pairs in sorted(found.items())]


OUTCOMES = """
WITH newest AS (
    SELECT DISTINCT ON (a.interview, a.question) a.interview, a.question, a.code FROM screening_answer a ORDER BY a.interview, a.question, a.seq DESC
), rated AS (
    SELECT interview, array_agg(overall ORDER BY turn) AS marks FROM screening_rating GROUP BY interview
)
SELECT i.questionnaire, i.version, n.question, n.code, coalesce(s.decision, ''), coalesce(r.marks, '{}'), count(*)
FROM screening_interview i JOIN newest n ON n.interview = i.id JOIN screening_interview_end e ON e.interview = i.id
LEFT JOIN screening_screening s ON s.id = e.newer LEFT JOIN rated r ON r.interview = i.id
WHERE n.code <> '' GROUP BY 1, 2, 3, 4, 5, 6
"""
HEAD = ("questionnaire", "version", "question", "answer", "decision", "rated", "interviews")


@transaction.atomic
def outcomes_for(act: Act) -> list[tuple[str, ...]]:
    """Question and answer beside what was decided and what the ratings came to: how often each, for the whole country, so that weights can be
    estimated again. No office, no day, no person; words that somebody said are not in it.
    """
    enter(act, QUALITY)
    as_hub()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(OUTCOMES)
        rows = cursor.fetchall()
    summed: dict[tuple[str, ...], int] = defaultdict(int)
    for questionnaire, version, question, code, decision, marks, number in rows:
        summed[questionnaire, str(version), question, code, decision, stands(marks)] += number
    append("interview.outcomes", act, rows=len(summed))
    return [HEAD, *((*key, str(number)) for key, number in sorted(summed.items()))]
