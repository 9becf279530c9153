"""One traveller's time at a desk: what was noted when, and which moments follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

#: What an officer notes while he works, in the order in which it usually happens.
NOTED = (
    "stop_begun", "rights_read", "interpreter_offered", "interpreter_needed", "interpreter_present", "call_allowed", "guardian_present",
    "food_given", "second_officer", "notice_given", "ended",
)  # fmt: skip
#: Decisions after which the traveller is not let go on; and those that end a stop by themselves.
NOT_LET_GO = frozenset({"interview", "postpone", "refuse"})
DEFERRED = frozenset({"postpone", "refuse"})
LET_GO = frozenset({"allow", "allow_with_information", "refer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A screening with all that was noted about it; `steps` holds the first time of each note. Most travellers are never stopped."""

    screening: UUID
    office: str
    lane: str
    purpose: str
    asked_at: datetime
    decision: str = ""
    decided_at: datetime | None = None
    child: bool = False
    took_ms: int = 0
    steps: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        return bool(self.steps) or self.decision in NOT_LET_GO

    def owed(self, to_whom: str) -> bool:
        """Whether this traveller is among those to whom an item of the standard, or a step of the procedure, applies."""
        return {
            "everybody": True,
            "stopped": self.stopped,
            "interviewed": self.decision == "interview" or "second_officer" in self.steps,
            "deferred": self.decision in DEFERRED,
            "child": self.stopped and self.child,
            "interpreted": "interpreter_needed" in self.steps,
        }[to_whom]

    def moment(self, name: str) -> datetime | None:
        """When something happened; None where it has not."""
        if name == "asked":
            return self.asked_at
        if name == "decided":
            return self.decided_at
        if name == "begun":
            return self.begun_at
        return self.ended_at if name == "ended" else self.steps.get(name)

    @property
    def begun_at(self) -> datetime | None:
        """As noted; who was not let go was stopped from his answer on, whether or not anybody noted it."""
        return self.steps.get("stop_begun", self.asked_at) if self.stopped else None

    @property
    def ended_at(self) -> datetime | None:
        """As noted; a decision that lets him go ends the stop by itself."""
        let_go = self.decided_at if self.decision in LET_GO else None
        return self.steps.get("ended", let_go)
