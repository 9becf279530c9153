"""What officers do with a finding: take it, give it back, rule on it. A ruling is a fact and closes just this evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, Refusal
from suar.core.manipulation.policy import read
from suar.exchange.actions import publish
from suar.journeys.access import finding_open
from suar.journeys.events import finding_closed, finding_kept, finding_passed, finding_taken
from suar.journeys.jobs.dossier import civil_of, number_token
from suar.journeys.jobs.look import look, sharing
from suar.policies.queries import in_force
from suar.vault.queries import new_id

OUTCOMES = ("explained", "passed", "stays")


class AlreadyTaken(Conflict):
    """A colleague has taken it."""

    code = "finding.taken"


class AlreadyRuled(Conflict):
    """It has been explained or passed on."""

    code = "finding.ruled"


class ReasonNeeded(Refusal):
    """What explains it must be one of the reasons of its kind."""

    code = "finding.reason"
    status = 422


@transaction.atomic(durable=True)
def take(finding: UUID, *, act: Act) -> None:
    """Take a finding, or give it back when it is one's own. Refuses: NotFound; AlreadyTaken by a colleague."""
    found = finding_open(act, finding, door="finding.decide")
    act = replace(act, reference=str(finding))
    with connection.cursor() as cursor:
        if found.taken_by == act.actor:
            cursor.execute("DELETE FROM journeys_taken WHERE finding = %s AND by = %s", [finding, act.actor])
        else:
            cursor.execute(
                "INSERT INTO journeys_taken (finding, by, agency, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [finding, act.actor, act.agency, act.at],
            )
            if not cursor.rowcount:
                raise AlreadyTaken()
    back = found.taken_by == act.actor
    append("finding.returned" if back else "finding.taken", act, about=[finding])
    publish(finding_taken(finding, back=back), act)


@transaction.atomic(durable=True)
def rule(finding: UUID, outcome: str, reason: str, *, act: Act) -> None:
    """Say what comes of a finding: explained by a reason of its kind, passed on to the agency whose business it is, or it stays.

    Refuses: NotFound; AlreadyTaken by a colleague; AlreadyRuled; ReasonNeeded.
    """
    found = finding_open(act, finding, door="finding.decide")
    act = replace(act, reference=str(finding))
    kind = read(in_force(act.at).under("matching")).kind(found.kind)
    if found.taken_by not in {None, act.actor}:
        raise AlreadyTaken()
    if found.ruled in {"explained", "passed"}:
        raise AlreadyRuled()
    if outcome not in OUTCOMES or (outcome == "explained" and reason not in kind.explained_by):
        raise ReasonNeeded()
    why = {"explained": reason, "passed": kind.agency, "stays": ""}[outcome]
    write_ruling(finding, found.kind, found.unit, outcome, why, act=act)
    append("finding.ruled", act, about=[finding], outcome=outcome, reason=why)
    if outcome == "passed":
        publish(finding_passed(finding, kind.agency), act)
    elif outcome == "explained":
        publish(finding_closed(finding, found.kind, why), act)
    else:
        publish(finding_kept(finding, found.kind), act)


def write_ruling(finding: UUID, kind: str, unit: str, outcome: str, reason: str, *, act: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journeys_ruling (id, finding, kind, unit, outcome, reason, at, by, agency) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [new_id(act.at), finding, kind, unit, outcome, reason, act.at, act.actor, act.agency],
        )
        cursor.execute("DELETE FROM journeys_taken WHERE finding = %s", [finding])


@transaction.atomic(durable=True)
def hear_civil(nik: str, outcome: str, at: datetime, *, act: Act) -> bool:
    """What the civil register answered a desk about a NIK, kept by the number's token; everybody who states that number is looked at again.

    That a number is in order is kept only where another word was kept before it. Returns whether anything new was said.
    """
    as_hub()
    number = number_token("nik", nik)
    if outcome == "agrees" and not civil_of({number: nik}):
        return False
    if not note_civil(number, outcome, at, act=act):
        return False
    look({id_ for stating in sharing([number]).values() for id_ in stating}, act=act)
    return True


def note_civil(number: bytes, outcome: str, at: datetime, *, act: Act) -> bool:
    """Keep what the civil register answered about a number, by its token, in the caller's transaction; the same word twice is one."""
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome FROM journeys_civil WHERE token = %s ORDER BY at DESC, id DESC LIMIT 1", [number]
        )
        last = cursor.fetchone()
        if last and last[0] == outcome:
            return False
        id_ = new_id(at)
        cursor.execute(
            "INSERT INTO journeys_civil (id, token, outcome, at) VALUES (%s, %s, %s, %s)", [id_, number, outcome, at]
        )
    append("civil.noted", act, about=[id_], outcome=outcome)
    return True
