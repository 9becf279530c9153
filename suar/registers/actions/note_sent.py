"""Note that a notice was sent: a fact of its own, with the hour at which it is noted, so that no clock is met in hindsight."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.registers.access.notices import notice_for
from suar.vault.queries import new_id, seal

HOW = ("hand", "post", "email", "mission", "system")
WRITE = "INSERT INTO registers_notice_sent (id, notice, at, by, how, receipt) VALUES (%s, %s, %s, %s, %s, %s)"


class HowUnknown(Refusal):
    """Say by a way of the list how the notice was sent."""

    code = "notice.how"
    status = 422


@transaction.atomic(durable=True)
def note_sent(id_: UUID, how: str, receipt: str, *, act: Act) -> UUID:
    """Note that a notice goes out now, and what shows it (a signature, a number of the post). Refuses: DoorShut; NotFound; HowUnknown."""
    found = notice_for(act, id_)
    if how not in HOW:
        raise HowUnknown()
    sent = new_id(act.at)
    shown = seal(receipt.strip().encode(), about=receipt_place(sent)) if receipt.strip() else None
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [sent, id_, act.at, act.actor, how, shown])
    clock = "met" if act.at < found.due_at else "missed"
    append("notice.sent", replace(act, reference=str(found.entry)), about=[found.entry, id_], how=how, clock=clock)
    publish(Happened(type="notice.sent", giver=found.agency, thing=id_, classes=("notice",), effect=clock), act)
    return sent


def receipt_place(sent: UUID) -> bytes:
    """What binds a sealed receipt to its row."""
    return b"receipt" + sent.bytes
