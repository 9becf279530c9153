"""Ports: the customary one where it is free, another where it is not, and always the same one afterwards."""

from __future__ import annotations

import socket

from suar.site.running import ports


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
