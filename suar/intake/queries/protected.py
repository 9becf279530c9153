"""The health of protected streams, counted behind the wall. Nothing here is read by any page but the protection role's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from suar.core.standard.mapping import SourceMapping
from suar.intake.queries.health import COUNTED, Stream, counts, open_findings, state_of, streams
from suar.intake.queries.mappings import sources
from suar.intake.queries.reports import protected_streams

WALL = "protection"
HOURS = 24


def page(at: datetime) -> list[dict[str, Any]]:
    """One row a source with protected streams, in the shape of the health page."""
    known = sources(at)
    told = {name: protected_streams(known[name]) for name in known.names}
    held, counted, spark = streams(known.names), counts(wall=WALL), sparks(at)
    findings = {finding["source"]: finding for finding in reversed(open_findings(wall=WALL))}
    return [
        row(known[name], [one for one in held.get(name, []) if one.stream in mine], at)
        | {
            "counts": counted.get(name, dict.fromkeys(COUNTED, 0)),
            "stopped": counted.get(name, {}).get("stopped", 0),
            "spark": spark.get(name, [0] * HOURS),
            "last_fault_params": findings[name]["params"] if name in findings else {},
        }
        for name, mine in told.items()
        if mine
    ]


def row(mapping: SourceMapping, mine: list[Stream], at: datetime) -> dict[str, Any]:
    somewhere = min(mapping.covers.kabupaten, default="0000")
    whole = state_of(mapping, mine, frozenset({somewhere}), somewhere, at)
    newest = newest_good(mapping.source)
    fault = next((one.fault for one in mine if one.fault), "")
    return {
        "source": mapping.source,
        "agency": mapping.agency,
        "name": {"id": mapping.name.id, "en": mapping.name.en},
        "state": whole.state.value,
        "as_of": whole.as_of.isoformat() if whole.as_of else "",
        "age_s": whole.age_s or 0,
        "lag_s": int((at - newest).total_seconds()) if newest else None,
        "last_good": newest.isoformat() if newest else "",
        "last_fault_code": fault,
        "what_to_do_code": f"todo.{fault}" if fault else "",
        "coverage": [],
    }


def newest_good(source: str) -> datetime | None:
    with connections[WALL].cursor() as cursor:
        cursor.execute(
            "SELECT max(received_at) FROM intake_batch WHERE source = %s AND accepted + remarked > 0", [source]
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


SPARK = """
SELECT source, floor(extract(epoch FROM (%s - received_at)) / 3600)::int AS hour, sum(sent)
FROM intake_batch WHERE received_at > %s AND received_at <= %s GROUP BY 1, 2
"""


def sparks(at: datetime) -> dict[str, list[int]]:
    """Records of the last day by the hour, oldest first."""
    with connections[WALL].cursor() as cursor:
        cursor.execute(SPARK, [at, at - timedelta(hours=HOURS), at])
        found: dict[str, list[int]] = {}
        for source, hour, sent in cursor.fetchall():
            found.setdefault(source, [0] * HOURS)[HOURS - 1 - min(hour, HOURS - 1)] = int(sent)
    return found
