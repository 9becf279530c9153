"""What is done once a day: month partitions made ahead, and what has outlived its term destroyed."""

from __future__ import annotations

from suar.core.act import Act
from suar.site.partitions import make_ahead
from suar.tips.jobs import forget_expired


def daily(*, act: Act) -> None:
    """Doing it twice changes nothing."""
    make_ahead(act.at)
    forget_expired(act=act)
