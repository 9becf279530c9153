"""What happened afterwards: any agency entitled says it, as a fact that is never changed; a later word stands beside the earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Conflict, Fault, Refusal
from suar.core.outcomes import Row, read_told
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.intake.queries.mappings import region_codes, sources
from suar.screening.access.outcomes import NotOne, named_by, reportable_for
from suar.screening.actions.keys import Keys
from suar.vault.queries import new_id, seal, token


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One outcome as it is reported."""

    outcome: str
    on: date
    note: str = ""


class OutcomeUnknown(Refusal):
    """Choose an outcome of the list."""

    code = "outcome.unknown"
    status = 422


class DayUnfit(Refusal):
    """It happened on or after the day of the screening, and not in the future."""

    code = "outcome.day"
    status = 422


KEYS = Keys("screening_outcome_key", "outcome")
INSERT = """
INSERT INTO screening_outcome (id, at, screening, of_agency, of_office, agency, by, outcome, on_day, advice, decision, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def report(id_: UUID, said: Said, *, act: Act, key: str = "") -> UUID:
    """Keep one outcome of a screening, named by its id or by the task that it led to. The same key with the same body is kept once.

    Refuses: NotFound alike for none and for whom this agency has nothing to do with; OutcomeUnknown; DayUnfit; Conflict.
    """
    screening = reportable_for(act, id_)
    told = canonical({"of": str(id_), "outcome": said.outcome, "on": said.on.isoformat(), "note": said.note})
    body = token("body", told.decode())
    if known := KEYS.earlier(act.actor, key, body):
        return known
    if said.outcome not in sources(act.at).codes["outcomes"].rows:
        raise OutcomeUnknown()
    if not screening.at.date() <= said.on <= act.at.date():
        raise DayUnfit()
    outcome = new_id(act.at)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                outcome, act.at, screening.id, screening.agency, screening.office, act.agency, act.actor, said.outcome, said.on,
                screening.advice, screening.decision or "", seal(canonical({"note": said.note.strip()}), about=b"outcome" + outcome.bytes),
            ],
        )  # fmt: skip
    KEYS.remember(act.actor, key, body, outcome, act.at)
    append("outcome.reported", act, about=[outcome, screening.id, *screening.subjects], outcome=said.outcome)
    publish(
        Happened(type="outcome.reported", giver=act.agency, thing=outcome, classes=("screening",), effect=said.outcome), act
    )  # fmt: skip
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one row: the outcome that was kept, or why it was not, as codes and parameters."""

    row: int
    outcome: UUID | None = None
    faults: tuple[Fault, ...] = ()


def report_all(rows: Sequence[Row], *, act: Act, key: str = "") -> list[Answer]:
    """Keep the outcomes of several rows, each by itself and each with its own answer; with a key, each is kept once."""
    return [report_row(row, n, act=act, key=f"{key}/{n}" if key else "") for n, row in enumerate(rows, start=1)]


def report_row(row: Row, n: int, *, act: Act, key: str) -> Answer:
    told = read_told(row, regions=region_codes(), outcome_of=sources(act.at).codes["outcomes"].code_of)
    if not told.ok:
        return Answer(row=n, faults=told.faults)
    one = told.get()
    try:
        screening = named_by(act, one)
        said = Said(outcome=one.outcome, on=one.on, note=one.note)
        return Answer(row=n, outcome=report(screening, said, act=replace(act, reference=str(screening)), key=key))
    except (NotOne, DayUnfit, Conflict) as error:
        return Answer(row=n, faults=(Fault(code=error.code),))
