"""Numbers that were verified so long ago that no case needs them any more."""

from __future__ import annotations

from datetime import timedelta

from suar.agencies.actions.terms import destroy
from suar.core.act import Act
from suar.intake.queries.verifying import DOOR
from suar.policies.queries import in_force


def forget_verifications(*, act: Act) -> int:
    """Destroy the rows whose term (policy/retention/verifications) is over; the log keeps that somebody asked. Returns how many."""
    days = int(in_force(act.at).tables["retention/verifications"]["keep_days"]["verification"])
    until = act.at - timedelta(days=days)
    return destroy("intake_verification", "at", until, door=DOOR, logged="verification.forgotten", act=act)
