"""A postponement or a refusal leads to its lawful entry: asked for by the officer who decided, in the words of the decision, agreed to by a
second person whom the system draws. Until then no register holds anything; with it come the term, the notice's clock and the remedy.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.registers.law import ActKind
from suar.registers.actions.request import Asked, request
from suar.screening import access
from suar.screening.actions.decide import restricts
from suar.screening.queries.deciding import entry_kind


class NothingToEnter(Conflict):
    """Only a postponement or a refusal leads to an entry, once, and only where one person in the books is certainly the traveller."""

    code = "screening.nothing_to_enter"


def ask_entry(screening_id: UUID, *, act: Act) -> UUID:
    """Ask for the entry. Returns the request. Two transactions: the register's own, and the note that ties it to the screening.

    Refuses: NotFound; NothingToEnter; what the register and its law refuse (ActRefused, DoorShut).
    """
    act = replace(act, reference=str(screening_id))
    asked = asked_of(screening_id, act)
    came_to = request(asked, act=act)
    note(screening_id, came_to, act)
    return came_to


@transaction.atomic
def asked_of(screening_id: UUID, act: Act) -> Asked:
    screening = access.screening_for(act, screening_id, door="screening.decide")
    if screening.decided_by != act.actor:
        raise NotFound()
    person = access.own_person(screening)
    if not restricts(screening) or person is None or entered(screening_id):
        raise NothingToEnter()
    kind = entry_kind(screening.purpose, screening.decision or "", screening.decided_at or act.at)
    return Asked(
        act=ActKind.ADD, kind=kind, subject=min(screening.subjects), reason=screening.coded, text=screening.reason, evidence=(screening_id,)
    )  # fmt: skip


def entered(screening_id: UUID) -> UUID | None:
    """The request that a screening's decision led to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT request FROM screening_entry WHERE screening = %s", [screening_id])
        row = cursor.fetchone()
    return row[0] if row else None


@transaction.atomic(durable=True)
def note(screening_id: UUID, came_to: UUID, act: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO screening_entry (screening, request, at, by) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [screening_id, came_to, act.at, act.actor],
        )
    append("screening.entry_asked", act, about=[screening_id, came_to])


def try_entry(screening_id: UUID, *, act: Act) -> str:
    """The same right after a decision, where what hinders it is told and hinders nothing else. Returns "asked" or why not."""
    try:
        ask_entry(screening_id, act=act)
    except Refusal as error:
        return error.code
    return "asked"
