"""A writer of its own process: commits one event a transaction at instants fixed beforehand, and tells when each was committed.

`python -m bench.writing RATE SECONDS`: one JSON line, `{"told": [[id as the receiver knows it, nanoseconds of the machine's clock], …],
"seconds": of the processor, without the start}`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from uuid import uuid4

THREADS = 8
GIVER, RECEIVER, KIND, CLASS = "imigrasi", "kp2mi", "record.accepted", "passport"

Told = list[tuple[str, int]]


def main(rate: float, seconds: float) -> None:
    from suar.site.running.ready import set_up

    set_up()
    told: Told = []
    used = time.process_time()
    started, count = time.monotonic_ns() + 500_000_000, int(rate * seconds)
    threads = [
        threading.Thread(target=write, args=(range(n, count, THREADS), started, int(1e9 / rate), told))
        for n in range(THREADS)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    print(json.dumps({"told": told, "seconds": time.process_time() - used}), flush=True)


def write(numbers: range, started: int, apart: int, told: Told) -> None:
    """Every event when it is due, or as soon as the one before is committed; the clock is read when nothing but the commit is left."""
    from django.db import connection, transaction

    from suar.exchange.actions import publish
    from suar.exchange.events import Happened
    from suar.exchange.queries.events import event_id
    from suar.site.auth import system_act

    for number in numbers:
        time.sleep(max(0, started + number * apart - time.monotonic_ns()) / 1e9)
        with transaction.atomic():
            event = publish(
                Happened(type=KIND, giver=GIVER, thing=uuid4(), subject=uuid4(), classes=(CLASS,)), system_act("bench")
            )
            at = time.monotonic_ns()
        told.append((event_id(RECEIVER, event), at))
    connection.close()


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
