"""Dead letters go out again: one, or all of an endpoint. Their ids stay, so a receiver that had one after all does nothing twice."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.exchange.queries.webhooks import endpoints_in_force


class NotMended(Refusal):
    """The endpoint does not hold: its dead letters would die again at once."""

    code = "endpoint.not_mended"
    status = 409


AGAIN = """
UPDATE exchange_delivery SET dead_at = NULL, reason = '', attempts = 0, first_at = NULL, due_at = %(at)s, claim = NULL, claimed_until = NULL
WHERE dead_at IS NOT NULL AND endpoint = ANY(%(endpoints)s)
AND (%(event)s::uuid IS NULL OR event = %(event)s) AND (%(endpoint)s::uuid IS NULL OR endpoint = %(endpoint)s)
RETURNING endpoint, event
"""


@transaction.atomic(durable=True)
def resend(*, act: Act, endpoint: UUID | None = None, event: UUID | None = None) -> int:
    """Send again: one dead letter, all of one endpoint, or all of every endpoint in force. Returns how many.

    Refuses: DoorShut; NotFound where there is none; NotMended where the endpoint that was named does not hold.
    """
    enter(act, "integration.resend")
    held = [one.endpoint for one in endpoints_in_force(act.at)]
    if endpoint and endpoint not in held:
        raise NotMended()
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, {"at": act.at, "endpoints": held, "event": event, "endpoint": endpoint})
        found = cursor.fetchall()
    if event and not found:
        raise NotFound()
    for one in sorted({row[0] for row in found}):
        append("webhook.resent", act, about=[one, *(row[1] for row in found if row[0] == one)])
    return len(found)
