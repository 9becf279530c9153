"""What is done once a day: month partitions made ahead, every clock of the registers looked at, and what has outlived its term destroyed."""

from __future__ import annotations

from suar.agencies.actions.quota import forget_use
from suar.core.act import Act
from suar.intake.jobs.history import forget_history
from suar.intake.jobs.terms import forget_verifications
from suar.registers.actions.clock import keep_time
from suar.site.partitions import make_ahead
from suar.tips.jobs import forget_expired


def daily(*, act: Act) -> None:
    """Doing it twice changes nothing."""
    make_ahead(act.at)
    keep_time(act=act)
    forget_expired(act=act)
    forget_use(act.at)
    forget_history(act=act)
    forget_verifications(act=act)
