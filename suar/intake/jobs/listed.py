"""A signed list on its way in: is it the one that was read last, and does it add or drop so many that it looks wrong?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.core.act import Act
from suar.core.standard.mapping import SourceMapping
from suar.intake.actions.findings import open_finding
from suar.intake.actions.listed import withdraw_doubtful
from suar.intake.connectors.sending import Sending, cut
from suar.intake.queries.listed import change_by, read_already
from suar.intake.queries.quarantine import quarantined


def looked_at(mapping: SourceMapping, sending: Sending, run: UUID, *, act: Act) -> Sending:
    """A signed list with its doubt, of which a finding says what it is. What earlier doubtful lists alone said goes before another list
    is kept.
    """
    sending = guarded(mapping, sending)
    if sending.doubt:
        with transaction.atomic():
            open_finding(mapping.source, sending.stream, sending.doubt, act=act, params=params_of(sending))
    if not is_known(mapping.source, sending) and quarantined(mapping.source, "", act.at) is None:
        withdraw_doubtful(mapping, sending.stream, run, act=act)
    return sending


def is_known(source: str, sending: Sending) -> bool:
    """Whether this very list, with this very doubt, is the one that was read last: then there is nothing to keep again."""
    return read_already(source, sending.stream, sha256(sending.body).digest(), sending.doubt)


@transaction.atomic
def guarded(mapping: SourceMapping, sending: Sending) -> Sending:
    """Doubtful where it adds or drops more decisions at once than its source's guard lets pass, however well it is signed (SECURITY T06):
    whoever writes in its owner's name can neither restrict many in one night, nor let go all whom the list stops.

    The first list of all has nothing beside which it could jump.
    """
    if sending.doubt:
        return sending
    change = change_by(mapping, sending.stream, cut(sending), sending.media, sending.meta)
    if change is None:
        return sending
    guard = mapping.guard
    limits = {
        "guard.added": (change.added, guard.added_permille),
        "guard.dropped": (change.dropped, guard.withdrawn_permille),
    }
    for doubt, (count, permille) in limits.items():
        if count > max(guard.from_records, change.known * permille // 1000):
            counted = {"changed": str(count), "known": str(change.known)}
            return replace(sending, doubt=doubt, meta={**sending.meta, **counted})
    return sending


def params_of(sending: Sending) -> Mapping[str, Any]:
    """What the finding's sentence needs."""
    told = sending.meta
    return {
        "file": told["$file"],
        "found": told["rows"],
        "said": told["said_rows"],
        "changed": told.get("changed", ""),
        "known": told.get("known", ""),
    }
