"""What a screening weighs of somebody's journey, and what an officer reads of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.act import Act
from suar.intake.queries.quarantine import not_doubted
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import Question, prepared

MOST_STEPS = 400  # of one person; past that the newest are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a journey: coded facts, no personal value. `state` is the standard's status code."""

    id: UUID
    subject: UUID
    source: str
    agency: str
    kind: str
    at: datetime
    until_at: datetime | None
    state: str
    country: str
    region: str
    place: str
    token: bytes | None  # its keyed reference: a letter's, a job order's, a passport's number
    facts: dict[str, Any]


COLUMNS = "id, subject, source, agency, kind, at, until_at, state, country, region, place, token, facts"
NAMES = tuple(COLUMNS.split(", "))
STEPS = f"""
SELECT {COLUMNS} FROM journeys_step WHERE subject = ANY(%b::uuid[])
UNION ALL SELECT {COLUMNS} FROM journeys_crossing WHERE subject = ANY(%b::uuid[])
ORDER BY at DESC, id LIMIT %b
"""


def steps_question(subjects: Sequence[UUID]) -> list[Question]:
    """What `steps` asks, for whoever asks several things in one journey."""
    asked = list(subjects)
    return [(STEPS, [asked, asked, MOST_STEPS])] if asked else []


def steps(subjects: Sequence[UUID]) -> list[Step]:
    """Steps of these subjects, newest first; runs inside a door, so only what the act may read."""
    return [step for question in steps_question(subjects) for step in steps_from(prepared(*question))]


def steps_from(found: Sequence[tuple[Any, ...]]) -> list[Step]:
    rows = [dict(zip(NAMES, row, strict=True)) for row in found]
    return [
        Step(**(row | {"facts": json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"]}))
        for row in rows
    ]


OF_KINDS = f"""
SELECT {COLUMNS} FROM journeys_step WHERE subject = ANY(%b::uuid[]) AND kind = ANY(%b::text[]) AND at > %b AND at <= %b ORDER BY at DESC, id LIMIT %b
"""


def steps_of_kinds(subjects: Iterable[UUID], kinds: Iterable[str], since: datetime, until: datetime) -> list[Step]:
    """Steps of these kinds and of that time, newest first. Runs inside a door."""
    asked = not_doubted(list(subjects))
    return steps_from(prepared(OF_KINDS, [asked, list(kinds), since, until, MOST_STEPS]))


#: Everybody who left between two instants, as a table for the query of a room above: `since` and `until` are its parameters.
EXITS = """
SELECT id, subject, token AS passport, agency, place, coalesce(nullif(facts->>'lane', ''), 'counter') AS lane, at
FROM journeys_crossing WHERE state = 'exit' AND at > %(since)s AND at <= %(until)s
"""

TO_VERIFY = f"""
SELECT {COLUMNS} FROM journeys_step WHERE kind = 'placement' AND state IN ('contracted', 'oriented')
  AND region LIKE %s AND (%s::uuid IS NULL OR id = %s::uuid) ORDER BY at DESC, id LIMIT %s
"""


def to_verify(province: str, *, limit: int, of: UUID | None = None) -> list[Step]:
    """Placements that have not departed, of people who live in this province; or just the one. Runs inside a door."""
    if not province:
        return []
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(TO_VERIFY, [f"{province}%", of, of, limit])
        return steps_from(cursor.fetchall())


def timeline(subjects: Sequence[UUID], act: Act) -> list[dict[str, Any]]:
    """The timeline of these subjects."""
    return lines(steps(subjects))


def lines(found: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as lines of a timeline: kind, day, source, and codes for the sentence (`timeline.<kind>`, or `timeline_in.<kind>` with a country). Newest first."""
    return [
        {
            "at": step.at.isoformat(),
            "kind": step.kind,
            "source": step.source,
            "agency": step.agency,
            "state": step.state,
            "country": step.country,
            "code": f"timeline_in.{step.kind}" if step.country else f"timeline.{step.kind}",
            "params": {"state": step.state, "country": step.country, "place": step.place},
        }
        for step in found
    ]


LETTERS = "recommendation_letter"
LIVE_PLACEMENT = {"contracted", "oriented", "departed", "extended"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding as it stands: ids, days and codes. `ruled` is the last ruling on just this evidence, "" for none; `again` says that there was
    one on earlier evidence.
    """

    id: UUID
    kind: str
    unit: str
    agencies: list[str]
    newest: datetime | None
    evidence: list[dict[str, str]]
    params: dict[str, Any]
    taken_by: UUID | None
    ruled: str
    again: bool


FOUND = """
SELECT f.id, f.kind, f.unit, f.agencies, f.newest, f.evidence::text, f.params::text, t.by, coalesce(r.outcome, ''),
    EXISTS (SELECT 1 FROM journeys_ruling o WHERE o.unit = f.unit AND o.kind = f.kind AND o.finding <> f.id)
FROM journeys_finding f LEFT JOIN journeys_taken t ON t.finding = f.id
LEFT JOIN LATERAL (SELECT outcome FROM journeys_ruling r WHERE r.finding = f.id ORDER BY r.id DESC LIMIT 1) r ON true
"""


def found(where: str, params: Sequence[Any]) -> list[Found]:
    """Findings, children's first, then the newest; runs inside a door, so only those all of whose evidence the act may read."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(f"{FOUND} {where}", list(params))
        rows = cursor.fetchall()
    return [
        Found(
            id=id_, kind=kind, unit=unit, agencies=agencies, newest=newest, evidence=json.loads(evidence), params=json.loads(told),
            taken_by=taken, ruled=ruled, again=again,
        )
        for id_, kind, unit, agencies, newest, evidence, told, taken, ruled, again in rows
    ]  # fmt: skip


WAITING = "WHERE coalesce(r.outcome, 'stays') = 'stays' ORDER BY (f.kind = 'birth_raised') DESC, f.newest DESC NULLS LAST, f.id LIMIT %s"


def waiting_findings(limit: int) -> list[Found]:
    """Those that nobody has explained or passed on."""
    return found(WAITING, [limit])


def finding_numbered(finding: UUID) -> Found | None:
    return next(iter(found("WHERE f.id = %s", [finding])), None)


LEANING = """
SELECT r.at, r.agency FROM journeys_ruling r LEFT JOIN journeys_finding f ON f.id = r.finding
WHERE r.at >= %b AND (f.subjects && %b::uuid[] OR r.unit = ANY(SELECT 'p:' || one FROM unnest(%b::uuid[]) AS one))
"""


def findings_leaning(subjects: Collection[UUID], since: datetime) -> list[Mapping[str, Any]]:
    """What officers have ruled since then on findings about any of these: when, and whose officers. As the hub."""
    rows = prepared(LEANING, [since, list(subjects), list(subjects)])
    return [{"kind": "finding", "at": at, "agency": agency} for at, agency in rows]


def steps_numbered(ids: Sequence[UUID]) -> dict[UUID, Step]:
    """Steps by their ids: what a finding's evidence points to."""
    both = STEPS.replace("subject = ANY", "id = ANY")
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(both, [list(ids), list(ids), MOST_STEPS])
        return {step.id: step for step in steps_from(cursor.fetchall())}


def civil_numbered(ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime]]:
    """What the civil register answered, and when, by the answers' ids."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT id, outcome, at FROM journeys_civil WHERE id = ANY(%b)", [list(ids)])
        return {id_: (outcome, at) for id_, outcome, at in cursor.fetchall()}
