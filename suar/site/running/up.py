"""`suar up`: from a bare folder to a log-in page with the demo nation behind it, and on until Ctrl-C.

This program stays small and starts the others; what needs Django runs in steps of its own (`prepare`, `pull`). The
sandbox goes first, because making a nation takes longest. After a power loss the same command brings everything up
again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import psycopg

from suar.site.running import databases, nats, parts, ports
from suar.site.running.home import CannotRun, Home, read_json, write_json
from suar.site.running.postgres import APP, OWNER, PROTECTION, Cluster
from suar.site.running.prepare import LOG_INS
from suar.site.running.processes import (
    AlreadyRuns,
    Process,
    StopAsked,
    Supervisor,
    command,
    end_group,
    leftovers,
    obey_signals,
    only_supervisor,
    sweep,
)

T = TypeVar("T")
WEB_SECONDS = 60.0
NATION_SECONDS = 600.0
BIND = "127.0.0.1"


def up(home: Home) -> int:
    """Run until told to stop. Exit status 0 after a stop that was asked for, 1 when something stands in the way."""
    home.make()
    try:
        with only_supervisor(home):
            return run(home)
    except AlreadyRuns as why:
        address = home.run().get("address")
        print(
            f"{why} ./run down ends it.\n{address or 'It is still starting; its address comes where it was started.'}"
        )
        return 0


def run(home: Home) -> int:
    obey_signals()
    cluster = cluster_of(home)
    swept = sweep(leftovers(home))
    if swept:
        print(f"  {swept} programs of a Suar that was cut off were ended.")
    supervisor = Supervisor(home, say=lambda words: print(f"  {words}", flush=True))
    try:
        start_everything(home, cluster, supervisor)
        while True:
            supervisor.watch()
            time.sleep(0.2)
    except StopAsked:
        print("\nSuar stops …", flush=True)
        return 0
    except CannotRun as why:
        print(f"\nSuar cannot start. {why}", file=sys.stderr, flush=True)
        return 1
    finally:
        supervisor.stop()
        sweep(leftovers(home))
        home.tell(address="")


def start_everything(home: Home, cluster: Cluster, supervisor: Supervisor) -> None:
    started = time.monotonic()
    print(f"Suar starts in {home.folder.parent}", flush=True)
    make_keys(home)
    demo = os.environ.get("SUAR_DEMO", "1") == "1"
    home.tell(demo=demo)
    if demo:
        supervisor.start(parts.sandbox(home))
    found = ports.find(home.run().get("ports", {}))
    address = f"http://localhost:{found['web']}/"
    home.tell(
        ports=found, address="", origin=address.rstrip("/")
    )  # whoever waits for `address` waits until all is there
    start_servers(home, cluster, supervisor, found)
    open_the_door(home, supervisor, found["web"])
    if demo:
        timed("the agencies' systems", lambda: supervisor.wait_for("sandbox", seconds=NATION_SECONDS))
        tell_sources(home)
    first_pull(home, supervisor)
    if demo:
        step(supervisor, "entries of the training nation", ["-m", "suar.site.running.nominations", address.rstrip("/")])
    home.tell(address=address)
    if demo:
        tell_counters(home)
        tell_simfoni(home)
    tell_log_ins(home)
    print(f"Ready after {time.monotonic() - started:.0f} s. Ctrl-C or ./run down ends it.\n{address}", flush=True)


def start_servers(home: Home, cluster: Cluster, supervisor: Supervisor, found: dict[str, int]) -> None:
    """Database, exchange and tables, while the interface is built beside them."""
    assets = build_assets(home)
    try:
        tell_databases(home, cluster, supervisor)
        tell_exchange(home, found["nats"], supervisor)
        step(supervisor, "tables, policies, officers", ["-m", "suar.site.running.prepare"])
        wait_for_assets(home, assets, supervisor)
    finally:
        end_group(assets)


def open_the_door(home: Home, supervisor: Supervisor, port: int) -> None:
    supervisor.start(parts.web(home, os.environ.get("SUAR_BIND", BIND), port))
    supervisor.start(parts.worker(home, pulling=bool(home.run().get("loaded"))))
    supervisor.start(parts.answer(home))
    if home.run().get("loaded"):
        supervisor.start(parts.relay(home))
    timed("web", lambda: supervisor.wait_for("web", seconds=WEB_SECONDS))


def first_pull(home: Home, supervisor: Supervisor) -> None:
    """Once, before anybody is let in, with progress on the terminal; from then on the worker pulls.

    A source that cannot be pulled now is no reason not to start: the next `up` goes on with it, health shows it.
    """
    if home.run().get("loaded"):
        return
    # The relay waits until the history is in: on two cores it would take a third of the time from those who make it.
    words = [sys.executable, "-m", "suar", "pull", "--wait"]
    if timed("the first pull", lambda: supervisor.run_step(words)) == 0:
        home.tell(loaded=True)
    else:
        print("  Not everything could be pulled; what is missing stands above. Suar goes on trying.", flush=True)
    supervisor.end("worker")
    supervisor.start(parts.worker(home))
    supervisor.start(parts.relay(home))


def make_keys(home: Home) -> None:
    from suar.vault.keyring import make_rings

    make_rings(home.keys)


def cluster_of(home: Home) -> Cluster:
    return Cluster(home.folder / "postgres", home.keys / "postgres.json", home.logs / "postgres.log")


def tell_databases(home: Home, cluster: Cluster, supervisor: Supervisor) -> None:
    """Start our own PostgreSQL, or reach the one that DATABASE_URL names; write down the three doors to it."""
    if outside := os.environ.get("DATABASE_URL"):
        doors = {
            "app": outside,
            "owner": os.environ.get("DATABASE_OWNER_URL") or outside,
            "protection": os.environ.get("DATABASE_PROTECTION_URL") or outside,
        }
        timed("database (outside)", lambda: grant_outside(doors))
    else:
        timed("database", lambda: supervisor.start(parts.database(cluster)))
        databases.create_database(cluster)
        roles = {"app": APP, "owner": OWNER, "protection": PROTECTION}
        doors = {door: cluster.url(role) for door, role in roles.items()}
    home.tell(database=doors)


def grant_outside(doors: dict[str, str]) -> None:
    roles = {door: unquote(urlsplit(url).username or "") for door, url in doors.items()}
    try:
        databases.grant(doors["owner"], app=roles["app"], protection=roles["protection"])
    except psycopg.Error as why:
        raise CannotRun(f"The database that DATABASE_URL names cannot be used: {why}") from why
    if len(set(roles.values())) < len(roles):
        print("  One role does the work of three: the walls inside the database are down. See docs/howto/run.md.")


def tell_exchange(home: Home, port: int, supervisor: Supervisor) -> None:
    if outside := os.environ.get("NATS_URL"):
        home.tell(nats=outside)
        return
    broker = nats.Broker(home=home, port=port, agencies=nats.agencies())
    supervisor.start(parts.exchange(broker))
    timed("exchange", lambda: supervisor.wait_for("nats", seconds=20))
    home.tell(nats=broker.url())
    if home.sandbox.is_dir():  # the sandbox's agencies receive as real ones would, each through its own door
        write_json(home.sandbox / "exchange.json", read_json(broker.folder / "agencies.json"))


def build_assets(home: Home) -> Process:
    words = [sys.executable, "-c", "from suar.site.assets import build; build()"]
    return command(home, words, log=home.logs / "assets.log")


def wait_for_assets(home: Home, assets: Process, supervisor: Supervisor) -> None:
    while assets.poll() is None:
        supervisor.watch()
        time.sleep(0.1)
    if assets.returncode:
        log = (home.logs / "assets.log").read_text(errors="replace")
        raise CannotRun(f"The interface could not be built:\n{log[-2000:]}")


def step(supervisor: Supervisor, name: str, words: list[str]) -> None:
    status = timed(name, lambda: supervisor.run_step([sys.executable, *words]))
    if status:
        raise CannotRun(f"The step '{name}' failed (status {status}); what it said stands above.")


def timed(name: str, do: Callable[[], T]) -> T:
    started = time.monotonic()
    made = do()
    print(f"  {name:<28}{time.monotonic() - started:6.1f} s", flush=True)
    return made


def tell_log_ins(home: Home) -> None:
    """Who may log in to the demo: made by the demo itself, read from where it wrote them down."""
    path = home.folder / LOG_INS
    if path.exists():
        print(path.read_text().rstrip(), flush=True)


def tell_counters(home: Home) -> None:
    """Where Immigration's own counters ask: from now on, as Suar was opened at these checkpoints (`declared/openings.yaml`)."""
    told = {
        "base": home.run()["origin"],
        "client": "imigrasi-sistem",
        "key": str(home.keys / "agencies" / "imigrasi.pem"),
        "desks": {"U01": "TPI-CGK-A2", "L01": "TPI-BTC-B3"},
    }
    write_json(home.sandbox / "simkim" / "hub.json", told)


def tell_simfoni(home: Home) -> None:
    """Where Simfoni PPA takes its cases over from."""
    told = {
        "base": home.run()["origin"],
        "client": "kemenpppa-sistem",
        "key": str(home.keys / "agencies" / "kemenpppa.pem"),
    }
    write_json(home.sandbox / "simfoni" / "hub.json", told)


def tell_sources(home: Home) -> None:
    """Where the agencies' systems are: `sources.json`, here copied from the sandbox, in earnest written by hand."""
    write_json(home.folder / "sources.json", read_json(home.sandbox / "addresses.json"))
