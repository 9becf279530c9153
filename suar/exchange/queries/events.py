"""One event as an agency gets it, whichever way it comes: CloudEvents 1.0 in JSON, ids pairwise, no values, signed by the hub."""

from __future__ import annotations

import functools
from typing import Any
from uuid import UUID

from suar.core.canonical import canonical, packed
from suar.core.cloudevents import SCHEMA, TYPE
from suar.exchange.queries import Row
from suar.vault.queries import pairwise
from suar.vault.queries.signing import Signer, signer

SIGNATURE = "signature"


def signed_event(row: Row, receiver: str) -> bytes:
    """The bytes that this receiver gets of this event, the same by each of the three ways. `signature` is the hub's, Ed25519 over the
    canonical form (RFC 8785) of all the rest; `keyid` names the key, which stands at `/api/v1/keys` for as long as anybody may ask.
    """
    return signed_by(signer(), row, receiver)


@functools.lru_cache(
    maxsize=4096
)  # kept for a moment, since the stream and a webhook ask for the same shortly after each other
def signed_by(by: Signer, row: Row, receiver: str) -> bytes:
    event = cloud_event(row, receiver) | {"keyid": by.kid}
    return packed(event | {SIGNATURE: by.sign(canonical(event))})  # what is added is text, and the rest was looked at


def event_id(receiver: str, id_: UUID) -> str:
    """The id under which one receiver knows one event: the millisecond in which it happened, which the event tells anyway, and 80 bits of
    HMAC(agency key, id). The first finds the row again, the second says that it is this one and to whom it was told.
    """
    return id_.bytes[:6].hex() + pairwise(receiver, id_)[:20]


def cloud_event(row: Row, receiver: str) -> dict[str, Any]:
    """CloudEvents 1.0 in JSON: ids are pairwise, values stay at home (DESIGN 8)."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id(receiver, row.id),
        "source": "/suar",
        "type": TYPE + row.type,
        "time": row.at.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": SCHEMA.format(type=row.type),
        "data": {
            "thing": pairwise(receiver, row.thing),
            "giver": row.giver,
            "classes": row.classes,
            "effect": row.effect,
        },
    }
    if row.subject:
        event["subject"] = pairwise(receiver, row.subject)
    return event
