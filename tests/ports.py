"""Ports for servers of tests: files of tests run side by side, and two that look at the same moment find the same port free."""

from __future__ import annotations

import fcntl
import tempfile
from pathlib import Path
from typing import IO

from suar.site.running import ports

TRIES = 400
HELD: list[IO[str]] = []  # until this program ends


def free_port(first: int) -> int:
    """A port from `first` on where nobody listens, and that no other program of tests on this machine is given."""
    for port in range(first, first + TRIES):
        try:
            mark = (Path(tempfile.gettempdir()) / f"suar-tests-port-{port}").open("w")
        except PermissionError:  # another account's
            continue
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.close()
            continue
        if ports.free(port):
            HELD.append(mark)
            return port
        mark.close()
    raise AssertionError(f"no port is free from {first} on")
