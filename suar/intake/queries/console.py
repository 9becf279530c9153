"""What an integration engineer reads of the sources: how each stream's last pull went, when the next is due, and what came last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from suar.agencies.access.counting import counted
from suar.core.advice.sources import SourceState
from suar.core.standard.mapping import SourceMapping
from suar.intake.queries.batches import COLUMNS, Batch, as_batch
from suar.intake.queries.health import Stream, national, open_findings, streams
from suar.intake.queries.history import History, histories, watched
from suar.intake.queries.mappings import sources
from suar.intake.queries.reports import protected_streams

#: As long as the worker waits between two looks at what is due (`site/worker`), and as a pull of nothing takes.
EVERY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """One source as its engineer sees it. `due_at`: when it is to be pulled next; None for one that only pushes or was never tried."""

    mapping: SourceMapping
    state: SourceState
    streams: Sequence[Stream]
    tried_at: datetime | None
    due_at: datetime | None
    fault: str
    fault_params: dict[str, Any]
    history: History


def connectors(at: datetime, *, only: str = "") -> list[Connector]:
    """Every source outside the wall, or one."""
    known = sources(at)
    names = [name for name in watched(known) if only in ("", name)]
    held, told = streams(names), counted(at, lambda wall: histories(names, at, wall=wall))
    findings = {finding["source"]: finding for finding in reversed(open_findings())}
    return [connector(known[name], held, findings.get(name), told[name], at) for name in names]


def connector(
    mapping: SourceMapping, held: dict[str, list[Stream]], finding: dict[str, Any] | None, told: History, at: datetime
) -> Connector:
    hidden = protected_streams(mapping)
    shown = [one for one in held.get(mapping.source, []) if one.stream not in hidden]
    tried = [one.tried_at for one in shown if one.tried_at]
    fault = next((one.fault for one in shown if one.fault), finding["code"] if finding else "")
    every = timedelta(seconds=int(mapping.reach.get("every_s", EVERY_S)))
    return Connector(
        mapping=mapping,
        state=national(mapping, held, at),
        streams=shown,
        tried_at=max(tried, default=None),
        due_at=min(tried) + every if tried else None,
        fault=fault,
        fault_params=finding["params"] if finding and finding["code"] == fault else {},
        history=told,
    )


LAST = f"""
SELECT {COLUMNS} FROM intake_batch WHERE source = ANY(%s) AND (%s::text = '' OR state = 'stopped' OR returned > 0 OR remarked > 0)
ORDER BY id DESC LIMIT %s
"""
#: What became of what was sent, from the worst on; a batch has the first that is true of it.
OUTCOMES = ("stopped", "waiting", "returned", "remarks", "accepted", "unchanged", "nothing")


def last_batches(names: Sequence[str], *, faulty: bool, most: int) -> list[Batch]:
    """The messages that came last, of all these sources; `faulty`: those alone with which something was not right."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, [list(names), "faulty" if faulty else "", most])
        return [as_batch(row) for row in cursor.fetchall()]


def outcome_of(batch: Batch) -> str:
    if batch.state in ("stopped", "kept"):
        return "stopped" if batch.state == "stopped" else "waiting"
    if batch.returned:
        return "returned"
    if batch.remarked:
        return "remarks"
    if batch.accepted:
        return "accepted"
    return "unchanged" if batch.unchanged else "nothing"
