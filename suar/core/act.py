"""Who does what, where, why, when: made once per request or job at the door, and carried by every action and access function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One acting under law. `at` is the only clock below the doors (UTC).

    Purposes are the closed list of SECURITY 3.1 (`policy/sharing/purposes.yaml`); `reference` is the application, crossing
    or case that justifies a read (UU 27/2022 Ps 16: specific, limited purpose); `correlation` ties all traces of one request.
    """

    actor: UUID
    agency: str
    role: str
    desk: str
    purpose: str
    basis: str
    reference: str
    at: datetime
    correlation: UUID

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Act.at must carry an offset")
