"""`suar down`: stop the Suar of this home from another terminal, and see that nothing of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from suar.site.running.home import Home
from suar.site.running.processes import leftovers, supervisor_of, sweep
from suar.site.running.up import cluster_of

PATIENCE_SECONDS = 90.0


def down(home: Home) -> int:
    """Ask the supervisor to end everything in good order; kill it when it does not; then look for what is left."""
    if not home.folder.exists():
        print("Suar does not run here.")
        return 0
    pid = supervisor_of(home)
    if pid:
        ask_to_end(home, pid)
    cluster = cluster_of(home)
    left = sweep([*leftovers(home), *(cluster.at_work() if cluster.data.exists() else [])])
    print("Suar is stopped." if pid or left else "Suar does not run here.")
    return 0


def ask_to_end(home: Home, pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + PATIENCE_SECONDS
    while supervisor_of(home) == pid:
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)  # the kernel ends its parts: leash.py
        time.sleep(0.1)
