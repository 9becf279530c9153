"""Records found by the number that their own source gave them: an application, a placement, a letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connections

from suar.core.canonical import unpacked
from suar.intake.queries.mappings import sources
from suar.vault.queries import DEFAULT, token, unseal

BY_NUMBER = """
SELECT DISTINCT c.subject FROM unnest(%b::text[], %b::text[], %b::bytea[]) AS asked (source, kind, ident)
JOIN intake_current c ON c.source = asked.source AND c.kind = asked.kind AND c.ident = asked.ident
WHERE NOT c.withdrawn AND c.subject IS NOT NULL ORDER BY 1
"""


def subjects_numbered(number: str, at: datetime, *, of: str = "") -> list[UUID]:
    """Whom the current records with this number are about, whichever source gave it, or one of the agency `of`. Ids alone: who may be read, the
    door says.
    """
    known = sources(at)
    names = [name for name in known.names if of in {"", known[name].agency}]
    kinds = sorted({(name, one.kind.name) for name in names for one in known[name].kinds.values()})
    idents = [token("ident", f"{source}\x1f{kind}\x1f{number}") for source, kind in kinds]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(BY_NUMBER, [[source for source, _ in kinds], [kind for _, kind in kinds], idents])
        return [row[0] for row in cursor.fetchall()]


def numbers_of(records: Iterable[UUID]) -> dict[UUID, str]:
    """Record to the number that its own source gave it, with which an officer asks the source. Runs inside a door (row-level security)."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT id, sealed FROM intake_record WHERE id = ANY(%b)", [list(records)])
        return {id_: str(unpacked(unseal(sealed, about=id_.bytes))["record_id"]) for id_, sealed in cursor.fetchall()}
