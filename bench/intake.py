"""`suar bench intake`: records a second from bytes received to placed, projected, audited and in the outbox, beside raw COPY.

As in a running Suar: one program keeps and reads what comes, a worker of its own places and projects. Each run has a
fresh database; raw COPY of the very rows of records follows in the same run, into a table without an index.
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import psutil

from bench.hub import FOLDER, Hub
from bench.nation import Stream, streams
from bench.targets import Target, last_line, status, table
from suar.site.running.home import ROOT, CannotRun
from suar.site.running.ready import for_bulk

WANTED = 2_000  # records a second on two cores: issue 2
CORES = 2
STUCK_SECONDS = 120.0
COPIES = 3
COUNTED = ("sent", "accepted", "remarked", "returned", "unchanged")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what went through, and how long each part took."""

    counts: dict[str, int]
    kept_and_read_s: float
    all_s: float
    processor_s: float  # of all programs together: what a busy machine does not blur
    copied_per_s: float
    rows: int
    batches: int

    @property
    def per_s(self) -> float:
        return self.counts["sent"] / self.all_s

    @property
    def balances(self) -> bool:
        return self.counts["sent"] == sum(self.counts[name] for name in COUNTED[1:])


def bench(hub: Hub, *, people: int, runs: int, seed: int) -> int:
    for_bulk()
    told = streams(people, seed)
    size = sum(len(one.body) for stream in told for one in stream.sendings)
    print(f"{people:,} people, {len(told)} streams, {size / 2**20:.1f} MiB of bytes", flush=True)
    done = []
    for number in range(1, runs + 1):
        done.append(one_run(hub, told))
        print(f"run {number}: {done[-1].per_s:,.0f} records/s", flush=True)
    print(table(rows_of(done)))
    rate = statistics.median(run.per_s for run in done)
    share = statistics.median(run.per_s / run.copied_per_s for run in done)
    idle = statistics.median(run.counts["sent"] / run.processor_s for run in done) * CORES
    print(f"median {rate:,.0f} records/s, {share * 1000:.1f} ‰ of raw COPY of the same rows")
    print(f"by processor time {idle:,.0f} records/s, were two cores all its own and never waiting")
    targets = [
        Target(claim="records per second, whole pipeline, median", want=WANTED, got=rate),
        Target(
            claim="runs in which sent = accepted + with remarks + returned + unchanged",
            want=runs,
            got=sum(r.balances for r in done),
        ),
    ]
    print(last_line(people, targets))
    return status(targets)


def rows_of(done: list[Run]) -> list[list[str]]:
    head = [
        "run",
        "sent",
        "batches",
        "read s",
        "all s",
        "processor s",
        "records/s",
        "rows kept",
        "raw COPY rows/s",
        "share ‰",
    ]
    rows = [
        [
            str(number),
            f"{run.counts['sent']:,}",
            f"{run.batches:,}",
            f"{run.kept_and_read_s:.1f}",
            f"{run.all_s:.1f}",
            f"{run.processor_s:.1f}",
            f"{run.per_s:,.0f}",
            f"{run.rows:,}",
            f"{run.copied_per_s:,.0f}",
            f"{run.per_s / run.copied_per_s * 1000:.1f}",
        ]
        for number, run in enumerate(done, start=1)
    ]
    return [head, *rows]


def one_run(hub: Hub, told: list[Stream]) -> Run:
    with hub.copy("bench_intake"):
        worker = start_worker(hub)
        try:
            warm, told = parted(told)
            keep_and_read(warm)
            wait_until_through(worker)
            before = counts()
            used, started = processor_seconds(hub, worker), time.perf_counter()
            keep_and_read(told)
            read = time.perf_counter()
            wait_until_through(worker)
            ended, used = time.perf_counter(), processor_seconds(hub, worker) - used
        finally:
            worker.terminate()
            worker.wait(30)
        rate, rows = raw_copy()
        went = {name: number - before[name] for name, number in counts().items()}
        return Run(went, read - started, ended - started, used, rate, rows, batches())


def parted(told: list[Stream]) -> tuple[list[Stream], list[Stream]]:
    """The first sending of every source, which warms both programs and is not timed, and the rest."""
    seen: set[str] = set()
    warm, rest = [], []
    for stream in told:
        first = 0 if stream.source in seen else 1
        seen.add(stream.source)
        warm.append(replace(stream, sendings=stream.sendings[:first]))
        rest.append(replace(stream, sendings=stream.sendings[first:]))
    return warm, rest


def processor_seconds(hub: Hub, worker: subprocess.Popen[bytes]) -> float:
    """What this program, the worker and the database server have used so far, ended connections included."""
    server = psutil.Process(hub.cluster.running())
    own = [psutil.Process().cpu_times(), psutil.Process(worker.pid).cpu_times(), server.cpu_times()]
    spent = sum(times.user + times.system for times in own) + own[-1].children_user + own[-1].children_system
    for backend in server.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            spent += sum(backend.cpu_times()[:2])
    return float(spent)


def batches() -> int:
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_batch")
        return int(cursor.fetchone()[0])


def start_worker(hub: Hub) -> subprocess.Popen[bytes]:
    """Suar's own worker on this database, ready before the clock starts."""
    from django.db import connections

    told = os.environ | hub.environment("bench_intake")
    with (FOLDER / "worker.log").open("wb") as log:
        words = [sys.executable, "-m", "suar", "worker", "--no-pulling"]
        worker = subprocess.Popen(words, cwd=ROOT, env=told, stdout=log, stderr=log)
    started = time.monotonic()
    while worker.poll() is None and time.monotonic() - started < STUCK_SECONDS:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_workers")
            if cursor.fetchone()[0]:
                return worker
        time.sleep(0.1)
    worker.kill()
    raise CannotRun(f"The worker does not start; see {FOLDER / 'worker.log'}.")


def keep_and_read(told: list[Stream]) -> None:
    """What a pull does with each sending once its bytes are there: two sources side by side, the longest first; behind the wall records are
    placed here as well.
    """
    from suar.intake.jobs.pull import SIDE_BY_SIDE

    of: dict[str, list[Stream]] = {}
    for stream in told:
        of.setdefault(stream.source, []).append(stream)
    longest_first = sorted(of.values(), key=lambda streams: -sum(len(one.body) for s in streams for one in s.sendings))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pullers:
        list(pullers.map(keep_and_read_source, longest_first))


def keep_and_read_source(told: list[Stream]) -> None:
    from django.db import connections

    from suar.intake.actions.keep import keep, open_run
    from suar.intake.jobs.read import read_batch
    from suar.persons.jobs import place_batch
    from suar.site.auth import system_act
    from suar.vault.queries import DEFAULT

    try:
        for stream in told:
            if not stream.sendings:
                continue
            run = open_run(stream.source, stream.sendings[0].stream, act=system_act("bench"), wall=stream.wall)
            for sending in stream.sendings:
                act = system_act("bench")
                kept = keep(
                    sending,
                    source=stream.source,
                    agency=stream.agency,
                    run=run,
                    act=act,
                    wall=stream.wall,
                    announce=False,
                )
                for batch in kept.batches:
                    read_batch(batch, act=act, wall=stream.wall)
                    # Behind the wall the worker's sweep comes back for what somebody else kept from being placed; here nobody would.
                    while stream.wall != DEFAULT and place_batch(batch, act=act, wall=stream.wall) is None:
                        time.sleep(0.01)
    finally:
        connections.close_all()


def wait_until_through(worker: subprocess.Popen[bytes]) -> None:
    """Until every batch is projected, or behind the wall placed. Raises CannotRun when nothing moves any more."""
    seen, moved = open_batches(), time.monotonic()
    while seen:
        time.sleep(0.02)
        if (now := open_batches()) != seen:
            seen, moved = now, time.monotonic()
        if worker.poll() is not None or time.monotonic() - moved > STUCK_SECONDS:
            raise CannotRun(f"{seen} batches wait and nothing moves; see {FOLDER / 'worker.log'}.")


def open_batches() -> int:
    from django.db import connections

    waiting = 0
    for wall, states in (("default", ["kept", "read", "placed"]), ("protection", ["kept", "read"])):
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM intake_batch WHERE state = ANY(%s)", [states])
            waiting += int(cursor.fetchone()[0])
    return waiting


def counts() -> dict[str, int]:
    """Over both sides of the wall. A stopped batch has no counts, and is said."""
    from django.db import connections

    found = dict.fromkeys(COUNTED, 0)
    for wall in ("default", "protection"):
        with connections[wall].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(f'coalesce(sum({name}), 0)' for name in COUNTED)} FROM intake_batch")
            found = {name: found[name] + int(n) for name, n in zip(COUNTED, cursor.fetchone(), strict=True)}
            cursor.execute("SELECT source, stream, count(*) FROM intake_batch WHERE state = 'stopped' GROUP BY 1, 2")
            for source, stream, number in cursor.fetchall():
                print(f"  {source} {stream}: {number} batches stopped themselves", flush=True)
    return found


def raw_copy() -> tuple[float, int]:
    """Rows a second of COPY of the same record rows, all columns, no index, full durability; the median of a few."""
    from django.db import connections

    connection = connections["owner"]
    rates, rows = [], 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        kept = io.BytesIO()
        raw: Any = cursor.cursor
        with raw.copy("COPY (SELECT * FROM intake_record) TO STDOUT (FORMAT binary)") as out:
            for part in out:
                kept.write(part)
        for _ in range(COPIES):
            cursor.execute("DROP TABLE IF EXISTS raw_copy; CREATE TABLE raw_copy (LIKE intake_record)")
            started = time.perf_counter()
            with raw.copy("COPY raw_copy FROM STDIN (FORMAT binary)") as into:
                into.write(kept.getbuffer())
            rows = int(raw.rowcount)
            rates.append(rows / (time.perf_counter() - started))
    return statistics.median(rates), rows
