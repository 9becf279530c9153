"""What events about screenings and referrals tell of, for whoever is entitled to read it (`site/wiring` names it to the exchange)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection


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


def read(kind: str, columns: tuple[str, ...], table: str, id_: UUID) -> Mapping[str, Mapping[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = %s", [id_])
        row = cursor.fetchone()
    cells = zip(columns, row or (), strict=False)
    said = {name: cell if isinstance(cell, str) else cell.isoformat() for name, cell in cells if cell}
    return {kind: said} if row else {}
