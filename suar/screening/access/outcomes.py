"""Who may say what came of a screening, and the counts of what was said: every number leads to its rows, small cells are not shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.values import ADVICE_IN_ORDER, Decision
from suar.core.errors import NotFound, Refusal
from suar.core.identity.person import Description
from suar.core.outcomes import Told
from suar.intake.queries.mappings import sources
from suar.intake.queries.records import subjects_numbered
from suar.persons.queries import subjects
from suar.persons.queries.found import candidates
from suar.persons.queries.membership import of_one_person
from suar.screening.access import MOST_ROWS
from suar.screening.access.refusals import office_of
from suar.screening.models import Screening
from suar.screening.queries.deciding import work_at
from suar.screening.queries.tasks import task, tasks_of
from suar.vault.queries import first_id, token


def reportable_for(act: Act, id_: UUID) -> Screening:
    """The screening of which this act may say what came: its own agency's, or one that led to a task of its agency.

    In the caller's transaction. Refuses: NotFound alike.
    """
    enter(replace(act, reference=act.reference or str(id_)), "screening.outcome")
    via = task(id_)
    mine = any(one.agency == act.agency for one in (tasks_of(id_) if via is None else [via]))
    if mine:
        as_hub()  # of another agency's screening nothing is shown: it is read to tie the outcome to it
    found = Screening.objects.filter(id=via.screening if via else id_).first()
    if found is None or not (mine or found.agency == act.agency):
        raise NotFound()
    return found


class NotOne(Refusal):
    """What was told fits no screening of which this agency may say something, or more than one. Which of the two is not said, and a person whom
    it has nothing to do with is answered alike: so nobody learns from it whom Suar knows."""

    code = "outcome.not_one"
    status = 404


#: By what a screening is named from outside: the passport, whom it was certain of, the number under which it was asked. Only those of this
#: agency, or that led to a task of it. Read by id, which begins with the time.
NAMED = """
SELECT s.id, s.superseded_by FROM screening_screening s
WHERE s.id >= %(first)s AND s.id < %(last)s AND s.purpose <> 'prelist'
    AND (s.agency = %(agency)s OR EXISTS (SELECT FROM screening_task t WHERE t.screening = s.id AND t.agency = %(agency)s))
    AND (s.passport = ANY(%(passports)s) OR s.subjects && %(subjects)s::uuid[] OR s.reference = %(reference)s)
ORDER BY s.id
"""
DAY = timedelta(days=1)
#: How far back an agency's own number is looked for where it tells no day.
LOOKED_BACK = timedelta(days=400)


@transaction.atomic
def named_by(act: Act, told: Told) -> UUID:
    """The one screening that an agency means by its own number, or by NIK or passport and the day. A question that was asked again counts as
    one. Refuses: DoorShut; NotOne.
    """
    enter(replace(act, reference=act.reference or "outcomes"), "screening.outcome")
    as_hub()  # nothing of what is found is shown: it is read to tie the outcome to it
    since, until = days_of(told, act)
    about = subjects_of(told, act)
    params: dict[str, Any] = {
        "first": first_id(since), "last": first_id(until), "agency": act.agency, "subjects": about, "passports": passports_of(told, about),
        "reference": token("reference", told.reference) if told.reference else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NAMED, params)
        found = cursor.fetchall()
    ids = {id_ for id_, _ in found}
    standing = [id_ for id_, newer in found if newer not in ids]
    append("outcome.looked_for", act, about=standing, found=len(standing) == 1)
    if len(standing) != 1:
        raise NotOne()
    return UUID(str(standing[0]))


def days_of(told: Told, act: Act) -> tuple[datetime, datetime]:
    """The day of the screening in any zone of the country, or the last year and more where a number alone tells which."""
    if told.about_on is None:
        return act.at - LOOKED_BACK, act.at + DAY
    midnight = datetime.combine(told.about_on, time(), tzinfo=UTC)
    return midnight - DAY, midnight + 2 * DAY


def subjects_of(told: Told, act: Act) -> list[UUID]:
    """Whom the agency's own number, or the NIK, is about: with all records that are of the same person."""
    named = set(subjects_numbered(told.reference, act.at, of=act.agency)) if told.reference else set()
    if told.nik:
        asked = Description.of({"nik": told.nik})
        named |= {one.subject for one in candidates(asked) if one.description.nik == told.nik}
    return sorted({other for subject in named for other in of_one_person(subject)} | named)


def passports_of(told: Told, about: list[UUID]) -> list[bytes]:
    """The passport that is told, and those of whoever is meant: the desk that screened may have read no record of his."""
    known = {
        str(claim.values["passport_no"])
        for one in subjects(about).values()
        for claim in one.claims
        if claim.values.get("passport_no")
    }
    return [token("passport_no", number) for number in sorted(known | {told.passport_no} - {""})]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many screenings of one advice and decision came to one outcome; hidden where they are few."""

    outcome: str
    count: int
    hidden: bool


COUNTS = """
SELECT advice, decision, outcome, count(DISTINCT screening) FROM screening_outcome WHERE (%s = '' OR of_office = %s)
GROUP BY advice, decision, outcome
"""
ROWS = """
SELECT DISTINCT ON (screening) screening, at, on_day, agency FROM screening_outcome
WHERE (%s = '' OR of_office = %s) AND advice = %s AND decision = %s AND outcome = %s ORDER BY screening DESC, at LIMIT %s
"""


def scope(act: Act) -> str:
    """A supervisor counts his office; an auditor everything. In the caller's transaction, inside the door."""
    enter(act, "screening.outcomes")
    if act.role != "auditor":
        return office_of(act)
    as_hub()
    return ""


def outcomes_said(act: Act) -> dict[str, dict[str, str]]:
    """The list in force, by code, in both languages."""
    rows = sorted(sources(act.at).codes["outcomes"].rows.items(), key=lambda pair: pair[1].value or 0)
    return {code: {"id": row.id, "en": row.en} for code, row in rows}


@transaction.atomic
def counts_for(act: Act) -> dict[str, Any]:
    """The counts by advice, decision and outcome. No sums: a sum beside a hidden cell would tell it."""
    office, least = scope(act), work_at(act.at).file.outcomes.small_cell
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [office, office])
        found = {(advice, decision, outcome): count for advice, decision, outcome, count in cursor.fetchall()}
    said = outcomes_said(act)
    order = [
        (advice.value, decision) for advice in ADVICE_IN_ORDER for decision in (*(one.value for one in Decision), "")
    ]
    lines = [
        {
            "advice": advice, "decision": decision,
            "cells": [
                Cell(outcome=code, count=(n := found.get((advice, decision, code), 0)), hidden=0 < n < least) for code in said
            ],
        }
        for advice, decision in order
        if any(key[:2] == (advice, decision) for key in found)
    ]  # fmt: skip
    append("outcome.counted", act)
    return {"lines": lines, "outcomes": [{"code": code, "text": text} for code, text in said.items()], "least": least}


@transaction.atomic
def rows_behind(act: Act, advice: str, decision: str, outcome: str) -> list[dict[str, Any]]:
    """The screenings behind one number: when, by whom it was said; nobody is opened. Refuses: NotFound where the number is not shown."""
    office, least = scope(act), work_at(act.at).file.outcomes.small_cell
    decision = "" if decision == "none" else decision
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [office, office, advice, decision, outcome, max(MOST_ROWS, least)])
        rows = cursor.fetchall()
    if len(rows) < least:
        raise NotFound()
    append("outcome.rows_seen", act, about=[row[0] for row in rows])
    return [
        {"screening": row[0], "number": str(row[0])[-12:].upper(), "at": row[1], "on": row[2], "agency": row[3]} for row in rows
    ]  # fmt: skip


@transaction.atomic
def form_for(act: Act, id_: UUID) -> dict[str, Any]:
    """What the form asks, and what this agency said of it so far; nothing of what was asked or advised."""
    screening = reportable_for(act, id_)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, on_day, outcome FROM screening_outcome WHERE screening = %s AND agency = %s ORDER BY id DESC",
            [screening.id, act.agency],
        )
        known = [{"at": at, "on": on, "outcome": outcome} for at, on, outcome in cursor.fetchall()]
    append("outcome.form", act, about=[screening.id])
    said = outcomes_said(act)
    return {
        "id": str(id_), "number": str(screening.id)[-12:].upper(), "from": screening.at.date().isoformat(), "known": known,
        "outcomes": [{"code": code, "text": text} for code, text in said.items()],
    }  # fmt: skip
