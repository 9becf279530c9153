"""Ports: the customary one where it is free, another where it is not, and always the same one afterwards."""

from __future__ import annotations

import socket
import subprocess
import sys

from suar.site.running import ports
from tests.ports import free_port


def taken() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_a_kept_port_stays_while_it_is_free() -> None:
    with taken() as server:
        port = server.getsockname()[1]
    assert ports.find({"web": port})["web"] == port


def test_a_kept_port_that_somebody_took_is_replaced_and_two_servers_never_share_one() -> None:
    with taken() as server:
        port = server.getsockname()[1]
        assert ports.listening(port) and not ports.free(port)
        found = ports.find({"web": port, "nats": port})
    assert port not in found.values() and len(set(found.values())) == len(ports.FIRST)


def test_nothing_listens_on_a_free_port() -> None:
    with taken() as server:
        port = server.getsockname()[1]
    assert ports.free(port) and not ports.listening(port)


def test_tests_that_run_side_by_side_are_never_given_one_port() -> None:
    """Neither listens yet: a server is started some seconds after its port was chosen."""
    mine = free_port(9_100)
    asked = "from tests.ports import free_port; print(free_port(9_100))"
    other = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert ports.free(mine) and int(other) != mine
