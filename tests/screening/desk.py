"""A traveller at a counter, and what officers do, as the tests of the desks need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub as enter_as_hub
from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.screening.actions.ask import screen
from suar.screening.actions.decide import decide
from suar.screening.actions.propose import propose
from suar.screening.actions.question import Asked
from suar.screening.models import Screening
from tests import cast

FACTS = "Paspor sudah habis masa berlakunya dan yang bersangkutan tidak membawa yang lain."
LATER = cast.NOON + timedelta(minutes=5)
JOURNEY = {"destination": "MYS", "declared_purpose": "tourism", "departure_date": "2026-11-21"}


def of_sari(
    seat: cast.Seat = cast.BIMA,
    *,
    reference: str = "CGK-A1-1",
    at: datetime = cast.NOON,
    purpose: str = "departure",
    **answers: str,
) -> UUID:
    """Sari asked about at this desk."""
    asked = Asked(
        purpose=purpose, desk=seat.desk, lane="A1", officer="", reference=reference, traveller=cast.SARI, journey=JOURNEY, answers=answers,
    )  # fmt: skip
    act = cast.act(seat, at=at, reference=reference)
    return screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)


def decided(
    screening: UUID, decision: Decision, seat: cast.Seat = cast.BIMA, *, at: datetime = cast.NOON, **more: str
) -> Screening:
    told = {"coded": "other", "words": "Surat asli sudah ditunjukkan."} | more
    return decide(screening, Decided(decision=decision, **told), act=cast.act(seat, at=at, reference=str(screening)))


def refusal(**more: str) -> Decided:
    return Decided(
        **({"decision": Decision.REFUSE, "ground": "no_valid_document", "coded": "document_invalid", "words": FACTS} | more)  # type: ignore[arg-type]
    )  # fmt: skip


def proposed(
    screening: UUID, seat: cast.Seat = cast.BIMA, *, at: datetime = cast.NOON, told: Decided | None = None
) -> UUID:
    return propose(screening, told or refusal(), act=cast.act(seat, at=at, reference=str(screening)))


@contextmanager
def as_hub() -> Iterator[None]:
    """Reading what no agency owns alone."""
    with transaction.atomic():
        enter_as_hub()
        yield


def kept(screening: UUID) -> Screening:
    with as_hub():
        return Screening.objects.get(id=screening)


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with as_hub(), connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())
