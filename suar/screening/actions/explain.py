"""A supervisor says why a crossing of his lane has no screening. He can say it again; what was said stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.screening.access.unscreened import office_of
from suar.screening.queries.unscreened import agencies_of, reasons_listed
from suar.vault.queries import DEFAULT, new_id

MOST = 500  # of one saying: an outage of an afternoon

SAID = """
INSERT INTO screening_miss_reason (id, crossing, agency, code, at, by, desk)
SELECT id, crossing, agency, %(code)s, %(at)s, %(by)s, %(desk)s FROM unnest(%(ids)s::uuid[], %(crossings)s::uuid[], %(agencies)s::text[])
    AS row (id, crossing, agency)
"""


class ReasonNotListed(Refusal):
    """The reason is not one of the list in force."""

    code = "unscreened.reason"
    status = 422


class NoneChosen(Refusal):
    """A reason was given for no crossing."""

    code = "unscreened.none_chosen"
    status = 422


@transaction.atomic(durable=True)
def explain(crossings: Sequence[UUID], code: str, *, act: Act) -> int:
    """Say why these crossings were not screened. Returns how many.

    Refuses: DoorShut; NoneChosen; ReasonNotListed; NotFound alike for what is no miss and for another office's.
    """
    enter(act, "unscreened.explain")
    if not crossings:
        raise NoneChosen()
    if code not in reasons_listed(act.at):
        raise ReasonNotListed()
    known = agencies_of(crossings[:MOST], office_of(act))
    if set(known) != set(crossings):
        raise NotFound()
    row: dict[str, Any] = {
        "code": code, "at": act.at, "by": act.actor, "desk": act.desk, "ids": [new_id(act.at) for _ in known], "crossings": list(known),
        "agencies": list(known.values()),
    }  # fmt: skip
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(SAID, row)
    append("unscreened.explained", act, about=list(known), reason=code)
    return len(known)
