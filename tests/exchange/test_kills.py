"""Whatever is killed at whatever moment under load, every event is done once at each of the three ways. And the planted bugs that lose or double."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from pathlib import Path

import pytest
from django.conf import settings

from suar.site.running.home import Home
from suar.site.running.nats import HUB, stop
from tests import database
from tests.exchange.agency import Ledger
from tests.exchange.delivering import AGENCY, happened, prepared, waiting
from tests.exchange.exchanging import all_sent, done_in_effect, in_order, in_stream, lone, machine, relaying, told
from tests.exchange.killing import Program, agency_program, everything, load
from tests.flows import killing as hub
from tests.ports import free_port
from tests.proving import Claim
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

#: What the load publishes beside the records tells of things that are nowhere.
INVENTED = "default: an announcement of nothing"
#: Where fewer kills are asked for than there are programs, each is killed once: the agency's NATS program first, since what a dead one held
#: comes again only after half a minute. The relay's program delivers the webhooks as well, so it is drawn twice as often.
VICTIMS = ("nats", "broker", "relay", "worker", "feed", "webhook")


@pytest.mark.prove
def test_whatever_is_killed_under_load_each_event_is_done_once_by_each_way(
    claim: Claim, cloned_database: database.Copy, tmp_path: Path
) -> None:
    draw, kills = random.Random(claim.seed), claim.number(small=len(VICTIMS), large=200)
    further = (draw.choice((*VICTIMS, "relay")) for _ in range(kills - len(VICTIMS)))
    with everything(cloned_database, tmp_path) as (programs, ledgers, broker):
        with load(claim.seed, [*ledgers.values()]) as committed:
            wait_until(lambda: all(one.came() for one in ledgers.values()), seconds=180)
            for number, name in enumerate((*VICTIMS, *further), start=1):
                programs[name].killed_at_work(draw)
                print(number, name, len(committed), flush=True)
        hub.take_up()
        sent = all_sent()
        for ledger in ledgers.values():
            done_in_effect(ledger, sent, seconds=400)
        wait_until(lambda: waiting() == 0, seconds=60)
        for found in (ledgers["feed"].done(), ledgers["webhook"].done(), asyncio.run(in_stream(broker.url(HUB)))):
            in_order(found, sent)
    assert set(committed) < {event for event, _, _ in sent.events}  # and what the worker made of records
    assert hub.wrong().keys() <= {INVENTED}
    print(f"{kills} kills, {len(sent.events)} events, came { ({way: one.came() for way, one in ledgers.items()}) }")


def test_the_twin_that_acknowledges_before_its_effect_loses_some_when_it_is_killed(
    cloned_database: database.Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug, at the NATS consumer; `test_proxy` has it at the feed."""
    prepared()
    machine(tmp_path)
    draw = random.Random(4711)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(folder_open_to_all("suar-"))
        own = Home(folder / ".suar")
        own.make()
        broker = lone(own, free_port(4600))
        stack.callback(stop, broker.start())
        monkeypatch.setattr(settings, "NATS_URL", broker.url(HUB))
        stack.enter_context(relaying())
        told(tmp_path, broker=broker.url(AGENCY))
        for _ in range(150):
            happened()
        program = agency_program("nats", tmp_path, "acknowledged_first")
        stack.callback(program.kill)
        program.start()
        wait_until(lambda: bool(program.moved()), seconds=60)
        for _ in range(4):
            program.killed_at_work(draw)
        quiet(program)
    names = {name for name, _, _ in Ledger(tmp_path / "nats.sqlite").done()}
    assert names < {name for name, _, _ in all_sent().expected()}


def quiet(program: Program) -> None:
    """Until a while goes by in which nothing more comes, and no dead program holds anything any more."""
    before = object()
    while (now := program.moved()) != before:
        before = now
        time.sleep(3)
