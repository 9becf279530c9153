"""How the desks fare just now, in this program: whether questions take so long that records had better wait outside.

A sender that is told to wait comes again; a traveller at a counter does not. So the door for records closes before the desks feel it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

LATELY_SECONDS = 5.0
SUFFERS_MS = 100.0  # two thirds of what a question may take at the worst
FEW = 20  # of fewer than these nobody can say which one in twenty was slow
MOST_UNDER_WAY = 4  # half of the threads that answer: past that questions begin to wait for one another


class Pace:
    """The questions under way and those of the last moments. One for the whole program, asked by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._ended: deque[tuple[float, float]] = deque(maxlen=1_000)

    @contextmanager
    def question(self) -> Iterator[None]:
        """Something that somebody at a desk waits for."""
        began = time.perf_counter()
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            ended = time.perf_counter()
            with self._lock:
                self._under_way -= 1
                self._ended.append((ended, (ended - began) * 1000))

    def crowded(self) -> bool:
        """Whether too many questions are under way, or one in twenty of the last moments took too long."""
        since = time.perf_counter() - LATELY_SECONDS
        with self._lock:
            if self._under_way >= MOST_UNDER_WAY:
                return True
            lately = sorted(ms for ended, ms in self._ended if ended > since)
        return len(lately) >= FEW and lately[len(lately) * 19 // 20] > SUFFERS_MS


#: What a desk asks: its page and its interface.
DESKS = ("/api/v1/screenings", "/meja/")
pace = Pace()
