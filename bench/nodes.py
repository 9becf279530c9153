"""Three brokers as one cluster on this machine, for `suar bench exchange --nodes 3`: what the copies cost, not what three machines give."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from suar.site.running import nodes, ports
from suar.site.running.home import Home
from suar.site.running.nats import HUB, Broker, program, stop
from suar.site.running.nodes import Node
from suar.site.running.processes import command

NAMES = ("satu", "dua", "tiga")


@dataclass(frozen=True, slots=True)
class Lone:
    """One broker, as `suar up` starts it, and its process."""

    broker: Broker
    pids: list[int]

    def url(self, user: str = HUB) -> str:
        return self.broker.url(user)

    def told(self) -> dict[str, str]:
        """What the hub's programs are told of it."""
        return {"NATS_URL": self.url(), "NATS_REPLICAS": "1"}


@dataclass(frozen=True, slots=True)
class Trio:
    """Three of them, and their processes."""

    home: Home
    nodes: list[Node]
    pids: list[int]

    def url(self, user: str = HUB) -> str:
        return nodes.addresses(self.home, self.nodes, user, closed=False)

    def told(self) -> dict[str, str]:
        return {"NATS_URL": self.url(), "NATS_REPLICAS": str(len(NAMES))}


@contextlib.contextmanager
def trio(home: Home, folder: Path) -> Iterator[Trio]:
    """Each with a store of its own, as `suar nats-nodes` configures them; gone at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    free = [port for port in range(4_700, 5_100) if ports.free(port)][: 2 * len(NAMES)]
    made = Trio(
        home,
        [
            Node(name=name, host="127.0.0.1", port=free[2 * at], between=free[2 * at + 1])
            for at, name in enumerate(NAMES)
        ],
        [],
    )
    processes = []
    try:
        for one in made.nodes:
            own = folder / one.name
            nodes.write(home, made.nodes, own, papers=None, store=own / "store")
            words = [str(program()), "-c", str(own / f"{one.name}.conf")]
            processes.append(command(home, words, log=home.logs / f"{one.name}.log"))
            made.pids.append(processes[-1].pid)
        yield made
    finally:
        for process in processes:
            stop(process)
        shutil.rmtree(folder, ignore_errors=True)
