"""A request that was held, because its officer or office asked for far more than usual, goes on after somebody else has looked."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound, Refusal
from suar.registers.access.hands import hand_of
from suar.registers.actions.rule import LEAST_REASON, RulingReason
from suar.registers.queries.native import place_of
from suar.registers.queries.pending import one_pending
from suar.vault.queries import seal


class OwnOffice(Refusal):
    """Whoever looks sits in another office than whoever asked."""

    code = "register.own_office"
    status = 403


INSERT = """
INSERT INTO registers_let_go (request, at, by, role, agency, office, desk, first_by, first_office, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def let_go(request: UUID, reason: str, *, act: Act) -> None:
    """Put a held request before its second person after all. It says nothing of the request's merits, and its hour goes on.

    Refuses: DoorShut; NotFound alike for none, for one that is not held, and for one whose hour has passed; OwnOffice; RulingReason.
    """
    enter(act, "register.let_go")
    hand = hand_of(act)
    as_hub()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7306006))", [str(request)])
        one = one_pending(request)
        if one is None or not one.held or one.settled or one.until <= act.at:
            raise NotFound()
        if one.first.office == hand.office:
            raise OwnOffice()
        if len(reason.strip()) < LEAST_REASON:
            raise RulingReason()
        sealed = seal(canonical({"reason": reason.strip()}), about=place_of(request))
        cursor.execute(
            INSERT,
            [
                request,
                act.at,
                act.actor,
                act.role,
                act.agency,
                hand.office,
                act.desk,
                one.first.officer,
                one.first.office,
                sealed,
            ],
        )
    append("register.let_go", act, about=[one.entry, one.subject, request], kind=one.kind, step=one.act.value)
