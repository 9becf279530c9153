"""What screening announces: ids and codes only."""

from __future__ import annotations

from uuid import UUID

from suar.exchange.events import Happened


def screening_made(screening: UUID, subject: UUID | None, advice: str) -> Happened:
    return Happened(
        type="screening.made", giver="suar", thing=screening, subject=subject, classes=("screening",), effect=advice
    )


def screening_decided(screening: UUID, subject: UUID | None, decision: str, agency: str) -> Happened:
    return Happened(
        type="screening.decided",
        giver=agency,
        thing=screening,
        subject=subject,
        classes=("screening",),
        effect=decision,
    )


def crossing_unscreened(crossing: UUID) -> Happened:
    """Told to whoever watches over the checkpoints, past their own chain of command: the hub gives it, not the agency."""
    return Happened(
        type="crossing.unscreened", giver="suar", thing=crossing, classes=("screening",), effect="unscreened"
    )


def worker_departed(departure: UUID, subject: UUID | None, agency: str) -> Happened:
    """To the mission of the destination: that somebody leaves to work. Whether a desk was asked to accompany him is nobody's business there."""
    return Happened(
        type="worker.departed",
        giver=agency,
        thing=departure,
        subject=subject,
        classes=("departure",),
        effect="announced",
    )
