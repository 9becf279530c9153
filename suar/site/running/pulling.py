"""`suar pull`: the sources pulled on a terminal, with progress, and on request until every record has found its
person.
"""

from __future__ import annotations

import signal
import threading
import time

from suar.site.running.progress import Bars
from suar.site.running.ready import for_bulk, set_up

INTERRUPTED = 130  # as a shell says of what Ctrl-C ended
STUCK_SECONDS = 120.0  # longer than the longest job; without a worker nothing ever moves


def pull(sources: list[str], *, wait: bool) -> int:
    """Exit status 0 when every stream was pulled to its end, and every record sent is accounted for.

    Ctrl-C ends it after the batches in hand; what was pulled stays, the next pull goes on from there.
    """
    set_up()
    from suar.intake.jobs.pull import pull_all
    from suar.site.auth import now, system_act

    for_bulk()
    asked_to_stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: asked_to_stop.set())
    with Bars() as bars:
        pull_all(clock=now, act=system_act("pull"), progress=bars, only=sources or None, stop=asked_to_stop.is_set)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    bars.console.print(bars.table())
    if asked_to_stop.is_set():
        return INTERRUPTED
    placed = wait_until_placed(bars) if wait else True
    return 0 if bars.balances and placed and not bars.faults else 1


def wait_until_placed(bars: Bars) -> bool:
    """Wait for the jobs that read, place and project. False when nothing moves any more."""
    seen, moved = waiting(), time.monotonic()
    with bars.console.status("") as line:
        while seen:
            line.update(f"  joined into persons: {seen:,} batches wait")
            time.sleep(0.5)
            if (now := waiting()) != seen:
                seen, moved = now, time.monotonic()
            elif time.monotonic() - moved > STUCK_SECONDS:
                bars.console.print(
                    f"  {seen:,} batches still wait, and nothing moves. Does the worker run? ./run doctor"
                )
                return False
    return True


def waiting() -> int:
    """Jobs not done yet. Each carries one batch."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).count()
