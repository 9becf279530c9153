"""Interviews for the tests of this room: Sari was asked about at Bima's counter, Dian talks with her, another chain rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.agencies.models import Posting
from suar.screening.access.interview import Sitting, sitting_for
from suar.screening.actions.ask import screen
from suar.screening.actions.interview import Beginning, answer, begin, finish
from suar.screening.actions.question import Asked
from suar.screening.actions.rate import Marks
from suar.screening.models import Screening
from tests import cast

#: Second officers of two more offices of Immigration, who rate what Dian heard.
HANA = cast.Seat("hana", "Hana Kartika", "secondary_officer", "imigrasi", "TPI-BTC", "BTC-S", "departure", "2171")
YANTO = cast.Seat("yanto", "Yanto Saputra", "secondary_officer", "imigrasi", "KANIM-MLG", "MLG-S", "departure", "3573")
ROOM = {"place": "Ruang wawancara 2"}


def asked_about(
    seat: cast.Seat = cast.BIMA, at: Any = cast.NOON, traveller: Mapping[str, str] | None = None, **journey: str
) -> UUID:
    """A screening at this counter; returns its id."""
    purpose = "passport_application" if seat.kind == "passport" else "departure"
    asked = Asked(
        purpose=purpose, desk=seat.desk, lane="", officer="", reference="K-1", traveller=dict(traveller or cast.SARI), journey=journey,
    )  # fmt: skip
    return screen(asked, act=cast.act(seat, at=at, reference="K-1"), client="tests", key="", elapsed_ms=lambda: 1)


def begun(screening: UUID, seat: cast.Seat = cast.DIAN, at: Any = cast.NOON, **more: Any) -> UUID:
    beginning = Beginning(rights_read=True, told=ROOM, **more)
    purpose = "passport_application" if seat.kind == "passport" else "departure_screening"
    return begin(screening, beginning, act=cast.act(seat, at=at, purpose=purpose, reference=str(screening)))


def said(interview: UUID, seat: cast.Seat = cast.DIAN, at: Any = cast.NOON, **given: str) -> Sitting:
    return answer(interview, given, act=cast.act(seat, at=at, reference=str(interview)))


def stands(interview: UUID, seat: cast.Seat = cast.DIAN, at: Any = cast.NOON) -> Sitting:
    return sitting_for(cast.act(seat, at=at, reference=str(interview)), interview)


def marks(sitting: Sitting, overall: str = "some", mark: str = "some", sure: int = 4) -> Marks:
    return Marks(overall=overall, sure=sure, of=dict.fromkeys(sitting.rated, mark))


def ended(interview: UUID, seat: cast.Seat = cast.DIAN, at: Any = cast.NOON, overall: str = "some") -> Screening:
    """The newer screening that weighs the answers."""
    act = cast.act(seat, at=at, reference=str(interview))
    newer = finish(interview, marks(stands(interview, seat, at), overall), "", act=act, elapsed_ms=lambda: 1)
    with transaction.atomic():
        as_hub()
        return Screening.objects.get(id=newer)


HEARD = """
INSERT INTO intake_source (source, stream, tried_at, ok_at, newest_at) VALUES (%s, 'rows', %s, %s, %s)
ON CONFLICT (source, stream) DO UPDATE SET tried_at = excluded.tried_at, ok_at = excluded.ok_at, newest_at = excluded.newest_at
"""
CONNECTED = "INSERT INTO intake_connected (source, region, connected, asked_at) VALUES (%s, %s, true, %s) ON CONFLICT DO NOTHING"


def heard(*sources: str, at: Any = cast.NOON, region: str = "5202") -> None:
    """These sources were read without a fault at `at`, and cover this kabupaten."""
    with connection.cursor() as cursor:
        for source in sources:
            cursor.execute(HEARD, [source, at, at, at])
            cursor.execute(CONNECTED, [source, region, at])


def posted(*seats: cast.Seat) -> list[Posting]:
    return [cast.seated(seat) for seat in seats]
