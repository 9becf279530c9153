"""Which addresses a delivery may reach: none of the hub's own house, none behind a redirect, and only the one that was checked."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from suar.core.webhook import may_reach
from suar.exchange.jobs import sending
from suar.site.auth import now
from tests import database
from tests.certificates import written
from tests.exchange.delivering import acknowledged, delivering, happened, ids, opened, outcomes, prepared
from tests.exchange.receiver import Answer, Receiver, receiving
from tests.site.running.waiting import wait_until

#: IANA's special-purpose registries, one address of each, and what carries an IPv4 address inside.
CLOSED = [
    "0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
    "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::1",
    "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", CLOSED)
def test_no_address_of_a_house_is_public_and_two_persons_can_open_it(address: str) -> None:
    assert not may_reach(address, ())
    inner = address.removeprefix("::ffff:")
    assert may_reach(address, (inner,))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert may_reach(address, ())


@pytest.fixture
def suar(cloned_database: database.Copy) -> None:
    prepared()


@pytest.fixture
def inside(suar: None) -> Iterator[Receiver]:
    """A server of the hub's own house, at an address that nobody opened."""
    with receiving(host="127.1.0.1") as made:
        yield made


#: How the house may be written: by its address, by numbers, as IPv6, by a name.
WRITTEN = ["127.1.0.1", "2130771969", "0x7f010001", "127.65537", "0177.1.0.1", "[::ffff:127.1.0.1]"]


@pytest.mark.parametrize("host", WRITTEN)
def test_the_house_is_not_reached_however_its_address_is_written(
    host: str, inside: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suar.exchange.actions.endpoint.fit", lambda wished: None)  # which would refuse these words
    opened(f"http://{host}:{inside.port}/")
    event = happened()
    with delivering():
        wait_until(lambda: len(outcomes(event)) > 1)
    assert set(outcomes(event)) <= {"blocked", "unnamed"} and not inside.got


def test_plain_http_goes_only_into_a_network_that_was_opened(suar: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "resolved", there("8.8.8.8"))
    opened("http://agency.example/")
    event = happened()
    with delivering():
        wait_until(lambda: bool(outcomes(event)))
    assert set(outcomes(event)) == {"insecure"}


def there(*answers: str) -> Callable[[str, int], Any]:
    """A resolver that gives these answers one after the other, the last for ever."""
    left = list(answers)

    async def resolved(host: str, port: int) -> list[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolved


def test_a_name_with_one_address_in_the_house_is_not_reached_at_its_others_either(
    inside: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["127.0.0.1", "127.1.0.1"]

    monkeypatch.setattr(sending, "resolved", both)
    opened(f"http://agency.example:{inside.port}/")
    event = happened()
    with delivering():
        wait_until(lambda: bool(outcomes(event)))
    assert outcomes(event)[0] == "blocked"


def names_that_turn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name whose first answer may be reached and whose later ones lie in the house (DNS rebinding)."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def turned(host: Any, *told: Any, **more: Any) -> Any:
        if str(host) != "agency.example" and host != b"agency.example":
            return real(host, *told, **more)
        asked.append(str(host))
        return real("127.0.0.1" if len(asked) == 1 else "127.1.0.1", *told, **more)

    monkeypatch.setattr(socket, "getaddrinfo", turned)
    return asked


def test_an_answer_that_changes_between_check_and_connection_leads_nowhere_else(
    inside: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names_that_turn(monkeypatch)
    with receiving(port=inside.port) as agency:
        opened(f"http://agency.example:{inside.port}/")
        event = happened()
        with delivering():
            acknowledged([event], seconds=5)
    assert agency.ids() == ids([event]) and not inside.got and len(asked) == 1
    assert agency.got[0].head["host"] == f"agency.example:{inside.port}"


def test_the_twin_that_connects_by_name_reaches_the_house(inside: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sending.connected
    monkeypatch.setattr(sending, "connected", lambda addresses, host, *told: real([host], host, *told))
    with pytest.raises((AssertionError, TimeoutError)):
        test_an_answer_that_changes_between_check_and_connection_leads_nowhere_else(inside, monkeypatch)
    assert inside.got


def test_a_redirect_into_the_house_is_not_followed(inside: Receiver) -> None:
    for status in (301, 302, 303, 307, 308):
        turn = Answer(status, head=(f"Location: {inside.url()}",))
        with receiving(lambda got, before, turn=turn: Answer() if before else turn) as agency:  # type: ignore[misc]
            opened(agency.url(), from_at=now(), until_at=now() + timedelta(days=1))
            event = happened()
            with delivering():
                acknowledged([event])
        assert outcomes(event).count("redirected") >= 1
    assert not inside.got


def test_nobody_there_is_no_loss(suar: None) -> None:
    with receiving() as agency:
        address = agency.url()
    opened(address)
    event = happened()
    with delivering():
        wait_until(lambda: len(outcomes(event)) > 1)
        assert set(outcomes(event)) == {"unreachable"}
        with receiving(port=agency.port) as again:
            acknowledged([event])
    assert again.ids() == ids([event])


def test_a_name_that_nobody_knows_is_no_loss(suar: None) -> None:
    opened("https://nowhere.invalid/")
    event = happened()
    with delivering():
        wait_until(lambda: bool(outcomes(event)))
    assert set(outcomes(event)) == {"unnamed"}


# TLS -------------------------------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate for a name, signed by itself, and the server's side of it."""
    public, private = written(folder, name)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(public, private)
    return public, server


CERTIFIED = [
    ("agency.example", True, "acknowledged"),
    ("agency.example", False, "untrusted"),
    ("other.example", True, "untrusted"),
]


@pytest.mark.parametrize(("named", "trusted", "outcome"), CERTIFIED)
def test_tls_is_for_the_name_though_the_connection_is_to_the_address(
    named: str, trusted: bool, outcome: str, suar: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, server = certificate(tmp_path, named)
    monkeypatch.setattr(sending, "resolved", there("127.0.0.1"))
    if trusted:
        real = ssl.create_default_context
        monkeypatch.setattr(ssl, "create_default_context", lambda: real(cafile=str(public)))
    with receiving(tls=server) as agency:
        opened(f"https://agency.example:{agency.port}/")
        event = happened()
        with delivering():
            wait_until(lambda: bool(outcomes(event)))
    assert outcomes(event)[0] == outcome
    assert bool(agency.got) == (outcome == "acknowledged")


def test_no_proxy_of_the_environment_is_asked(suar: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as agency:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        opened(agency.url())
        event = happened()
        with delivering():
            acknowledged([event])
    assert not proxy.got and agency.ids() == ids([event])


def test_a_look_up_that_hangs_ends_with_the_attempt(suar: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(sending, "resolved", never)
    opened("https://agency.example/")
    event, began = happened(), time.monotonic()
    with delivering():
        wait_until(lambda: bool(outcomes(event)))
    assert outcomes(event)[0] == "timeout" and time.monotonic() - began < 8
