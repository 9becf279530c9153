"""What changes after the answer re-asks the questions that are still open: a register, or the civil register's late word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.identity.person import Description
from suar.intake.queries.addresses import addresses
from suar.intake.queries.batches import subjects_in
from suar.intake.queries.civil import ask_dukcapil
from suar.journeys.actions import hear_civil
from suar.journeys.queries.civil import OF_THE_NUMBER
from suar.registers.queries.effect import touched_by
from suar.screening.access import body_of
from suar.screening.models import Screening
from suar.screening.queries.touched import touch
from suar.vault.queries import DEFAULT, new_id

LATE = timedelta(hours=1)  # after that the traveller has left the counter
DUKCAPIL = "dukcapil"

AGAIN = """
INSERT INTO screening_again (screening, because, asked_at)
SELECT DISTINCT s.id, %s, %s::timestamptz FROM screening_screening s
WHERE s.decision IS NULL AND s.at > %s::timestamptz - interval '1 day' AND s.subjects && %b::uuid[]
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def rescreen(batch: UUID, *, act: Act) -> int:
    """Mark the open screenings of everybody whom a batch changed in a register: the desk is told to ask again. Idempotent."""
    return mark(batch, subjects_in(batch), act)


@transaction.atomic
def rescreen_act(act_id: UUID, *, act: Act) -> int:
    """The same for whom an officer's act on an entry is about, by whichever of his records the question was answered. Idempotent."""
    return mark(act_id, touched_by(act_id), act)


def mark(because: UUID, subjects: Sequence[UUID], act: Act) -> int:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(AGAIN, [str(because), act.at, act.at, list(subjects)])
        marked = int(cursor.rowcount)
    touch(subjects, [new_id(act.at)] * len(subjects))  # whoever has left is looked at again for help
    if marked:
        append("screening.asked_again", act, about=[because], screenings=marked)
    return marked


def hear_dukcapil_late(screening: UUID, *, act: Act) -> bool:
    """Ask the civil register once more, patiently, for an open screening that had to do without its word (DESIGN 6, step 5).

    When it answers now the desk is told to ask again; its silence changes nothing. Idempotent. Returns whether it answered.
    """
    described = unanswered(screening, act)
    if described is None:
        return False
    civil = ask_dukcapil(described, addresses(), act=act, patient=True)
    if civil.outcome in {"unreachable", "not_asked"}:
        return False
    with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO screening_again (screening, because, asked_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [screening, DUKCAPIL, act.at],
        )
        if cursor.rowcount:
            append("screening.asked_again", act, about=[screening], screenings=1)
    return True


@transaction.atomic
def unanswered(screening: UUID, act: Act) -> Description | None:
    """Whom the question was about, where it is still open and the civil register had nothing to say."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
    found = Screening.objects.filter(id=screening, decision=None, at__gt=act.at - LATE).first()
    body: dict[str, Any] = body_of(found) if found else {}
    if not body or body["civil"]["outcome"] != "unreachable":
        return None
    return Description.of(body["traveller"])


def tell_civil(screening: UUID, *, act: Act) -> bool:
    """Hand down what the civil register said of the traveller's NIK, so that findings can follow from it. Idempotent."""
    with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        found = Screening.objects.filter(id=screening).first()
        body: dict[str, Any] = body_of(found) if found else {}
    outcome = OF_THE_NUMBER.get(body["civil"]["outcome"], "") if body else ""
    nik = str(body["traveller"].get("nik", "")) if body else ""
    if found is None or not outcome or not nik:
        return False
    return hear_civil(nik, outcome, found.at, act=act)
