"""An objection from the form to its ruling, as the tests need it: Laras at Immigration and Yudha with the police may be drawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from suar.core.registers.objection import Outcome
from suar.registers.actions.decide_objection import Ruling, decide_objection
from suar.registers.actions.objection import Filed, Receipt, file_objection
from suar.registers.queries.objections import Objection, one_objection
from tests import cast
from tests.registers.nominating import as_hub

WORDS = "Saya bukan saksi dalam perkara itu; nama saya hanya serupa."
WHY = "Surat panggilan ternyata ditujukan kepada orang lain."
REVIEWERS = (cast.LARAS, cast.YUDHA)


def filed(**more: Any) -> Filed:
    told: dict[str, Any] = {
        "filed_by": "person", "name": "Sari Wulandari", "words": WORDS, "contact": "+62 819 9000 0001", "document": ("bukti.pdf", b"%PDF-1.7 invented"),
    }  # fmt: skip
    return Filed(**(told | more))


def objected(entry: UUID | None = None, *, at: datetime, seat: cast.Seat = cast.GITA, **more: Any) -> UUID:
    """Taken down at a desk; the police's own register officer by default."""
    for reviewer in REVIEWERS:
        cast.seated(reviewer)
    reference = str(entry or more.get("number") or "K-1")
    return file_objection(filed(entry=entry, **more), act=cast.act(seat, at=at, reference=reference)).id


def by_form(*, at: datetime, heard_from: str = "192.0.2.7", **more: Any) -> Receipt:
    for reviewer in REVIEWERS:
        cast.seated(reviewer)
    return file_objection(filed(**more), heard_from=heard_from, act=cast.hub(at))


def objection(id_: UUID) -> Objection:
    with as_hub():
        one = one_objection(id_)
    assert one
    return one


def reviewer_of(id_: UUID) -> cast.Seat:
    return cast.seat_of(objection(id_).drawn, REVIEWERS)


def decided(
    id_: UUID, outcome: Outcome, *, at: datetime | None = None, seat: cast.Seat | None = None, last_day: date | None = None, reason: str = WHY
) -> None:  # fmt: skip
    """Whoever was drawn decides, an hour after it was received."""
    at = at or objection(id_).received_at + timedelta(hours=1)
    act = cast.act(seat or reviewer_of(id_), at=at, reference=str(id_))
    decide_objection(id_, Ruling(outcome=outcome, reason=reason, last_day=last_day), act=act)
