"""Put a traveller before another desk: a row in that desk's queue, and an event to the agency whose desk it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from suar.audit.actions import append
from suar.core.act import Act
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.screening.models import Screening
from suar.screening.queries.deciding import work_at
from suar.vault.queries import new_id

INSERT = """
INSERT INTO screening_task (id, at, due, queue, agency, office, giver, giver_office, giver_desk, screening, person, place, by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (screening, queue) DO NOTHING
"""
#: Which queues may lead to the person's own page; the protection desk is told nothing but to accompany.
OF_A_PERSON = frozenset({"secondary", "kp2mi", "mission"})


# law: UU 21/2007 Ps 51; Permen PPPA 8/2021
def put_before(
    screening: Screening, queue: str, act: Act, *, place: str = "", due: datetime | None = None
) -> UUID | None:
    """One task for each screening and queue, in the caller's transaction. Returns it; None where it is there already.

    Nothing of what was advised or why goes along: when, from which desk, and until when.
    """
    assert connection.in_atomic_block
    row = work_at(act.at).queue(queue)
    task, same = new_id(act.at), row.agency == "same"
    agency = screening.agency if same else row.agency
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                task, act.at, due or act.at + row.within, queue, agency, screening.office if same else "", screening.agency, screening.office,
                screening.desk, screening.id, screening.person if queue in OF_A_PERSON else None, place, act.actor,
            ],
        )  # fmt: skip
        if not cursor.rowcount:
            return None
    append("task.made", act, about=[task, screening.id], queue=queue)
    kind = "assistance.requested" if queue == "mission" else "referral.made"
    publish(Happened(type=kind, giver=screening.agency, thing=task, classes=("referral",), effect=queue), act)
    return task
