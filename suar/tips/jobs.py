"""Reports whose time is over are destroyed."""

from __future__ import annotations

from suar.agencies.actions.terms import destroy
from suar.core.act import Act


def forget_expired(*, act: Act) -> int:
    """Destroy every report that has expired; the log keeps that it was there, not what it said. Returns how many."""
    return destroy("tips_report", "expires_at", act.at, door="tip.see", logged="tip.forgotten", act=act)
