"""The hub and one agency that takes its events by all three ways, each as a program or a thread of its own; and what must have been done."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import nats as client

from client.suar_client.__main__ import trial_key
from suar.exchange.jobs import relay
from suar.site.api import audience
from suar.site.auth import now
from suar.site.running import nats
from suar.site.running.home import Home
from suar.site.running.nats import Broker
from suar.site.running.processes import Process, command
from suar.vault.queries import pairwise
from suar.vault.queries.signing import public_keys
from suar.vault.queries.webhook import public_keys as webhook_keys
from tests import cast
from tests.agencies.ceremony import Machine
from tests.exchange import agency
from tests.exchange.agency import Ledger
from tests.exchange.delivering import AGENCY, at_work, ids, rows
from tests.site.running.waiting import wait_until

ORIGIN = audience().removesuffix("/api/v1/token")
Done = tuple[str, str, str | None]


@dataclass
class Sent:
    """What happened, in its order: each event with its thing and its human."""

    events: list[tuple[UUID, UUID, UUID | None]] = field(default_factory=list)

    def expected(self) -> list[Done]:
        """What the agency must have done, under the names by which it knows all this."""
        names = ids([event for event, _, _ in self.events])
        return [
            (name, pairwise(AGENCY, thing), pairwise(AGENCY, subject) if subject else None)
            for name, (_, thing, subject) in zip(names, self.events, strict=True)
        ]


def all_sent() -> Sent:
    """Every event of the outbox that the agency is entitled to, as the outbox orders them."""
    words = "SELECT id, thing, subject FROM exchange_outbox WHERE type = 'record.accepted' AND giver = 'imigrasi' ORDER BY xid, id"
    return Sent([(event, thing, subject) for event, thing, subject in rows(words)])


def machine(home: Path) -> None:
    """The agency's machine at the hub, with a key that only it has."""
    cast.agencies()
    Machine(agency=AGENCY, id=f"{AGENCY}-sistem", key=trial_key(home / "our.pem"), scopes=["events"])


def told(home: Path, *, hub: str = "", broker: str = "", port: int = 0, endpoint: UUID | None = None) -> dict[str, str]:
    """What the agency's engineer was handed."""
    handed = {
        "hub": hub, "client": f"{AGENCY}-sistem", "key": str(home / "our.pem"), "origin": ORIGIN, "nats": broker, "agency": AGENCY,
        "keys": json.dumps({"keys": public_keys()}), "webhook": str(port),
        "webhook_keys": json.dumps(webhook_keys(endpoint)) if endpoint else "[]",
    }  # fmt: skip
    (home / "told.json").write_text(json.dumps(handed))
    return handed


@contextlib.contextmanager
def taking(way: str, home: Path, handed: Mapping[str, str], *, bug: str = "") -> Iterator[Ledger]:
    """The agency's program in a thread of this process."""
    ledger, stop = Ledger(home / f"{way}.sqlite"), threading.Event()
    thread = threading.Thread(target=agency.WAYS[way], args=[ledger, handed, stop.is_set], kwargs={"bug": bug})
    thread.start()
    try:
        yield ledger
    finally:
        stop.set()
        thread.join(timeout=60)
        assert not thread.is_alive()


def relaying() -> contextlib.AbstractContextManager[None]:
    """The relay at work; the settings say to where."""
    return at_work(lambda stop: relay(stop, now))


def started(home: Home, name: str, configuration: Mapping[str, object]) -> Process:
    """A nats-server of the wheel with this configuration."""
    path = home.folder / f"{name}.conf"
    path.write_text(json.dumps(configuration))
    return command(home, [str(nats.program()), "-c", str(path)], log=home.logs / f"{name}.log")


async def in_stream(address: str) -> list[Done]:
    """What the agency's stream holds, in its order, read by the hub."""
    line = await client.connect(address.split(","), tls_handshake_first=address.startswith("tls://"))
    try:
        stream = line.jetstream(timeout=5)
        feed = await stream.subscribe(f"suar.event.{AGENCY}.>", stream=f"EVENT_{AGENCY}", ordered_consumer=True)
        count = (await stream.stream_info(f"EVENT_{AGENCY}")).state.messages
        bodies = [json.loads((await feed.next_msg(timeout=5)).data) for _ in range(count)]
        return [(one["id"], one["data"]["thing"], one.get("subject")) for one in bodies]
    finally:
        await line.close()


def done_in_effect(ledger: Ledger, sent: Sent, *, seconds: float) -> None:
    """Wait until each event was done; then nothing may have been done twice, nothing that did not happen, and nothing out of its order."""
    expected = sent.expected()
    wanted = {name for name, _, _ in expected}
    wait_until(lambda: wanted <= {name for name, _, _ in ledger.done()}, seconds=seconds)
    assert sorted(ledger.done(), key=str) == sorted(expected, key=str)


def in_order(found: Sequence[Done], sent: Sent) -> None:
    """The events of each human and each thing came first in the order in which they happened."""
    first = list(dict.fromkeys(found))
    for at in (1, 2):
        assert by_key(first, at) == by_key(sent.expected(), at)


def by_key(found: Sequence[Done], at: int) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for one in found:
        if key := one[at]:
            told.setdefault(str(key), []).append(one[0])
    return told


def lone(home: Home, port: int) -> Broker:
    return Broker(home=home, port=port, agencies=(AGENCY, "imigrasi"))
