"""Lines that are late, cut, reset, spoilt, swallowed, or say all twice: nothing is lost, and nothing is done twice or wrongly."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from suar.exchange import jobs
from suar.site.running.home import Home
from suar.site.running.nats import stop
from tests import database
from tests.browser.conftest import served
from tests.certificates import papers
from tests.exchange.agency import Ledger
from tests.exchange.delivering import AGENCY, delivering, happened, opened, prepared, waiting
from tests.exchange.exchanging import (
    Sent,
    done_in_effect,
    in_order,
    in_stream,
    lone,
    machine,
    relaying,
    started,
    taking,
    told,
)
from tests.exchange.proxy import KINDS, Fault, Proxy, between, faults
from tests.ports import free_port
from tests.proving import Claim
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

ALL = 2 * len(KINDS)  # each kind in both directions
PEOPLE = 6
#: A line that is only late, or says things twice, is ended after that: the next one has a fault of its own.
LASTS_S = 1.0


def many(count: int, draw: random.Random) -> Sent:
    """Events about a few people, so that there is an order to keep."""
    people = [uuid4() for _ in range(PEOPLE)]
    made = [(uuid4(), draw.choice(people)) for _ in range(count)]
    return Sent([(happened(thing, subject), thing, subject) for thing, subject in made])


def until_through(proxies: list[Proxy], draw: random.Random) -> Sent:
    """Events as long as there are faults that were not suffered."""
    sent, until = Sent(), time.monotonic() + 60 + 30 * max(len(one.rows) for one in proxies)
    while not all(one.through() for one in proxies):
        assert time.monotonic() < until, [row for one in proxies for row in one.rows if row not in one.met]
        sent.events += many(5, draw).events
        time.sleep(0.3)
    return sent


# The webhook ------------------------------------------------------------------------------------------------------------------------------

REQUEST, REPLY = 800, 60  # bytes that are surely there in a delivery, and in the receiver's answer


def posted(seed: int, home: Path, rows: list[Fault], bug: str = "") -> tuple[Ledger, Sent]:
    """Deliveries as long as there are faults that the line has not had: one connection, and so one fault, may carry many of them. Waits until
    each has its receipt.
    """
    prepared(whole_ms=1000, waits_s=[1])
    port = free_port(8300)
    with between(port, rows, seed, LASTS_S) as proxy:
        endpoint = opened(f"http://127.0.0.1:{proxy.port}/")
        with taking("webhook", home, told(home, port=port, endpoint=endpoint), bug=bug) as ledger, delivering():
            sent = until_through([proxy], random.Random(seed))
            wait_until(lambda: waiting() == 0, seconds=120)
    return ledger, sent


@pytest.mark.prove
def test_a_webhook_over_a_bad_line_is_done_once(claim: Claim, cloned_database: database.Copy, tmp_path: Path) -> None:
    count = claim.number(small=ALL, large=40 * ALL)
    ledger, sent = posted(claim.seed, tmp_path, faults(random.Random(claim.seed), count, asked=REQUEST, answered=REPLY))
    done_in_effect(ledger, sent, seconds=1)
    in_order(ledger.done(), sent)
    assert ledger.came() > len(sent.events)  # what was sent twice did come twice


def test_the_twin_that_knows_an_event_by_its_signature_does_it_twice(
    cloned_database: database.Copy, tmp_path: Path
) -> None:
    """The planted bug: a delivery that is repeated is signed anew, with another time."""
    rows = [Fault("cut", 0, asked=False) for _ in range(4)]
    ledger, sent = posted(4711, tmp_path, rows, bug="known_by_signature")
    names = [name for name, _, _ in ledger.done()]
    assert len(names) > len(set(names)) == len(sent.events)


# The feed ---------------------------------------------------------------------------------------------------------------------------------


SHORTEST = 300  # bytes that are surely there in any request of a follower, and in any answer to it


@contextlib.contextmanager
def following(
    seed: int, copy: database.Copy, home: Path, rows: list[Fault], bug: str = ""
) -> Iterator[tuple[Ledger, Proxy]]:
    prepared()
    machine(home)
    with served(copy) as address, between(int(address.rpartition(":")[2]), rows, seed, LASTS_S) as proxy:
        handed = told(home, hub=f"http://127.0.0.1:{proxy.port}")
        with taking("feed", home, handed, bug=bug) as ledger:
            yield ledger, proxy


@pytest.mark.prove
def test_the_feed_over_a_bad_line_is_done_once(claim: Claim, cloned_database: database.Copy, tmp_path: Path) -> None:
    draw = random.Random(claim.seed)
    rows = faults(draw, claim.number(small=ALL, large=20 * ALL), asked=SHORTEST, answered=SHORTEST)
    with following(claim.seed, cloned_database, tmp_path, rows) as (ledger, proxy):
        sent = until_through([proxy], draw)
        done_in_effect(ledger, sent, seconds=60)
    in_order(ledger.done(), sent)


def test_the_twin_that_moves_its_place_before_its_effect_loses_some(
    cloned_database: database.Copy, tmp_path: Path
) -> None:
    """The planted bug: the place is moved and told to the hub, and where the line breaks off just then nothing is done."""
    # A token, a page, and the answer to what is told: that one breaks off, and all begins anew.
    rows = [Fault(kind, 20, asked=False) for kind in ("late", "late", "cut") * 4]
    with following(1, cloned_database, tmp_path, rows, bug="acknowledged_first") as (ledger, proxy):
        sent, until = Sent(), time.monotonic() + 120
        while not proxy.through() and time.monotonic() < until:
            sent.events += many(1, random.Random(1)).events
            time.sleep(0.2)
        time.sleep(3)
    assert len(ledger.done()) < len(sent.events)


# NATS -------------------------------------------------------------------------------------------------------------------------------------


class Lines:
    """A broker that is TLS from the first byte, and a bad line each to the relay and to the agency."""

    def __init__(self, seed: int, relays: list[Fault], agencies: list[Fault], *, closed: bool = True) -> None:
        self.seed, self.rows, self.closed = seed, (relays, agencies), closed

    def __enter__(self) -> Lines:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(folder_open_to_all("suar-"))
            home = Home(folder / ".suar")
            home.make()
            self.broker = lone(home, free_port(4600))
            self.papers = papers(folder)
            shown = {
                "cert_file": str(self.papers.certificate),
                "key_file": str(self.papers.key),
                "handshake_first": True,
            }
            self.broker.folder.mkdir(parents=True)
            process = started(home, "nats", self.broker.configuration() | ({"tls": shown} if self.closed else {}))
            stack.callback(stop, process)
            wait_until(self.broker.answers)
            self.hub, self.agency = (
                stack.enter_context(between(self.broker.port, rows, self.seed, LASTS_S)) for rows in self.rows
            )
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def url(self, user: str, port: int) -> str:
        scheme = "tls" if self.closed else "nats"
        return self.broker.url(user).replace("nats:", f"{scheme}:", 1).replace(f":{self.broker.port}", f":{port}")


def run_over(lines: Lines, home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Ledger, Sent]:
    """Events as long as faults are left, and until all has come."""
    monkeypatch.setenv("SSL_CERT_FILE", str(lines.papers.certificate))
    monkeypatch.setattr(settings, "NATS_URL", lines.url("suar", lines.hub.port))
    prepared()
    handed = told(home, broker=lines.url(AGENCY, lines.agency.port))
    with taking("nats", home, handed) as ledger, relaying():
        sent = until_through([lines.hub, lines.agency], random.Random(lines.seed))
        done_in_effect(ledger, sent, seconds=90)
    return ledger, sent


@pytest.mark.prove
def test_events_over_bad_lines_to_and_from_the_broker_are_done_once(
    claim: Claim,
    cloned_database: database.Copy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw, count = random.Random(claim.seed), claim.number(small=ALL // 2, large=4 * ALL)
    to, back = (faults(draw, count, asked=6_000, answered=6_000) for _ in range(2))
    with Lines(claim.seed, to, back) as lines:
        _, sent = run_over(lines, tmp_path, monkeypatch)
        in_order(asyncio.run(in_stream(lines.url("suar", lines.broker.port))), sent)


@pytest.mark.parametrize("asked", [True, False])
def test_a_handshake_that_is_spoilt_is_given_up_and_the_next_line_is_taken(
    cloned_database: database.Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    """nats-py alone waits for ever for the end of such a line."""
    monkeypatch.setattr(jobs, "REACHED_WITHIN_S", 5)
    with Lines(4711, [Fault("garbage", 20, asked)], [Fault("garbage", 20, asked)]) as lines:
        run_over(lines, tmp_path, monkeypatch)
