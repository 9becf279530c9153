"""Travellers of many kinds who ask at a desk: known and unknown, banned, deferred before, placed, children, in need of help. All invented."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.screening.access import body_of
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.models import Screening
from tests import cast
from tests.arrivals import arrive

KNOWN = 12
PURPOSES = ("work", "work", "tourism", "family_visit", "umrah", "study", "internship", "")
PROVINCES = ("3578", "5202", "3273", "1271", "")


def somebody(draw: random.Random) -> dict[str, str]:
    born, sex = date(1966, 1, 1) + timedelta(days=draw.randrange(16_500)), draw.choice("12")
    day = born.day + (40 if sex == "2" else 0)
    first = draw.choice(("Yosafat", "Paulina", "Tumiyem", "Wirosobo", "Kasmirah", "Rahmat", "Lestari"))
    return {
        "full_name": f"{first} {draw.choice(('Kaesmetan', 'Banunaek', 'Lumbantobing', 'Handoyo', 'Simanjuntak'))}",
        "birth_date": born.isoformat(), "sex": sex, "region_code": draw.choice(PROVINCES),
        "nik": f"9901{draw.randrange(1, 40):02}{day:02}{born:%m%y}{draw.randrange(100, 9_000):04}", "passport_no": f"X99{draw.randrange(10_000, 99_999)}",
    }  # fmt: skip


def known() -> list[dict[str, str]]:
    """The same few of whom the registers know something, every time."""
    return [somebody(random.Random(n)) for n in range(KNOWN)]


def arrived() -> None:
    """A third of them stand under a ban, a third were deferred before, a third are placed; who can say so is heard."""
    first, second = cast.NOON - timedelta(minutes=2), cast.NOON - timedelta(minutes=1)
    people = [
        {"id": f"r-{n}", "who": f"w{n}", **{k: v for k, v in one.items() if k != "region_code"}} for n, one in enumerate(known())
    ]  # fmt: skip
    bans = {"valid_from": "2026-11-01", "valid_to": "2027-04-30", "status": "in_force"}
    deferred = {"deferred_at": "2026-11-02T03:00:00+00:00", "tpi": "cgk", "reason": "suspected_non_procedural"}
    placed = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}
    arrive("simkim", "exit_ban", [one | bans | {"decision_no": f"PCG-{one['id']}"} for one in people[::3]], at=first)
    arrive("simkim", "departure_deferral", [one | deferred for one in people[1::3]], at=second)
    arrive("siskop2mi", "placement", [one | placed for one in people[2::3]], at=second)
    heard()


def heard(at: datetime = cast.NOON) -> None:
    """Every source of the desks was pulled just now, and had nothing to hold back."""
    with connection.cursor() as cursor:
        for source in ("simkim", "siskop2mi", "disnaker", "siapkerja", "bp3mi"):
            cursor.execute(
                "INSERT INTO intake_source (source, stream, tried_at, ok_at) VALUES (%s, 'rows', %s, %s)"
                " ON CONFLICT (source, stream) DO UPDATE SET tried_at = excluded.tried_at, ok_at = excluded.ok_at",
                [source, at, at],
            )


def ask(seed: int, *, at: datetime = cast.NOON) -> UUID:
    """One traveller, drawn by the seed, at Bima's counter."""
    draw = random.Random(seed)
    traveller = draw.choice(known()) if draw.random() < 0.5 else somebody(draw)
    journey = {"declared_purpose": draw.choice(PURPOSES), "destination": draw.choice(("MYS", "ARE", "SAU"))}
    asked = Asked(
        purpose="departure", desk=cast.BIMA.desk, lane="", officer="", reference=f"V-{seed}", traveller=traveller,
        journey={name: said for name, said in journey.items() if said}, answers={"asks_for_help": "yes"} if draw.random() < 0.03 else {},
    )  # fmt: skip
    act = cast.act(cast.BIMA, at=at, reference=asked.reference)
    return screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)


def body(screening: UUID) -> dict[str, Any]:
    with transaction.atomic():
        as_hub()
        return body_of(Screening.objects.get(id=screening))
