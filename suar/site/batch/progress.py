"""How far a run is: count, rate and time left, on one line of the terminal, or now and then in a log."""

from __future__ import annotations

import sys
import time

#: Seconds between two words of progress: to a person, and to a log.
TO_A_PERSON, TO_A_LOG = 0.5, 10.0


class Progress:
    """One step of a run, of `whole` units; some may have been done by an earlier run and count for no rate."""

    def __init__(self, says: str, unit: str, whole: int) -> None:
        self._says, self._unit, self._whole = says, unit, max(1, whole)
        self._done = self._before = 0
        self._began = self._said = time.monotonic()
        self._person = sys.stderr.isatty()

    def found_done(self, count: int) -> None:
        """Units that need not be done again."""
        self._before += count
        self._done += count

    def more(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._said >= (TO_A_PERSON if self._person else TO_A_LOG):
            self._said = now
            self._say(self._line(now), end="\r" if self._person else "\n")

    def _line(self, now: float) -> str:
        rate = (self._done - self._before) / max(1e-6, now - self._began)
        left = max(0, self._whole - self._done) / rate if rate else 0.0
        share = min(100, 100 * self._done // self._whole)
        return f"{self._says}: {self._done:,} {self._unit} ({share} %), {rate:,.0f}/s, about {spoken(left)} left"

    def end(self) -> None:
        took = time.monotonic() - self._began
        rate = (self._done - self._before) / max(1e-3, took)
        known = f", {self._before:,} of them before" if self._before else ""
        self._say(f"{self._says}: {self._done:,} {self._unit}{known} in {spoken(took)}, {rate:,.0f}/s", end="\n")

    def _say(self, line: str, *, end: str) -> None:
        print(f"\x1b[2K{line}" if self._person else line, end=end, file=sys.stderr, flush=True)


def spoken(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
