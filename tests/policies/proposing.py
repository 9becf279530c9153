"""Putri proposes, Hendra rules: a table changed the way an analyst changes it, by its text."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from suar.policies.actions.propose import propose, text_of
from suar.policies.actions.rule import adopt
from suar.policies.actions.shadow import ask_trial
from suar.policies.queries import version_in_force
from suar.screening.jobs.shadow import try_due
from tests import cast

WHY = "Bobotnya terlalu ringan menurut hasil wawancara."
AGREED = "Sudah dibaca bersama hasil ujinya."
MINUTE = timedelta(minutes=1)


def text(name: str, at: datetime = cast.NOON) -> str:
    """The text in force."""
    version = version_in_force(name, at)
    assert version is not None
    return text_of(version)


def heavier(name: str = "indicators/documents") -> UUID:
    """A proposal by which the first weight of a table weighs a thousandth more."""
    return proposed(name, weighing(name, 1))


def weighing(name: str, more: int) -> str:
    before = text(name)
    weight = before.split("    weight: ", 1)[1].split("\n", 1)[0]
    return before.replace(f"    weight: {weight}", f"    weight: {int(weight) + more}", 1)


def proposed(name: str, written: str, *, seat: cast.Seat = cast.PUTRI, at: datetime = cast.NOON) -> UUID:
    return propose(name, written, WHY, act=cast.act(seat, at=at))


def tried(proposal: UUID, *, at: datetime = cast.NOON) -> None:
    ask_trial(proposal, act=cast.act(cast.PUTRI, at=at))
    try_due(act=cast.hub(at))


def adopted(proposal: UUID, *, at: datetime = cast.NOON + MINUTE) -> UUID:
    """Tried, and adopted by the second person."""
    tried(proposal, at=at)
    return adopt(proposal, AGREED, act=cast.act(cast.HENDRA, at=at))
