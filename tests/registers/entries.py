"""Entries of a register for a test, by the way that real ones come: the owner's record, read, placed and projected."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from suar.site.auth import now
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

DECISION = "IMI-271.GR.03.02 TAHUN 2026"
PERSONAL = ("full_name", "nik", "sex", "birth_date", "birth_place", "passport_no")


def ban(*, at: datetime | None = None, number: str = "c-1", days_ago: int = 1, **more: Any) -> UUID:
    """A pencegahan of Sari's, in force from some days before `at` (by default the hour of the test), as SIMKIM lists it."""
    at = at or now()
    first = at.date() - timedelta(days=days_ago)
    row = {
        "id": number,
        "who": "sari",
        **{name: cast.SARI[name] for name in PERSONAL},
        "decision_no": DECISION,
        "requester": "kejaksaan",
        "legal_basis": "UU 6/2011 Ps 91",
        "valid_from": first.isoformat(),
        "valid_to": (first + timedelta(days=150)).isoformat(),
        "status": "in_force",
        **more,
    }
    arrive("simkim", "exit_ban", [row])
    return derived_id("entry", "simkim", "exit_ban", number)


def prevented() -> UUID:
    """KP2MI kept Sari from a journey once: what happened, never a measure."""
    row = {
        "id": "p-1",
        "who": "sari",
        **{name: cast.SARI[name] for name in PERSONAL},
        "prevented_at": "2026-10-01T03:00:00+00:00",
        "place": "Batam",
    }
    arrive("siskop2mi", "prevention_record", [row])
    return derived_id("entry", "siskop2mi", "prevention_record", "p-1")
