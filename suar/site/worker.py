"""The processes that run jobs, the relay, and the steady pulling of sources."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

from procrastinate import App

from suar.site.auth import now, system_act
from suar.site.running.ready import for_bulk

QUEUES = ["read", "place", "project", "late"]
#: What may not wait behind a batch that comes in.
AT_ONCE = ["effect"]
#: Findings may be some seconds late; records and answers may not.
LOOKS_EVERY_SECONDS, EVEN_WHEN_BUSY = 3, 20
#: A proposal of policy is weighed beside the live one so long after the desk has its answer, at the soonest.
COMPARES_EVERY_SECONDS = 5
#: How the sources are is looked at so often, whatever else is at work: a history with holes measures nobody's promise.
WATCHES_EVERY_SECONDS = 5
#: Whoever stands at a desk goes before what waits for nobody: where both want the processor the pages get nine tenths of it.
GIVES_WAY = 10
#: So long it waits for a database that may be gone for good, as the pages do (settings): a worker whose supervisor died ends soon after both.
PATIENCE_SECONDS = 10


def work(queues: list[str] = QUEUES, *, concurrency: int = 2, pulling: bool = True) -> None:
    """Run jobs until SIGTERM or SIGINT; sweep what a worker that died has left; pull each source in its rhythm."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    for_bulk()
    os.nice(GIVES_WAY)
    stop = threading.Event()
    threads = [threading.Thread(target=keep_looking, args=[stop], name="looking")]
    threads.append(threading.Thread(target=keep_comparing, args=[stop], name="comparing"))
    threads.append(threading.Thread(target=keep_watching, args=[stop], name="watching"))
    if pulling:
        threads.append(threading.Thread(target=keep_going, args=[stop], name="pulling"))
    for thread in threads:
        thread.start()
    try:
        with app.replace_connector(PsycopgConnector(kwargs=connector_params(), timeout=PATIENCE_SECONDS)) as running:
            asyncio.run(run(running, queues, concurrency))
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=30)


async def run(jobs: App, queues: list[str], concurrency: int) -> None:
    """Two workers in one program: one for what may not wait, one for all else. A signal ends both, each after the job in its hands."""
    async with jobs.open_async():
        quick = asyncio.create_task(
            jobs.run_worker_async(queues=AT_ONCE, install_signal_handlers=False, delete_jobs="successful")
        )
        try:
            await jobs.run_worker_async(
                queues=queues, concurrency=concurrency, install_signal_handlers=True, delete_jobs="successful"
            )
        finally:
            quick.cancel()
            await asyncio.gather(quick, return_exceptions=True)


def keep_going(stop: threading.Event) -> None:
    """Every few seconds: sources whose rhythm is due are pulled, batches left open are taken up again, the state follows what was
    decided of quarantined sources, requests for a second person lapse, entries whose term or review is over are written down so,
    signals whose complaint is gone are suspended, cases handed over without an event are told, our registers are compared with their
    owners' lists, changes that no desk was seen to answer by are looked at again, whom a change touched is asked about again, and what
    left is laid beside what was screened, and workers among it are announced to their mission.
    """
    from django.db import close_old_connections

    from suar.intake.jobs.pull import pull_due
    from suar.persons.actions.opinion import lapse
    from suar.registers.actions.clock import LATELY, keep_time
    from suar.registers.jobs.differences import reconcile
    from suar.registers.jobs.effect import measure_again
    from suar.screening.actions.announce import announce_crossed
    from suar.screening.jobs.handed import tell_owed
    from suar.screening.jobs.released import keep_true
    from suar.screening.jobs.touched import catch_up
    from suar.screening.jobs.unscreened import compare_due
    from suar.site.daily import daily
    from suar.site.rebuilding import rebuild_due
    from suar.site.sweep import sweep

    done_on = None
    while not stop.wait(5):
        close_old_connections()
        try:
            sweep(act=system_act("sweep"))
            rebuild_due(act=system_act("quarantine"))
            lapse(act=system_act("lapse"))
            keep_time(act=(clock := system_act("clock")), since=clock.at - LATELY)
            keep_true(act=system_act("released"))
            tell_owed(act=system_act("handed"))
            measure_again(act=system_act("effect"))
            catch_up(act=system_act("rescreen"))
            pull_due(act=system_act("pull"), stop=stop.is_set, clock=now)
            reconcile(act=system_act("registers"))
            compare_due(act=system_act("unscreened"))
            announce_crossed(act=system_act("departures"))
            if done_on != (today := now().date()):
                daily(act=system_act("daily"))
                done_on = today
        except Exception as error:  # the loop must outlive any one source or server; health shows what failed
            import logging

            logging.getLogger("suar").error("keeping going: %s", type(error).__name__)


def keep_looking(stop: threading.Event) -> None:
    """Look at those whom records touched, once no batch has waited for a while; at some of them every minute also when batches never
    cease to come.
    """
    from django.db import close_old_connections

    from suar.intake.queries.batches import oldest_in
    from suar.journeys.jobs.look import look_waiting

    idle, turns = False, 0
    while not stop.wait(LOOKS_EVERY_SECONDS):
        close_old_connections()
        try:
            was_idle, idle = idle, not (oldest_in("read") or oldest_in("placed"))
            turns += 1
            if not (idle and was_idle) and turns % EVEN_WHEN_BUSY:
                continue
            while look_waiting(act=system_act("look")) and idle and not stop.is_set():
                idle = not (oldest_in("read") or oldest_in("placed"))
        except Exception as error:  # the loop must outlive any one server
            import logging

            logging.getLogger("suar").error("looking: %s", type(error).__name__)


def keep_comparing(stop: threading.Event) -> None:
    """Weigh proposals of policy over what was asked before, where somebody wants to know, and over what was just answered."""
    from django.db import close_old_connections

    from suar.screening.jobs.shadow import follow_shadows, try_due

    while not stop.wait(COMPARES_EVERY_SECONDS):
        close_old_connections()
        try:
            follow_shadows(act=system_act("shadow"))
            try_due(act=system_act("trial"), stop=stop.is_set)
        except Exception as error:  # the loop must outlive any one server
            import logging

            logging.getLogger("suar").error("comparing: %s", type(error).__name__)


def keep_watching(stop: threading.Event) -> None:
    """Write down how each source is, in a thread of its own: a long pull is no reason not to have looked."""
    from django.db import close_old_connections

    from suar.intake.jobs.history import note_states

    while not stop.wait(WATCHES_EVERY_SECONDS):
        close_old_connections()
        try:
            note_states(act=system_act("watch"))
        except Exception as error:  # the loop must outlive any one server
            import logging

            logging.getLogger("suar").error("watching: %s", type(error).__name__)


def relay() -> None:
    """Outbox to JetStream and to the agencies' own endpoints, until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    asyncio.run(pass_on(stop))


def answer() -> None:
    """What agencies ask over NATS, until SIGTERM or SIGINT."""
    from suar.site.answering import answer_agencies
    from suar.site.wsgi import application

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    asyncio.run(answer_agencies(stop.is_set, application))


async def pass_on(stop: threading.Event) -> None:
    """Two readers of one outbox, each with places of its own: neither waits for the other's receivers. Beside them, who may take at all."""
    from suar.exchange.jobs import relay as run
    from suar.exchange.jobs.doors import keep_doors
    from suar.exchange.jobs.webhooks import deliver

    await asyncio.gather(
        run(stop.is_set, now), deliver(stop.is_set, lambda: system_act("webhooks")), keep_doors(stop.is_set, now)
    )
