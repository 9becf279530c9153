"""Screen a manifest ahead, row by row, under the act of whoever sent it. May be stopped and taken up again: what is answered stays."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.manifest import fault_code
from suar.screening.access import body_of
from suar.screening.actions.ask import screen
from suar.screening.actions.manifest import answer, asked_of
from suar.screening.actions.question import BadQuestion
from suar.screening.models import Screening
from suar.screening.queries.manifests import Manifest, manifest, unanswered_rows


def screen_manifest(id_: UUID, *, act: Act) -> int:
    """Ask about every row that nobody asked about yet. Returns how many were answered now. Idempotent."""
    with transaction.atomic():
        as_hub()
        found = manifest(id_)
        rows = unanswered_rows(id_) if found else []
    for n, row in rows:
        assert found
        screen_row(found, n, row, act)
    return len(rows)


def screen_row(found: Manifest, n: int, row: dict[str, str], act: Act) -> None:
    """One row; its key makes a second try answer the same."""
    asked = asked_of(found.flight, found.departs_on, found.desk, found.by, n, row)
    sender = replace(
        act, actor=found.by, agency=found.agency, role=found.role, desk=found.desk, purpose=found.purpose, basis=found.basis,
        reference=asked.reference,
    )  # fmt: skip
    try:
        id_ = screen(asked, act=sender, client=str(found.id), key=str(n), elapsed_ms=lambda: 0)
    except BadQuestion as error:
        with transaction.atomic():
            as_hub()
            answer(found.id, n, None, "", 0, fault_code(error.faults), sender)
        return
    with transaction.atomic():
        as_hub()
        made = Screening.objects.get(id=id_)
        answer(found.id, n, id_, made.advice, int(body_of(made)["advised"]["score"]), "", sender)
