"""Who asks for more on the registers than usual, as the oversight's page is given it, all invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from suar.registers.access.pace import Pace
from suar.registers.queries.pace import Alarm

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LIMITS = {"officer": {"high": 8, "hold": 20}, "office": {"high": 25, "hold": 60}}


def held(number: int, act: str, *, may: bool) -> dict[str, Any]:
    return {
        "id": UUID(int=number), "kind": "exit_ban", "act": act, "agency": "imigrasi", "at": AT, "until": AT + timedelta(hours=22), "drawn": False,
        "held": True, "hours_left": 21, "office": "KANIM-JAKBAR", "officer": "Tirta Wicaksana", "may": may,
    }  # fmt: skip


def alarm(whose: str, usual: int) -> tuple[Alarm, str]:
    made = Alarm(
        agency="imigrasi", office="KANIM-JAKBAR", by=UUID(int=9), whose=whose, newest=AT, today=31, usual=usual, asked=23, held=11, let_go=2,
    )  # fmt: skip
    return made, "Tirta Wicaksana"


HURRIED = Pace(
    waits=[held(1, "add", may=True), held(2, "lift", may=False)],
    alarms=[alarm("officer", 2), alarm("office", 0)],
    limits=LIMITS,
)
CALM = Pace(waits=[], alarms=[], limits=LIMITS)
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "pace": ("registers/pace.html", {"pace": HURRIED}),
    "pace_none": ("registers/pace.html", {"pace": CALM}),
    "pace_refused": ("registers/pace.html", {"pace": HURRIED, "refused": "register.own_office"}),
}
