"""Officers as the tables of second persons and of deciders know them, and the draw among those who fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from suar.agencies.access import officer_at
from suar.agencies.queries import posted
from suar.core.act import Act
from suar.core.registers.acts import Hand
from suar.vault.queries import drawn


def hand_of(act: Act) -> Hand:
    """The officer who acts, at the office where he is posted. Refuses: NotPosted."""
    return Hand(officer=act.actor, role=act.role, agency=act.agency, office=officer_at(act).desk.office_id)


def no_officer(act: Act) -> Hand:
    """The clock, which sits in no office."""
    return Hand(officer=act.actor, role=act.role, agency=act.agency, office="")


def posted_as(roles: Sequence[str], at: datetime) -> list[Hand]:
    """Everybody who holds one of these roles somewhere now."""
    return [
        Hand(officer=seat.officer, role=role, agency=seat.agency, office=seat.office)
        for role in roles
        for seat in posted(role, at)
    ]


def draw_one(what: str, id_: UUID, fit: Sequence[Hand]) -> UUID | None:
    """One of them, as always follows from the id and nobody without the key foresees. None where nobody fits."""
    return fit[drawn(what, str(id_), len(fit))].officer if fit else None
