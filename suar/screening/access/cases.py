"""Cases of trafficking at the protection desk: what could be handed over, what was, and how far each is (docs/decisions/0037).

All of it stands behind the wall but the number on a slip. Every look is kept there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.standard.fields import RecordKind
from suar.exchange.queries.sharing import would_be_given
from suar.intake.queries.batches import Stated, stated
from suar.intake.queries.mappings import sources
from suar.policies.queries import in_force
from suar.registers.queries.handed import HANDED_OVER, KIND, Case, case, cases_from, cases_of
from suar.screening.access.refusals import office_of
from suar.screening.queries.deciding import work_at
from suar.screening.queries.tasks import Task, held_by, task
from suar.vault.queries import PROTECTION, derived_id, first_id

LIST, HAND_OVER = "case.list", "case.hand_over"
QUEUE, RECEIVED = "protection", "received"
REPORT, VICTIM = "police_report", "victim"
HUB = "suar"  # gives what a desk heard itself
OVER = frozenset({"declined", "withdrawn"})  # another hand-over may follow
MOST_ROWS = 200
#: Of the fields, those that the officer does not type: by whose word, and from which desk.
WRITTEN_FOR_HER = frozenset({"consent_given", "unit"})
#: Who it is, then what happened as UU 21/2007 Ps 1 counts it (process, means, purpose), how it began, and what is needed. Others come last.
IN_ORDER = (
    "full_name", "birth_date", "nik", "sex", "trafficking_status", "acts", "means", "exploitation", "forced_crimes", "recruitment_methods",
    "recruiter_relation", "destination", "exploitation_country", "report_no", "services",
)  # fmt: skip
SEXES = ("2", "1", "9", "0")  # ISO 5218


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a case comes from: somebody who came to the desk, or a victim of a police report; with what that says already."""

    id: UUID
    kind: str  # task | report
    giver: str
    said: Mapping[str, Any]
    at: datetime | None
    number: str = ""  # on the slip


def report_id(record: Stated) -> UUID:
    """The same for every version of a report's victim."""
    return derived_id("case", record.source, record.record_id, wall=PROTECTION)


def of_report(record: Stated, kind: RecordKind) -> Origin:
    said = {name: record.values[name] for name in kind.fields if record.values.get(name)}
    return Origin(id=report_id(record), kind="report", giver=record.agency, said=said, at=record.stated_at)


def of_task(one: Task) -> Origin:
    return Origin(id=one.id, kind="task", giver=HUB, said={}, at=one.at, number=one.number)


def case_kind(at: datetime) -> RecordKind:
    return sources(at).standard[KIND]


def receiver_at(at: datetime) -> str:
    return str(in_force(at).tables["desk/handovers"]["receiver"])


def fields_for(giver: str, act: Act) -> list[str]:
    """Which fields of a case the receiver may read of this giver's: no other is asked for or kept."""
    given = would_be_given(HANDED_OVER, KIND, giver=giver, receiver=receiver_at(act.at), purpose=act.purpose, at=act.at)
    return [name for name in case_kind(act.at).fields if name in given]


def reports_at(act: Act) -> dict[UUID, Origin]:
    """Victims of police reports, as far as an agreement lets this desk see them. Runs inside a door behind the wall."""
    days = int(in_force(act.at).tables["desk/handovers"]["looks_back_days"])
    oldest = first_id(act.at - timedelta(days=days))
    found = stated("r.kind = %s AND r.id >= %s", [REPORT, oldest], PROTECTION)
    victims = [one for one in found if not one.withdrawn and one.values.get("role") == VICTIM]
    return {(origin := of_report(one, case_kind(act.at))).id: origin for one in victims}


def mine(one: Task | None, act: Act) -> bool:
    """Whether a task of the protection queue is this officer's: in her hand, or one whose traveller her own office has received."""
    if one is None or one.queue != QUEUE or one.agency != act.agency:
        return False
    return one.holder == act.actor or (one.done and one.code == RECEIVED and one.step_office == office_of(act))


def open_both(act: Act, door: str) -> None:
    enter(act, door, wall=PROTECTION)
    enter(act, door)


def origin_at(act: Act, id_: UUID) -> Origin:
    """What a case would come from. In the caller's two transactions, inside its door. Refuses: NotFound alike for none and for another's."""
    open_both(act, HAND_OVER)
    found = task(id_)
    if found is not None and mine(found, act) and QUEUE in work_at(act.at).worked_by(act.role, act.agency):
        return of_task(found)
    reports = reports_at(act)
    if id_ not in reports:
        raise NotFound()
    return reports[id_]


def case_at(act: Act, id_: UUID) -> Case:
    """One case of this agency's desks. In the caller's two transactions. Refuses: NotFound alike for none and for another's."""
    open_both(act, HAND_OVER)
    found = case(id_)
    if found is None or found.agency != act.agency:
        raise NotFound()
    return found


@transaction.atomic
def cases_for(act: Act) -> dict[str, list[dict[str, Any]]]:
    """What may be handed over, and what was. Days, states and numbers; nobody is opened by this."""
    with transaction.atomic(using=PROTECTION):
        open_both(act, LIST)
        tasks = [of_task(one) for one in held_by(act.actor) if mine(one, act)]
        waiting = [*tasks, *reports_at(act).values()]
        handed = cases_from([one.id for one in waiting])
        left = [one for one in waiting if one.id not in handed or handed[one.id].state in OVER]
        kept = cases_of(act.agency)
        append(
            "case.listed",
            act,
            about=[*(one.id for one in left), *(one.id for one in kept)][:MOST_ROWS],
            wall=PROTECTION,
        )
    return {"waiting": [origin_row(one) for one in left[:MOST_ROWS]], "handed": [row_of(one, act) for one in kept]}


def origin_row(one: Origin) -> dict[str, Any]:
    return {"id": one.id, "kind": one.kind, "giver": one.giver, "at": one.at, "number": one.number}


def row_of(one: Case, act: Act) -> dict[str, Any]:
    return {
        "id": one.id, "at": one.at, "giver": one.giver, "origin": one.origin, "state": one.state, "consent": one.consent, "child": one.child,
        "number": one.number, "receiver": one.receiver, "to_agree": one.state == "waits" and one.by != act.actor,
    }  # fmt: skip


@transaction.atomic
def origin_for(act: Act, id_: UUID) -> dict[str, Any]:
    """What a case would come from, opened, with the fields that its receiver may read. The look is kept behind the wall. Refuses: NotFound."""
    act = replace(act, reference=str(id_))
    with transaction.atomic(using=PROTECTION):
        one = origin_at(act, id_)
        append("case.origin_read", act, about=[id_], fields=sorted(one.said), wall=PROTECTION)
    table = in_force(act.at).tables["desk/handovers"]
    return origin_row(one) | {
        "said": one.said, "receiver": table["receiver"], "fields": asked_for(fields_for(one.giver, act), act),
        "override": [{"code": code, "text": {"id": row["id"], "en": row["en"]}} for code, row in table["override"].items()],
    }  # fmt: skip


def asked_for(names: list[str], act: Act) -> list[dict[str, Any]]:
    """Each field as a form shows it, in the order in which one asks: its words by the standard, and the codes to choose from, "other" last."""
    standard, kind = sources(act.at).standard, case_kind(act.at)
    found = []
    for name in sorted(set(names) - WRITTEN_FOR_HER, key=asked_at):
        row = kind.fields[name].row
        codes = sorted(standard.codes[row.codes].rows.items(), key=lambda one: one[0] == "other") if row.codes else []
        found.append(
            {
                "name": name, "type": row.type, "required": row.required, "text": {"id": row.meaning.id, "en": row.meaning.en},
                "codes": [{"code": code, "text": {"id": one.id, "en": one.en}} for code, one in codes],
                "sexes": SEXES if row.type == "sex" else (),
            }
        )  # fmt: skip
    return found


def asked_at(name: str) -> tuple[int, str]:
    return (IN_ORDER.index(name) if name in IN_ORDER else len(IN_ORDER), name)


@transaction.atomic
def case_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One case, opened: what was handed over, by whose word, and the receiver's number once it came. Refuses: NotFound."""
    act = replace(act, reference=str(id_))
    with transaction.atomic(using=PROTECTION):
        one = case_at(act, id_)
        values = one.values
        append("case.read", act, about=[id_], fields=sorted(values), wall=PROTECTION)
    names = officer_names([one.by])
    told = in_force(act.at).tables["desk/handovers"]["override"].get(one.code)
    said = asked_for(list(values), act)
    return row_of(one, act) | {
        "by": names.get(one.by, ""), "why": {"id": told["id"], "en": told["en"]} if told else None,
        "values": [{**field, "value": worded(field, values[field["name"]])} for field in said],
        "may_withdraw": one.state not in OVER, "steps": {name: step.at for name, step in one.steps.items()},
    }  # fmt: skip


def worded(field: Mapping[str, Any], value: Any) -> list[Any]:
    """A value with the words of its codes."""
    texts = {row["code"]: row["text"] for row in field["codes"]}
    return [texts.get(one, str(one)) for one in (value if isinstance(value, list) else [value])]
