"""An agency sends what its own conformance run found. The hub keeps it beside the date, and believes none of it more than the agency does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import orjson
from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.vault.queries import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a conformance run: which, and whether it holds. What was seen stays at home: it may quote what was received."""

    check: str
    holds: bool


@transaction.atomic(durable=True)
def note_contract(kind: str, kit: str, checks: Sequence[Check], *, act: Act) -> UUID:
    """Keep a report. Refuses: DoorShut."""
    enter(act, "events.receive")
    id_ = new_id(act.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_contract (id, at, agency, client, kind, kit, checks) VALUES (%s, %s, %s, %s, %s, %s, %s::text::jsonb)",
            [id_, act.at, act.agency, act.actor, kind, kit, orjson.dumps([asdict(one) for one in checks]).decode()],
        )
    failed = sum(not one.holds for one in checks)
    append("contract.reported", act, about=[id_], kind=kind, checks=len(checks), failed=failed)
    return id_
