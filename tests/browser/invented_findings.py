"""Findings as the pages are given them, all invented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from suar.core.manipulation.policy import KINDS

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def row(kind: str, number: int) -> dict[str, Any]:
    finding = {
        "id": f"0193a1f2-0000-7000-8000-00000000000{number}", "kind": kind, "agencies": ["imigrasi", "kp2mi"], "newest": AT,
        "ruled": "stays" if number == 2 else "", "again": number == 3,
        "params": {"sources": 3, "dates": 2, "years": 3, "days": 40, "people": 6, "families": 5, "used": 2},
    }  # fmt: skip
    return {"finding": finding, "taken_by": "Arif Nugraha" if number == 1 else ""}


FINDINGS = [row(kind, n) for n, kind in enumerate(KINDS)]


def line(role: str, source: str, kind: str, on: str, value: str) -> dict[str, Any]:
    return {
        "role": role,
        "source": source,
        "kind": kind,
        "on": on,
        "field": "birth_date",
        "value": value,
        "name": "Yuliana Permata Wonosari",
        "masked": False,
        "code": "",
    }


STEP = {
    "role": "asked", "source": "simkim", "kind": "passport_application", "on": AT, "until": None, "field": "", "code": "timeline_in.passport_application",
    "params": {"country": "MYS", "state": "approved", "place": ""},
}  # fmt: skip
LAID: dict[str, Any] = {
    "finding": FINDINGS[1]["finding"] | {"again": True},
    "left": [line("before", "disnaker", "recommendation_letter", "2026-02-01", "2009-05-14"),
        line("before", "siapkerja", "worker_registration", "2026-03-11", "2009-05")],
    "right": [line("after", "simkim", "passport_application", "2026-11-20", "2006-05-14"), STEP],
    "reasons": ["court_ruling", "typing_slip", "register_wrong"], "agency": "kemenpppa", "taken_by": "", "mine": False,
}  # fmt: skip
