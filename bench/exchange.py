"""`suar bench exchange`: from the commit of one agency's record until another has acknowledged the event, by each of the three ways.

Each way is measured alone, with one receiver, over a fresh database: a writer of its own process commits at instants fixed beforehand, the hub's
programs run as `suar up` starts them. In the same run raw JetStream publishes and consumes as much, with the same broker and the same disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import nats
from nats.js.api import ConsumerConfig, StreamConfig

from bench.hub import FOLDER, Hub
from bench.nodes import Lone, Trio, trio
from bench.programs import Pids, database_of, home, program, told_to, used, wait_for
from bench.receiving import PAGE, Received, by_feed, by_jetstream, by_webhook
from bench.screening import at
from bench.targets import Target, last_line, said_load, status, table
from bench.writing import RECEIVER
from suar.site.running import parts, ports
from suar.site.running.home import ROOT, CannotRun
from suar.site.running.nats import Broker, agencies
from suar.site.running.nats import stop as stop_broker

HOST = "127.0.0.1"
WANTED_P99_MS = 1_000.0  # issue 6
DRAIN_SECONDS = 60.0
Running = Lone | Trio
DATABASE = "bench_exchange"
RAW = "RAW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    rate: float
    seconds: float
    nodes: int = 1  # of the broker; with three, the way that goes through it is measured alone

    @property
    def count(self) -> int:
        return int(self.rate * self.seconds)


@dataclass(slots=True)
class Way:
    """One way: milliseconds of each event, what went wrong, and the processor seconds of each program that took part."""

    times: list[float]
    lost: int
    doubled: int
    per_second: float
    load: str
    spent: dict[str, float] = field(default_factory=dict)

    @property
    def each(self) -> dict[str, float]:
        """Processor milliseconds an event."""
        return {name: 1_000 * seconds / max(len(self.times), 1) for name, seconds in self.spent.items()}


def bench(hub: Hub, wanted: Wanted) -> int:
    with broker() if wanted.nodes == 1 else three() as running:
        found = {"raw JetStream": asyncio.run(raw(running, wanted))}
        for name, receiver in WAYS[: len(WAYS) if wanted.nodes == 1 else 1]:
            with hub.copy(DATABASE), told_to(hub, DATABASE, running.told()):
                pids = {"database": database_of(hub), "broker": running.pids}
                found[name] = receiver(running, pids, wanted)
            print(
                f"{name}: {len(found[name].times):,} of {wanted.count:,}; load average {found[name].load}", flush=True
            )
    return report(wanted, found)


# The ways ---------------------------------------------------------------------------------------------------------------------------------


def stream_alone(running: Running, pids: Pids, wanted: Wanted) -> Way:
    with program(parts.relay(home())) as relay:
        wait_for(lambda: asyncio.run(prepared(running.url())), 90, "the relay")
        with by_jetstream(running.url(RECEIVER)) as received:
            return measured(received, {**pids, "relay": [relay.pid]}, wanted)


def feed_alone(running: Running, pids: Pids, wanted: Wanted) -> Way:
    from suar.site.api import audience
    from suar.site.demo import agency_key

    agency_key(RECEIVER)
    port, key = ports.find({})["web"], FOLDER / "home" / "keys" / "agencies" / f"{RECEIVER}.pem"
    with (
        program(parts.web(home(), HOST, port)) as web,
        by_feed(f"http://{HOST}:{port}", audience().removesuffix("/api/v1/token"), key) as received,
    ):
        return measured(received, {**pids, "web": [web.pid]}, wanted)


def webhook_alone(running: Running, pids: Pids, wanted: Wanted) -> Way:
    port = ports.find({})["web"]
    open_endpoint(f"http://{HOST}:{port}/")
    with program(parts.relay(home())) as relay, by_webhook(port) as received:
        wait_for(lambda: asyncio.run(prepared(running.url())), 90, "the relay")
        return measured(received, {**pids, "relay": [relay.pid]}, wanted)


def open_endpoint(url: str) -> UUID:
    """Proposed by one engineer of the demo and confirmed by the other."""
    from suar.agencies.models import Officer
    from suar.agencies.queries import postings_of
    from suar.exchange.actions.endpoint import Wished, propose_endpoint, rule_on_endpoint
    from suar.site.auth import act_under, now

    eko, lia = (act_under(postings_of(Officer.objects.get(username=name).id, now())[0]) for name in ("eko", "lia"))
    wished = Wished(
        agency=RECEIVER,
        url=url,
        networks=("127.0.0.0/16",),
        from_at=now() - timedelta(hours=1),
        until_at=now() + timedelta(days=1),
    )
    made = propose_endpoint(wished, act=eko)
    rule_on_endpoint(made, "confirmed", act=lia)
    return made


WAYS = (("JetStream", stream_alone), ("HTTP feed", feed_alone), ("webhook", webhook_alone))


def measured(received: Received, pids: Pids, wanted: Wanted) -> Way:
    words = [sys.executable, "-m", "bench.writing", str(wanted.rate), str(wanted.seconds)]
    before, own = used(pids), time.process_time()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise CannotRun(f"The writer ended: {done.stderr[-2000:]}")
    written = json.loads(done.stdout.splitlines()[-1])
    committed: dict[str, int] = dict(written["told"])
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until and not committed.keys() <= received.at.keys():
        time.sleep(0.1)
    spent = {name: after - before[name] for name, after in used(pids).items()}
    spent |= {"writer": written["seconds"], "receiver": time.process_time() - own}
    return way_of(committed, received, spent)


def way_of(committed: dict[str, int], received: Received, spent: dict[str, float]) -> Way:
    got = {id_: received.at[id_] for id_ in committed.keys() & received.at.keys()}
    times = sorted((when - committed[id_]) / 1e6 for id_, when in got.items())
    spread = (max(got.values()) - min(got.values())) / 1e9 if len(got) > 1 else 1.0
    doubled = sum(received.came[id_] > 1 for id_ in got)
    return Way(times, len(committed) - len(got), doubled, len(got) / max(spread, 1e-9), said_load(), spent)


# The peer ---------------------------------------------------------------------------------------------------------------------------------


async def raw(running: Running, wanted: Wanted) -> Way:
    """The broker alone: published with its acknowledgement, fetched, acknowledged."""
    line = await nats.connect(running.url().split(","))
    stream = line.jetstream()
    with contextlib.suppress(nats.js.errors.NotFoundError):
        await stream.delete_stream(RAW)
    await stream.add_stream(StreamConfig(name=RAW, subjects=["suar.raw"], num_replicas=wanted.nodes))
    await stream.add_consumer(RAW, ConsumerConfig(durable_name=RAW, ack_policy=nats.js.api.AckPolicy.EXPLICIT))
    sent, received = dict[str, int](), Received()
    before, own = used({"broker": running.pids}), time.process_time()
    taking = asyncio.create_task(consume(stream, received))
    started = time.monotonic_ns()
    under_way = set[asyncio.Task[None]]()
    for number in range(wanted.count):
        await asyncio.sleep(max(0, started + number * 1e9 / wanted.rate - time.monotonic_ns()) / 1e9)
        under_way.add(task := asyncio.create_task(publish(stream, str(number), sent)))
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until and not sent.keys() <= received.at.keys():
        await asyncio.sleep(0.1)
    received.stop.set()
    await taking
    spent = {"broker": used({"broker": running.pids})["broker"] - before["broker"]}
    spent |= {"writer and receiver": time.process_time() - own}
    await stream.delete_stream(RAW)
    await line.close()
    return way_of(sent, received, spent)


async def publish(stream: nats.js.JetStreamContext, id_: str, sent: dict[str, int]) -> None:
    sent[id_] = time.monotonic_ns()
    await stream.publish("suar.raw", json.dumps({"id": id_, "filled": "x" * 500}).encode())


async def consume(stream: nats.js.JetStreamContext, received: Received) -> None:
    feed = await stream.pull_subscribe_bind(durable=RAW, stream=RAW)
    while not received.stop.is_set():
        try:
            messages = await feed.fetch(PAGE, timeout=0.5)
        except TimeoutError:
            continue
        for one in messages:
            await one.ack()
        received.note([json.loads(one.data)["id"] for one in messages])


# The hub's programs -----------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def broker() -> Iterator[Lone]:
    it = Broker(home=home(), port=ports.find({})["nats"], agencies=agencies())
    process = it.start()
    try:
        wait_for(it.answers, 20, "NATS")
        yield Lone(it, [process.pid])
    finally:
        stop_broker(process)


@contextlib.contextmanager
def three() -> Iterator[Trio]:
    with trio(home(), FOLDER / "nodes") as it:
        wait_for(lambda: asyncio.run(answers(it.url())), 60, "the cluster")
        yield it


async def prepared(url: str) -> bool:
    """Whether the relay has made the receiver's stream and consumer, and the cluster has a leader for both."""
    with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
        line = await nats.connect(url.split(","), connect_timeout=2)
        try:
            consumer = await line.jetstream(timeout=2).consumer_info(f"EVENT_{RECEIVER}", RECEIVER)
            return consumer.cluster is None or bool(consumer.cluster.leader)
        finally:
            await line.close()
    return False


async def answers(url: str) -> bool:
    """Whether the nodes have found each other, so that a stream can be kept on all of them."""
    with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
        line = await nats.connect(url.split(","), connect_timeout=2)
        try:
            stream = line.jetstream(timeout=2)
            await stream.add_stream(StreamConfig(name="READY", subjects=["suar.ready"], num_replicas=3))
            return await stream.delete_stream("READY")
        finally:
            await line.close()
    return False


# What is told -----------------------------------------------------------------------------------------------------------------------------


HEAD = ["", "received", "lost", "twice", "p50 ms", "p99 ms", "most ms", "events/s", "p50 of raw"]


def report(wanted: Wanted, found: dict[str, Way]) -> int:
    print(f"{wanted.rate:g} events a second for {wanted.seconds:g} s, one receiver, each way alone")
    bare = at(found["raw JetStream"].times, 500)
    print(table([HEAD, *(row(name, way, bare) for name, way in found.items())]))
    for name, way in found.items():
        each = ", ".join(f"{program} {ms:.2f}" for program, ms in way.each.items())
        print(f"{name}: processor ms an event {sum(way.each.values()):.2f} ({each})")
    targets: list[Target] = []
    for name, way in list(found.items())[1:]:
        p99 = at(way.times, 990) if way.times else float("inf")
        targets += [
            Target(claim=f"{name}: p99 until acknowledged, ms", want=WANTED_P99_MS, got=p99, bound="at most"),
            Target(claim=f"{name}: events lost", want=0, got=way.lost, bound="at most"),
            Target(claim=f"{name}: part of the rate", want=0.98, got=way.per_second / wanted.rate),
        ]
    print(last_line(wanted.count, targets))
    return status(targets)


def row(name: str, way: Way, bare: float) -> Sequence[str]:
    if not way.times:
        return [name, "0", f"{way.lost:,}", *["–"] * 6]
    p50, p99 = at(way.times, 500), at(way.times, 990)
    return [
        name, f"{len(way.times):,}", f"{way.lost:,}", f"{way.doubled:,}", f"{p50:.1f}", f"{p99:.1f}", f"{way.times[-1]:.1f}",
        f"{way.per_second:.0f}", f"{p50 / bare:.0f}×",
    ]  # fmt: skip
