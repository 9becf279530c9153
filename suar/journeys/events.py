"""What journeys announce of findings: that one stands, is closed, or is somebody's business; ids and codes only."""

from __future__ import annotations

from uuid import UUID

from suar.exchange.events import Happened

CLASSES = ("finding",)


def finding_opened(finding: UUID, kind: str) -> Happened:
    return Happened(type="finding.opened", giver="suar", thing=finding, classes=CLASSES, effect=kind)


def finding_closed(finding: UUID, kind: str, how: str) -> Happened:
    """`how` is `over` where the evidence is gone, else what an officer ruled."""
    return Happened(type="finding.closed", giver="suar", thing=finding, classes=CLASSES, effect=f"{kind}.{how}")


def finding_passed(finding: UUID, agency: str) -> Happened:
    """Passed on to the agency whose business it is."""
    return Happened(type="finding.passed", giver="suar", thing=finding, classes=CLASSES, effect=agency)


def finding_taken(finding: UUID, *, back: bool) -> Happened:
    """An officer has it in hand, or gave it back."""
    return Happened(
        type="finding.taken", giver="suar", thing=finding, classes=CLASSES, effect="returned" if back else "taken"
    )


def finding_kept(finding: UUID, kind: str) -> Happened:
    """Looked at, and it stays."""
    return Happened(type="finding.kept", giver="suar", thing=finding, classes=CLASSES, effect=kind)
