"""How right the matcher was found to be is kept, with its policy and its day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.vault.queries import DEFAULT, new_id


@transaction.atomic(durable=True)
def note_quality(by: str, policy: str, figures: Mapping[str, Any], *, act: Act) -> UUID:
    """Keep how right the matcher was found to be: counts and rates, nobody in them. Measured by the `truth` of an invented nation or
    by what officers judged (`reviews`). No event: no agency is told.
    """
    measurement = new_id(act.at)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_quality (id, at, measured_by, policy, figures) VALUES (%s, %s, %s, %s, %s)",
            [measurement, act.at, by, policy, canonical(dict(figures)).decode()],
        )
    append("matching.measured", act, about=[measurement], by=by)
    return measurement
