"""`suar doctor`: each part, whether it is well, and where it is not, how to mend it. Exit status 0 only when all are
well.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg

from suar.core.broker import nodes
from suar.site.running import parts, ports
from suar.site.running.home import CannotRun, Home, read_json
from suar.site.running.processes import supervisor_of
from suar.site.running.ready import set_up

FREE_GIB = 2


@dataclass(frozen=True, slots=True)
class Ill:
    """What is wrong with a part, and what to do about it."""

    what: str
    mend: str


Look = Callable[[Home], Iterator[Ill]]


def doctor(home: Home) -> int:
    """Look at every part, also after one was found ill: all that is wrong is said at once."""
    if not (home.folder / "run.json").exists():
        print("Suar has never run here.\n    → ./run up")
        return 1
    logging.disable(logging.CRITICAL)  # what libraries say of a server that is away, doctor says in one line
    try:
        ill = sum(look_at(name, look, home) for name, look in LOOKS.items())
    finally:
        logging.disable(logging.NOTSET)
    print("All parts are well." if not ill else f"{ill} {'thing is' if ill == 1 else 'things are'} not well.")
    return 1 if ill else 0


def look_at(name: str, look: Look, home: Home) -> int:
    """Say how one part is; returns how many things are not well with it."""
    found = findings(look, home)
    print(f"{'✗' if found else '✓'} {name}")
    for one in found:
        print(f"    {one.what}\n    → {one.mend}")
    return len(found)


def findings(look: Look, home: Home) -> list[Ill]:
    try:
        return list(look(home))
    except CannotRun as why:
        return [Ill(str(why), "./run up")]
    except Exception as why:
        return [Ill(f"could not be looked at: {type(why).__name__}: {why}", "mend what stands above it first")]


def folders(home: Home) -> Iterator[Ill]:
    free = shutil.disk_usage(home.folder).free / 2**30
    if free < FREE_GIB:
        yield Ill(
            f"only {free:.1f} GiB are free on the disk of {home.folder}", f"free some space: {FREE_GIB} GiB or more"
        )
    for path in [home.folder / "run.json", *home.keys.glob("*")]:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Ill(f"{path} may be read by others", f"chmod 600 '{path}'")


def supervisor(home: Home) -> Iterator[Ill]:
    if supervisor_of(home) is None:
        yield Ill("nothing runs here now", "./run up")
        return
    for name, part in read_json(home.parts).items():
        if part["pid"] is None:
            yield Ill(f"{name} died and waits to start again", f"its log says why: {part['log']}")
        elif part["restarts"]:
            yield Ill(f"{name} had to be started again {part['restarts']} times", f"its log says why: {part['log']}")


def database(home: Home) -> Iterator[Ill]:
    doors = home.run().get("database", {})
    if not doors:
        yield Ill("no database is known", "./run up")
    for door, url in doors.items():
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                row = connection.execute(
                    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.Error as why:
            yield Ill(f"the database does not open for {door}: {str(why).splitlines()[0]}", "./run up starts it")
            continue
        if door != "owner" and row and row[0]:
            yield Ill(
                f"{door} passes through every wall inside the database", "give it a role of its own: docs/howto/run.md"
            )
    if url := os.environ.get("DATABASE_COPY_URL"):
        yield from copy(url)


def copy(url: str) -> Iterator[Ill]:
    """The standby from which counts are read. While it is not well the primary answers, so nobody but the doctor says so."""
    set_up()
    from suar.agencies.access.counting import LATE
    from suar.site.auth import now

    mend = "the primary answers meanwhile; docs/howto/grow.md"
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()").fetchone()
    except psycopg.Error as why:
        yield Ill(f"the copy that only reads does not open: {str(why).splitlines()[0]}", mend)
        return
    standby, repeated = row or (False, None)
    if not standby:
        yield Ill("the copy that only reads is no standby", mend)
    elif repeated is None or now() - repeated > LATE:
        yield Ill(f"the copy that only reads is late: it has repeated nothing since {repeated}", mend)


def inside(home: Home) -> None:
    """Django, for a look inside the database; at once a finding where it does not open."""
    set_up()
    try:
        psycopg.connect(home.run()["database"]["owner"], connect_timeout=3).close()
    except (KeyError, psycopg.Error) as why:
        raise CannotRun("cannot be looked at: the database does not open") from why


def tables(home: Home) -> Iterator[Ill]:
    inside(home)
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in ("owner", "protection_owner"):
        executor = MigrationExecutor(connections[alias])
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield Ill(f"{len(plan)} migrations are not applied ({alias})", "./run down, then ./run up")


def policies(home: Home) -> Iterator[Ill]:
    inside(home)
    from django.conf import settings

    from suar.policies.actions import differing
    from suar.site.auth import now

    changed = [name for name, _ in differing(settings.POLICY, now())]
    if changed:
        yield Ill(
            f"not adopted as they stand in policy/: {', '.join(changed)}", "./run down, then ./run up adopts them"
        )


def exchange(home: Home) -> Iterator[Ill]:
    import asyncio

    import nats

    async def reach(url: str) -> None:
        async with asyncio.timeout(10), contextlib.AsyncExitStack() as closing:
            addresses, closed = nodes(url)
            broker = await nats.connect(
                addresses, connect_timeout=3, allow_reconnect=len(addresses) > 1, max_reconnect_attempts=1, tls_handshake_first=closed
            )  # fmt: skip
            closing.push_async_callback(broker.close)
            await broker.jetstream().account_info()

    url = home.run().get("nats")
    if not url:
        yield Ill("no exchange engine is known", "./run up")
        return
    try:
        asyncio.run(reach(url))
    except (OSError, TimeoutError, nats.errors.Error) as why:
        yield Ill(f"the exchange engine does not answer: {type(why).__name__}", "./run up starts it")


def web(home: Home) -> Iterator[Ill]:
    port = home.run().get("ports", {}).get("web")
    if port is None or not ports.listening(port):
        yield Ill("no web server listens", "./run up starts it")
    elif not parts.page_answers("127.0.0.1", port):
        yield Ill("the web server gives no page", f"its log says why: {home.logs / 'web.log'}")


def jobs(home: Home) -> Iterator[Ill]:
    inside(home)
    from procrastinate.contrib.django.models import ProcrastinateJob

    failed = ProcrastinateJob.objects.filter(status="failed").count()
    if failed:
        yield Ill(f"{failed} jobs failed", f"the worker's log says why: {home.logs / 'worker.log'}")


def sources(home: Home) -> Iterator[Ill]:
    where = read_json(home.folder / "sources.json")
    if not where:
        yield Ill("no source is known", "./run up writes the demo's; in earnest write .suar/sources.json")
    silent = [name for name, address in sorted(where.items()) if not heard(str(address.get("base", "")))]
    if silent:
        yield Ill(f"not heard: {', '.join(silent)}", "./run sandbox status; ./run up starts the demo's")


def heard(base: str) -> bool:
    """Whether something listens where an address leads; one without a port is not knocked at."""
    host, _, port = base.rpartition("//")[2].partition("/")[0].partition(":")
    return not port.isdigit() or ports.listening(int(port), host=host)


def demo(home: Home) -> Iterator[Ill]:
    told = home.run()
    if told.get("demo", True) and not told.get("loaded"):
        yield Ill("the demo nation is not loaded", "./run up, or ./run pull --wait")


LOOKS: dict[str, Look] = {
    "folders and keys": folders,
    "running parts": supervisor,
    "database": database,
    "tables": tables,
    "policies": policies,
    "exchange": exchange,
    "web": web,
    "jobs": jobs,
    "sources": sources,
    "demo nation": demo,
}
