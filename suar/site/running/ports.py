"""Free ports on this machine: found once, kept in `run.json`, found again only when somebody else took one
meanwhile.
"""

from __future__ import annotations

import socket

#: Where the search for each port begins: the customary number, so that a lone checkout has the address people expect.
FIRST = {"web": 8080, "nats": 4222}
TRIES = 400


def find(kept: dict[str, int], *, host: str = "127.0.0.1") -> dict[str, int]:
    """A free port for each server. A kept one stays while it is free; two checkouts end up side by side."""
    found: dict[str, int] = {}
    for name, first in FIRST.items():
        wish = kept.get(name, first)
        choices = [wish, *range(first, first + TRIES)]
        found[name] = next(port for port in choices if port not in found.values() and free(port, host=host))
    return found


def free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now. A port still in TIME_WAIT counts as free, as it does for the servers."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def listening(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether something answers there now."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
