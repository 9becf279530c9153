"""Somebody is needed at this desk: the traveller asked for help, or the officer gave the sign that nothing on the screen shows."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.screening.access.calls import call_for
from suar.screening.access.interview import interview_for
from suar.screening.models import Call, CallAttended, Interview
from suar.vault.queries import new_id

WHAT = ("attended", "mistake")


@transaction.atomic(durable=True)
def give_sign(interview_id: UUID, *, act: Act) -> None:
    """The silent sign: the supervisor and the protection desk are told; the officer's screen stays as it is. Twice is once.

    Refuses: NotFound.
    """
    call(interview_for(act, interview_id), "danger", act)


def call_for_help(row: Interview, *, act: Act) -> None:
    """The traveller asked for help. In the transaction that keeps the answer."""
    call(row, "help", act)


def call(row: Interview, kind: str, act: Act) -> None:
    """One that nobody has attended to yet is enough."""
    open_ones = Call.objects.filter(interview=row.id, kind=kind).values_list("id", flat=True)
    attended = CallAttended.objects.filter(call__in=list(open_ones)).count()
    if len(open_ones) > attended:
        return
    id_ = new_id(act.at)
    Call.objects.create(
        id=id_, at=act.at, agency=row.agency, office=row.office, desk=act.desk, officer=act.actor, interview=row.id, kind=kind
    )  # fmt: skip
    append("interview.called", act, about=[id_, row.id, row.screening], kind=kind, office=row.office)


@transaction.atomic(durable=True)
def attend(call_id: UUID, what: str, *, act: Act) -> None:
    """Somebody went there, or it was a mistake; once. Refuses: NotFound."""
    found = call_for(act, call_id)
    if what not in WHAT:
        raise NotFound()
    CallAttended.objects.create(call=found.id, at=act.at, agency=found.agency, officer=act.actor, what=what)
    append("call.attended", act, about=[found.id], outcome=what, office=found.office)
