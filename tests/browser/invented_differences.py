"""Differences between an owner's list and our registers as their page is given them, all invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from suar.core.registers.agreeing import KINDS

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SIDE = {
    "kind": "exit_ban", "authority": "polri", "basis": "UU 6/2011 Ps 91-97", "state": "confirmed", "from": "2026-10-31T17:00:00+00:00",
    "until": "2027-04-29T17:00:00+00:00",
}  # fmt: skip
PERSON = [
    {"field": "full_name", "theirs": "Yuliana Permata Wonosari", "ours": "Yuliani Permata Wonosari", "masked": False},
    {"field": "nik", "theirs": "", "ours": "", "masked": True},
]


def row(kind: str, number: int) -> dict[str, Any]:
    return {
        "id": f"0193a1f2-0000-7000-8000-00000000000{number}", "kind": kind, "source": "simkim", "agency": "imigrasi", "found_at": AT,
        "number": f"IMI-{number:04d}.GR.04.02/2026", "theirs": {} if kind == "surplus" else SIDE,
        "ours": {} if kind == "missing" else SIDE | {"state": "unconfirmed"}, "faults": ["nik.length"] if kind == "missing" else [],
        "person": PERSON if kind == "other_person" else [],
    }  # fmt: skip


LISTS = [
    {"source": "simkim", "stated_on": date(2026, 11, 20), "rows": 418, "agrees": agrees, "why": why, "checked_at": AT}
    for agrees, why in ((True, ""), (False, "list.root"), (False, "guard.added"))
]
COMPARED = {"rows": [row(kind, n) for n, kind in enumerate(KINDS)], "count": 250, "lists": LISTS}
AGREED: dict[str, Any] = {"rows": [], "count": 0, "lists": LISTS[:1]}
