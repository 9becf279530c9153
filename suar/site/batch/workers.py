"""As many processes as there are cores, which end with the run that started them, whatever ends it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
#: Work handed out before the first of it is back: enough that no core waits, little enough that memory is bounded.
AHEAD = 2


class Workers:
    """A pool, or with one worker this very process: small files are linked sooner than a process starts."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *why: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=not any(why), cancel_futures=True)

    def each(self, do: Callable[..., T], jobs: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """`do(*job)` for every job, in order, a few ahead. What a job raises is raised here."""
        if self.count < 2:
            yield from (do(*job) for job in jobs)
            return
        self._pool = self._pool or ProcessPoolExecutor(
            self.count, mp_context=multiprocessing.get_context("spawn"), initializer=end_with, initargs=(os.getpid(),)
        )
        out: deque[Future[T]] = deque()
        for job in jobs:
            out.append(self._pool.submit(do, *job))
            if len(out) > AHEAD * self.count:
                yield out.popleft().result()
        while out:
            yield out.popleft().result()


def end_with(parent: int) -> None:
    """End this worker within a second after the run that started it was killed: nobody else would."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
