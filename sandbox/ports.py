"""Which port each system listens on: found free once, then kept in HOME/ports.json."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from pathlib import Path

from sandbox.running import System, make_class, write_private

HOST = "127.0.0.1"


def port_names(systems: Iterable[str]) -> list[str]:
    """One name for each port that these systems want: "simkim", and "simkim/sums" for one beside it."""
    names = []
    for name in systems:
        made: type[System] = make_class(name)
        names += [name, *(f"{name}/{more}" for more in made.more_ports)]
    return names


def kept_ports(home: Path, names: Iterable[str], *, ports_from: int = 0) -> dict[str, int]:
    """The kept port of each name, and a free one for each new name, from `ports_from` upwards or wherever the system
    likes.

    A kept port is kept even while somebody else holds it: a client has written it down. Starting then waits and fails
    loudly.
    """
    path = home / "ports.json"
    ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    new = [name for name in names if name not in ports]
    if new:
        ports |= zip(new, free_ports(len(new), set(ports.values()), ports_from), strict=True)
        write_private(path, ports)
    return ports


def free_ports(count: int, taken: set[int], ports_from: int) -> list[int]:
    """Ports on which nobody listens, all held open together while they are looked for, so that none is found twice."""
    held: list[socket.socket] = []
    try:
        candidate = ports_from
        while len(held) < count:
            one = socket.socket()
            try:
                one.bind((HOST, candidate))
            except OSError:
                one.close()
                if candidate == 0 or candidate > 65_000:
                    raise
            else:
                if one.getsockname()[1] not in taken:
                    held.append(one)
                else:
                    one.close()
            candidate += 1 if candidate else 0
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
