"""Readers who never read, at the server that serves Suar: they hold no thread for good, and whoever else asks is answered."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from suar.exchange.queries import feed as reading
from suar.site.running.home import ROOT
from tests import cast, database
from tests.exchange.machines import agree, happened
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

THREADS = 4
LIFE_S = 4
EVENTS = 400  # more than one tail may write


@contextmanager
def served(copy: database.Copy, log: Path) -> Iterator[int]:
    """The program that serves Suar, with few threads, whose tails live for some seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    told = copy.environment | {"DJANGO_SETTINGS_MODULE": "suar.site.settings", "PYTHONPATH": str(ROOT)}
    told |= {"SUAR_POOL": str(THREADS), "SUAR_TAIL_S": str(LIFE_S)}
    words = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    words += ["--blocking-threads", str(THREADS), "--no-ws", "suar.site.wsgi:application"]
    with (
        log.open("wb") as said,
        subprocess.Popen(words, cwd=ROOT, env=os.environ | told, stdout=said, stderr=said) as serving,
    ):
        try:
            wait_until(lambda: answers(port), seconds=60)
            yield port
        finally:
            serving.terminate()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def reader(port: int, session: str, after: str) -> socket.socket:
    """One who asks for the tail with a small window, and never reads on."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    made.connect(("127.0.0.1", port))
    asked = f"GET /integrasi/langsung/aliran/?agency=kp2mi&after={after} HTTP/1.1\r\nHost: localhost\r\nCookie: suar_session={session}\r\n\r\n"
    made.sendall(asked.encode())
    return made


def test_readers_who_never_read_hold_no_thread(cloned_database: database.Copy, tmp_path: Path) -> None:
    cast.adopt()
    cast.agencies()
    agree("imigrasi", "kp2mi")
    for _ in range(EVENTS):
        happened("imigrasi")
    wait_until(settled, seconds=60)
    session = cast.browser(cast.EKO).cookies["suar_session"].value
    after = reading.cursor_of(reading.BEGINNING, "kp2mi")
    with served(cloned_database, tmp_path / "log") as port, ExitStack() as readers:
        slow = [readers.enter_context(reader(port, session, after)) for _ in range(3 * THREADS)]
        time.sleep(LIFE_S + 3)
        began = time.monotonic()
        assert answers(port) and time.monotonic() - began < 2
        again = readers.enter_context(reader(port, session, after))
        assert re.match(rb"HTTP/1.1 200", again.recv(12)), "a place was not given back"
        statuses = [one.recv(12)[9:12] for one in slow]
        assert statuses.count(b"200") >= 1 and statuses.count(b"503") >= THREADS, statuses
