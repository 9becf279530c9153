"""The servers of a running Suar, each in a few lines: what starts it, what shows that it answers, what ends it."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Callable

from suar.site.running import nats, postgres
from suar.site.running.home import Home
from suar.site.running.nats import Broker
from suar.site.running.postgres import Cluster
from suar.site.running.processes import Part, Process, command, end_group

WEB_PROGRAMS = 2  # one for each core: Python answers one question at a time, however many threads wait
WEB_THREADS = 8  # as many as the settings keep database connections (SUAR_POOL)


def database(cluster: Cluster) -> Part:
    return Part(
        name="postgres",
        launch=cluster.start,
        end=postgres.stop,
        answers=lambda: cluster.running() is not None,
        layer=0,
    )


def exchange(broker: Broker) -> Part:
    return Part(name="nats", launch=broker.start, end=nats.stop, answers=broker.answers, layer=0)


def sandbox(home: Home) -> Part:
    """The agencies' systems, a program apart: it writes `addresses.json` when all of them listen."""
    words = [sys.executable, "-m", "sandbox", "run", "--home", str(home.sandbox)]
    if people := os.environ.get("SUAR_PEOPLE"):
        words += ["--people", people]
    if seed := os.environ.get("SUAR_NATION"):
        words += ["--seed", seed]
    return program(home, "sandbox", words, lambda: (home.sandbox / "addresses.json").exists(), seconds=15)


def web(home: Home, host: str, port: int) -> Part:
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    words += [
        "--workers",
        os.environ.get("SUAR_WEB", str(WEB_PROGRAMS)),
        "--blocking-threads",
        os.environ.get("SUAR_POOL", str(WEB_THREADS)),
        "--no-ws",
    ]
    words += ["--respawn-failed-workers", "--workers-kill-timeout", "10s", "suar.site.wsgi:application"]
    return program(home, "web", words, lambda: page_answers(host, port))


def worker(home: Home, *, pulling: bool = True) -> Part:
    """Jobs, and the steady pulling of sources, unless somebody else is pulling just now."""
    return suar(home, "worker", *(() if pulling else ("--no-pulling",)))


def relay(home: Home) -> Part:
    return suar(home, "relay")


def answer(home: Home) -> Part:
    return suar(home, "answer")


def suar(home: Home, word: str, *more: str) -> Part:
    """A command of our own that runs until it is told to end; that it runs at all is its answer."""
    return program(home, word, [sys.executable, "-m", "suar", word, *more], lambda: True, seconds=20)


def program(home: Home, name: str, words: list[str], answers: Callable[[], bool], *, seconds: float = 10) -> Part:
    def launch() -> Process:
        return command(home, words, log=home.logs / f"{name}.log", more={"PYTHONUNBUFFERED": "1"})

    return Part(name=name, launch=launch, end=lambda process: end_group(process, seconds=seconds), answers=answers)


def page_answers(host: str, port: int) -> bool:
    """Whether the web server gives any page that is not a fault of the server."""
    asked = http.client.HTTPConnection(host, port, timeout=5)
    try:
        asked.request("GET", "/", headers={"Host": "localhost"})
        return asked.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
