"""Under which id a record is a step of a journey, and when what it dates was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from suar.intake.queries.batches import Stated
from suar.vault.queries import derived_id

JAKARTA = ZoneInfo("Asia/Jakarta")


def step_id(record: Stated) -> UUID:
    return derived_id("step", record.source, record.kind, record.record_id)


def instant(value: str) -> datetime | None:
    """An instant, or the first instant of a whole local day; a date that is not whole makes no step."""
    if not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=JAKARTA)
