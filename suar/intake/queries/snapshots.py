"""What an event about a record tells of, for whoever is entitled to read it (`site/wiring` names it to the exchange)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.canonical import unpacked
from suar.vault.queries import DEFAULT, unseal


def record_said(record: UUID) -> Mapping[str, Mapping[str, Any]]:
    """The kind of a record and what its source stated there, in the standard's own fields. Runs inside a door; nothing where the row is not
    among those that may be read, or stands behind the wall.
    """
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT kind, sealed FROM intake_record WHERE id = %s", [record])
        return {kind: unpacked(unseal(sealed, about=record.bytes))["values"] for kind, sealed in cursor.fetchall()}


STANDING = """
SELECT r.id FROM intake_record r JOIN intake_current c ON (c.source, c.kind, c.ident, c.record) = (r.source, r.kind, r.ident, r.id)
WHERE r.id = ANY(%s) AND NOT c.withdrawn
"""


def records_standing(records: Sequence[UUID]) -> set[UUID]:
    """Which of these are still their sources' present word. Runs as the hub: ids alone."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(STANDING, [list(records)])
        return {row[0] for row in cursor.fetchall()}
