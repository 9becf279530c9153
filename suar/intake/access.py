"""The doors of intake: whoever may see source health, and the reports of an agency's own batches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.intake.queries.batches import batch, returned
from suar.intake.queries.health import page


@transaction.atomic
def health_for(act: Act) -> list[dict[str, Any]]:
    """Source health, without personal data; the protected sources are not in it."""
    enter(act, "intake.health")
    return page(act.at)


@transaction.atomic
def report_for(act: Act, id_: UUID) -> dict[str, Any]:
    """The report of one batch: its counts and every returned record with its faults. Refuses: NotFound unless it is the act's own."""
    enter(act, "intake.report")
    kept = batch(id_)
    if kept is None or (kept.agency != act.agency and act.role != "integration_engineer"):
        raise NotFound()
    rows = [
        {"position": one.position, "kind": one.kind, "quarantined": one.quarantined, "faults": one.faults}
        for one in returned(kept.source, of=id_)
    ]
    append("batch.reported", act, about=[id_], fields=["faults"], source=kept.source, rows=len(rows))
    return {
        "batch": kept.id,
        "source": kept.source,
        "received_at": kept.received_at.isoformat(),
        "sha256": kept.sha256.hex(),
        "state": kept.state,
        "counts": {
            name: getattr(kept, name) for name in ("sent", "accepted", "remarked", "returned", "unchanged", "quarantined", "older")
        },
        "returned": rows,
    }
