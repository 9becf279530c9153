"""Records arrive for a test: rows that already speak the standard's names, through every step from bytes to projection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from suar.intake.actions.keep import keep, open_run
from suar.intake.connectors.sending import Sending
from suar.intake.jobs.read import read_batch
from suar.journeys.jobs.look import look_waiting
from suar.persons.jobs import place_batch
from suar.policies.models import Version
from suar.site.auth import system_act
from suar.site.projecting import project
from tests.cast import NOON

#: Which agency each source of the story belongs to.
AGENCY = {
    "simkim": "imigrasi", "siskop2mi": "kp2mi", "siapkerja": "kemnaker", "sipmi": "kemnaker", "disnaker": "disnaker",
    "peduliwni": "kemlu", "pimpasa": "imigrasi", "simfoni": "kemenpppa", "polri": "polri",
}  # fmt: skip
PROTECTION = "protection"
Row = Mapping[str, Any]


def speaks(
    source: str, kind: str, rows: Sequence[Row], *, wall: str = "", at: datetime = NOON, guard: int = 1000
) -> None:
    """From now on this source sends rows of one kind under the standard's own names."""
    names = {name for row in rows for name in row} - {"id", "who", "version", "at", "gone"}
    stream: dict[str, Any] = {"media": "json", "options": {"records": "rows"}} | ({"wall": wall} if wall else {})
    mapped: dict[str, Any] = {
        "kind": kind,
        "record_id": "id",
        "version": "version",
        "fields": {name: name for name in sorted(names - {"age"})},
    }
    if "age" in names:  # in years, on the day from which the row holds
        mapped["fields"]["birth_date"] = {"from": "age", "read": "age", "at": "valid_from"}
    if any("who" in row for row in rows):
        mapped["subject_id"] = "who"
    if any("gone" in row for row in rows):
        mapped["withdrawn"] = {"gone": ["yes"]}
    if all("at" in row for row in rows):
        mapped["at"] = {"from": "at", "format": "ISO"}
    table = {
        "source": source, "agency": AGENCY[source], "dated": "2026-11-21", "name": {"id": source, "en": source}, "zone": "Asia/Jakarta",
        "feed": "delta", "rhythm_minutes": 10, "stale_after_minutes": 60, "covers": "all",
        "reach": {"connector": "rest", "streams": {"rows": stream}}, "guard": {"returned_permille": guard}, "kinds": {"rows": mapped},
    }  # fmt: skip
    Version.objects.create(
        id=uuid4(),
        name=f"sources/{source}",
        sha256=uuid4().hex * 2,
        content=table,
        in_force_from=at,
        adopted_by=uuid4(),
        reason="tests",
    )


def arrive(
    source: str, kind: str, rows: Sequence[Row], *, wall: str = "", at: datetime = NOON, guard: int = 1000
) -> UUID:
    """Take the rows in as one batch; returns its id."""
    speaks(source, kind, rows, wall=wall, at=at, guard=guard)
    alias = wall or "default"
    act = system_act("tests", at=at)
    body = json.dumps({"rows": [{"version": "1"} | dict(row) for row in rows]}).encode()
    sending = Sending(stream="rows", media="json", body=body, cursor_after="", options={"records": "rows"})
    run = open_run(source, "rows", act=act, wall=alias)
    (batch,) = keep(sending, source=source, agency=AGENCY[source], run=run, act=act, wall=alias, announce=False).batches
    read_batch(batch, act=act, wall=alias)
    place_batch(batch, act=act, wall=alias)
    if alias != PROTECTION:
        project(batch, act=act)
        while look_waiting(act=act):
            pass
    return batch
