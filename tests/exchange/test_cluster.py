"""Three NATS servers of the same wheel as one cluster: a node that is killed under load, the leader too, loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import nats as client
import pytest
from django.conf import settings
from nats.js import JetStreamContext

from suar.exchange import jobs
from suar.exchange.jobs import Message
from suar.site.running import nodes
from suar.site.running.home import CannotRun, Home
from suar.site.running.nats import program
from suar.site.running.nodes import Node
from suar.site.running.processes import Process, command
from tests import database
from tests.certificates import papers
from tests.exchange.agency import Ledger
from tests.exchange.delivering import AGENCY, happened, prepared
from tests.exchange.exchanging import Sent, done_in_effect, in_order, in_stream, relaying, taking, told
from tests.ports import free_port
from tests.proving import Claim
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

NAMES = ("satu", "dua", "tiga")
STREAM = f"EVENT_{AGENCY}"


@dataclass
class Cluster:
    """Nodes as `suar nats-nodes` configures them, on this machine's own address, TLS between all."""

    home: Home
    folder: Path
    nodes: list[Node] = field(default_factory=list)
    running: dict[str, Process] = field(default_factory=dict)

    def write(self) -> None:
        """Each on a disk of its own, as it were."""
        self.papers, port = papers(self.folder), 4_700
        for name in NAMES:
            port = free_port(port)
            between = free_port(port + 1)
            self.nodes.append(Node(name=name, host="127.0.0.1", port=port, between=between))
            port = between + 1
        for name in NAMES:
            own = self.folder / name
            self.url = nodes.write(self.home, self.nodes, own, papers=self.papers, store=own / "store")
        self.agency_url = nodes.addresses(self.home, self.nodes, AGENCY, closed=True)

    def start(self, name: str) -> None:
        words = [str(program()), "-c", str(self.folder / name / f"{name}.conf")]
        self.running[name] = command(self.home, words, log=self.home.logs / f"{name}.log", death=signal.SIGKILL)

    def kill(self, name: str) -> None:
        """As when its power goes."""
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait()

    def state(self) -> Any:
        """What the cluster says of the agency's stream; None where it says nothing now."""
        return asyncio.run(self.asked())

    async def asked(self) -> Any:
        with contextlib.suppress(client.errors.Error, OSError, TimeoutError):
            line = await jobs.reached(self.url)
            try:
                return await line.jetstream(timeout=2).stream_info(STREAM)
            finally:
                await line.close()
        return None

    def whole(self) -> bool:
        """Whether all three have all there is."""
        found = self.state()
        others = list(found.cluster.replicas or []) if found and found.cluster and found.cluster.leader else []
        return len(others) == len(NAMES) - 1 and all(one.current and not one.offline for one in others)


@pytest.fixture
def trio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with folder_open_to_all("suar-") as folder:
        home = Home(folder / ".suar")
        home.make()
        made = Cluster(home, folder)
        made.write()
        monkeypatch.setenv("SSL_CERT_FILE", str(made.papers.certificate))
        monkeypatch.setattr(settings, "NATS_URL", made.url)
        monkeypatch.setattr(settings, "NATS_REPLICAS", len(NAMES))
        try:
            for name in NAMES:
                made.start(name)
            yield made
        finally:
            for name in NAMES:
                made.kill(name)


def busy(seconds: float, people: Sequence[UUID], draw: random.Random) -> Sent:
    sent, until = Sent(), time.monotonic() + seconds
    while time.monotonic() < until:
        thing, subject = uuid4(), draw.choice(people)
        sent.events.append((happened(thing, subject), thing, subject))
        time.sleep(0.02)
    return sent


@contextlib.contextmanager
def at_work(trio: Cluster, home: Path) -> Iterator[Ledger]:
    """The relay and the agency, both with the addresses of all three."""
    prepared()
    with taking("nats", home, told(home, broker=trio.agency_url)) as ledger, relaying():
        wait_until(trio.whole, seconds=90)
        yield ledger


@pytest.mark.prove
def test_a_node_killed_under_load_loses_nothing_and_doubles_nothing(
    claim: Claim, trio: Cluster, cloned_database: database.Copy, tmp_path: Path
) -> None:
    draw, sent, people = random.Random(claim.seed), Sent(), [uuid4() for _ in range(6)]
    kills = claim.number(small=2, large=20)
    with at_work(trio, tmp_path) as ledger:
        for turn in range(kills):
            sent.events += busy(draw.uniform(0.5, 1.5), people, draw).events
            leader = trio.state().cluster.leader
            name = leader if turn % 2 == 0 else draw.choice(NAMES)
            trio.kill(name)
            sent.events += busy(draw.uniform(2, 4), people, draw).events
            trio.start(name)
            wait_until(trio.whole, seconds=90)
        done_in_effect(ledger, sent, seconds=90)
        found = asyncio.run(in_stream(trio.url))
        assert trio.state().config.num_replicas == len(NAMES)
    assert len(found) == len(sent.events)  # not even in the stream is one twice
    in_order(found, sent)
    print(f"{kills} kills, {len(sent.events)} events")


def test_the_twin_that_does_not_wait_for_the_acknowledgement_loses_some(
    trio: Cluster, cloned_database: database.Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: what was handed to the line counts as kept."""

    async def handed_over(stream: JetStreamContext, messages: Sequence[Message]) -> None:
        for one in messages:
            await stream._nc.publish(one.subject, one.body, headers={"Nats-Msg-Id": one.key})

    people, draw = [uuid4()], random.Random(1)
    with at_work(trio, tmp_path) as ledger:
        monkeypatch.setattr(jobs, "published", handed_over)
        leader = trio.state().cluster.leader
        gone = [leader, next(name for name in NAMES if name != leader)]  # the one that is left may not lead
        for name in gone:
            trio.kill(name)
        sent = busy(4, people, draw)
        for name in gone:
            trio.start(name)
        wait_until(lambda: settled_down(ledger), seconds=60)
    assert len(ledger.done()) < len(sent.events)


def settled_down(ledger: Ledger) -> bool:
    """Whether a while goes by in which nothing more comes."""
    before = ledger.came()
    time.sleep(4)
    return ledger.came() == before


def test_streams_made_on_one_node_are_spread_over_three(
    trio: Cluster, cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared()

    async def made(replicas: int) -> int:
        monkeypatch.setattr(settings, "NATS_REPLICAS", replicas)
        line = await jobs.reached(trio.url)
        try:
            stream = line.jetstream(timeout=5)
            await jobs.prepare(stream)
            return (await stream.stream_info(STREAM)).config.num_replicas or 0
        finally:
            await line.close()

    wait_until(lambda: asyncio.run(cluster_answers(trio)), seconds=60)
    assert asyncio.run(made(1)) == 1
    assert asyncio.run(made(3)) == 3


async def cluster_answers(trio: Cluster) -> bool:
    with contextlib.suppress(client.errors.Error, OSError, TimeoutError):
        line = await jobs.reached(trio.url)
        try:
            await line.jetstream(timeout=2).account_info()
            return True
        finally:
            await line.close()
    return False


@pytest.mark.parametrize(
    "words",
    [["satu=10.0.0.1"], ["a=h1", "b=h2"], ["a=h1", "a=h2", "b=h3"], ["a=h1", "b=h2", "c"], ["a=h:x", "b=h2", "c=h3"]],
)
def test_a_cluster_that_could_not_bear_a_loss_is_refused(words: list[str], tmp_path: Path) -> None:
    with pytest.raises(CannotRun):
        nodes.write(Home(tmp_path), [nodes.read(one) for one in words], tmp_path, papers=None, store=tmp_path)
