"""What events about screenings and referrals tell of, for whoever is entitled to read it (`site/wiring` names it to the exchange)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.ddl import MAY_READ


def screening_said(screening: UUID) -> Mapping[str, Mapping[str, Any]]:
    """What was advised and decided, without a reason, an answer or a name. Runs inside a door."""
    return read(
        "screening",
        ("purpose", "office", "at", "advice", "decision", "decided_at"),
        "screening_screening",
        screening,
    )


def task_said(task: UUID) -> Mapping[str, Mapping[str, Any]]:
    """To which queue somebody was referred, and until when he is waited for. Runs inside a door."""
    return read("referral", ("queue", "at", "due", "place"), "screening_task", task)


def outcome_said(outcome: UUID) -> Mapping[str, Mapping[str, Any]]:
    """What came of a screening and on which day, as its reporter said it; nothing of the screening, which may be another agency's. The table has
    no wall of its own, so whose rows may be read is asked here. Runs inside a door.
    """
    where = f"{MAY_READ} = '*' OR agency = ANY (string_to_array({MAY_READ}, ','))"
    return read("screening", ("outcome", "on_day"), f"(SELECT * FROM screening_outcome WHERE {where}) AS mine", outcome)


def departure_said(departure: UUID) -> Mapping[str, Mapping[str, Any]]:
    """That somebody leaves to work: where to, from which office or checkpoint, and when. Who it is a mission opens on its own page, where the
    look is logged; whether a desk was asked to accompany him is nobody's business there. Runs inside a door.
    """
    return read("departure", ("country", "place", "how", "leaves_on"), "screening_departure", departure)


def read(kind: str, columns: tuple[str, ...], table: str, id_: UUID) -> Mapping[str, Mapping[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = %s", [id_])
        row = cursor.fetchone()
    cells = zip(columns, row or (), strict=False)
    said = {name: cell if isinstance(cell, str) else cell.isoformat() for name, cell in cells if cell}
    return {kind: said} if row else {}
