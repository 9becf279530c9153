"""Pull sources: fetch, keep, read, and remember how far the feed was good. Placing goes on beside it, in the worker."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connections, transaction

from suar.core.act import Act
from suar.core.standard.mapping import SourceMapping
from suar.intake.actions.accept import Counts
from suar.intake.actions.findings import close_findings, close_guards, open_finding
from suar.intake.actions.keep import keep, open_run
from suar.intake.actions.withdraw import TooManyGone, withdraw_vanished
from suar.intake.connectors import lists, rest, sftp
from suar.intake.connectors.http import PATIENCE_S, Client, Unreachable, member
from suar.intake.connectors.sending import Sending, Unreadable
from suar.intake.jobs.listed import is_known, looked_at
from suar.intake.jobs.read import hub_run, read_batch
from suar.intake.queries.addresses import addresses as addresses
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import kept_already, quarantined
from suar.vault.queries import DEFAULT, PROTECTION

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
PULLING = 7_306_100  # advisory locks, one a source: two pulls of one source never run at once
SIDE_BY_SIDE = 2
#: Faults of a whole server: when one of its streams met them, the others are not tried one after another.
GONE = frozenset({"source.timeout", "source.unreachable", "source.failing", "source.clock"})
#: What a run is called whose sendings are kept and not read.
QUARANTINED = "source.quarantined"
#: These return no record, so nothing waits for their mending.
HOLDS_NOTHING = ("column.new", "guard.volume")


class Progress(Protocol):
    """Told after each batch: `counts` so far in this run of `stream`."""

    def __call__(self, source: str, stream: str, counts: Counts, *, ended: bool, fault: str) -> None: ...


def quiet(source: str, stream: str, counts: Counts, *, ended: bool, fault: str) -> None:
    pass


def pull_all(
    *,
    clock: Callable[[], datetime],
    act: Act,
    progress: Progress = quiet,
    only: list[str] | None = None,
    stop: Callable[[], bool] = bool,
) -> dict[str, Counts]:
    """Pull every source that can be pulled, two side by side: while one waits for its agency or for the disk, the other one is read.

    The longest feeds go first. A source that fails is noted and the next one goes on.
    """
    known, where = sources(act.at), addresses()
    chosen = [name for name in only or known.names if can_be_pulled(known[name]) and name in where]
    chosen.sort(key=lambda name: not known[name].reach.get("first", False))

    def one(name: str) -> Counts:
        if stop():
            return Counts()
        begun = replace(act, at=clock(), correlation=uuid4())
        try:
            return pull_source(known[name], where[name], act=begun, progress=progress, stop=stop, clock=clock)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="pull") as pullers:
        return dict(zip(chosen, pullers.map(one, chosen), strict=True))


def can_be_pulled(mapping: SourceMapping) -> bool:
    return mapping.reach.get("connector") not in {"answers", None}


def pull_due(*, act: Act, stop: Callable[[], bool], clock: Callable[[], datetime]) -> None:
    """Pull the sources whose rhythm says that something new is expected."""
    known = sources(act.at)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT source, min(tried_at) FROM intake_source GROUP BY source")
        tried = dict(cursor.fetchall())
    due = [
        name
        for name in known.names
        if tried.get(name) is None
        or act.at - tried[name] >= timedelta(seconds=int(known[name].reach.get("every_s", 60)))
    ]
    if due:
        pull_all(clock=clock, act=act, only=due, stop=stop)


def pull_source(
    mapping: SourceMapping,
    address: Mapping[str, Any],
    *,
    act: Act,
    clock: Callable[[], datetime],
    progress: Progress = quiet,
    stop: Callable[[], bool] = bool,
) -> Counts:
    """Pull every stream of one source from where it was last good. Never raises for what the source does wrong.

    Does nothing while another process pulls the same source: of two runs over a snapshot each would miss what the other one saw.
    """
    total = Counts()
    patience = float(mapping.reach.get("timeout_s", PATIENCE_S))
    client = Client(address, mapping.reach.get("auth", {}), timeout_s=patience, clock=clock)
    with closing(client), only_puller(mapping.source) as ours:
        for stream, words in mapping.reach["streams"].items():
            if words.get("push_only") or stop() or not ours:
                continue
            counts = pull_stream(mapping, client, stream, words, act=act, clock=clock, progress=progress, stop=stop)
            for name in Counts.__dataclass_fields__:
                setattr(total, name, getattr(total, name) + getattr(counts, name))
        if ours and not client.gone:
            ask_coverage(mapping, client, act)
    return total


@contextmanager
def only_puller(source: str) -> Iterator[bool]:
    """Whether we are the one who pulls this source now. The lock goes with the connection, however its program ends."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [PULLING, source])
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        if ours:
            with connections[DEFAULT].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [PULLING, source])


def pull_stream(
    mapping: SourceMapping,
    client: Client,
    stream: str,
    words: Mapping[str, Any],
    *,
    act: Act,
    clock: Callable[[], datetime],
    progress: Progress,
    stop: Callable[[], bool],
) -> Counts:
    wall = PROTECTION if words.get("wall") == PROTECTION else DEFAULT
    run = open_run(mapping.source, stream, act=act, wall=wall)
    counts, fault, whole, held = Counts(), "", False, False
    cursor = safe_cursor(mapping.source, stream)
    doubt, listed = "", words.get("connector") == "signed_list"
    try:
        for fetched in ahead(fetch(mapping, client, stream, words, cursor)):
            sending = looked_at(mapping, fetched, run, act=replace(act, at=clock())) if listed else fetched
            doubt = sending.doubt or ""
            if listed and is_known(mapping.source, sending):
                continue
            if unread(mapping, sending, clock(), wall):
                fault = QUARANTINED
                advance(mapping.source, stream, sending.cursor_after, safe=True, act=act)
                continue
            kept = keep(
                sending,
                source=mapping.source,
                agency=mapping.agency,
                run=run,
                act=replace(act, at=clock()),
                wall=wall,
                announce=False,
            )
            for batch in kept.batches:
                read = read_batch(batch, act=replace(act, at=clock()), wall=wall)
                if read is None:
                    fault = QUARANTINED if quarantined(mapping.source, "", clock()) else "guard.stopped"
                    break
                for name in Counts.__dataclass_fields__:
                    setattr(counts, name, getattr(counts, name) + getattr(read, name))
                waiting = read.returned or read.again or read.doubtful
                waits_for_the_next_list = bool(doubt)
                held = held or bool(
                    waiting and not waits_for_the_next_list and has_findings(mapping.source, stream, act.at, wall)
                )
            if fault and fault != QUARANTINED:
                break
            advance(mapping.source, stream, sending.cursor_after, safe=not held, act=act)
            whole = sending.last
            progress(mapping.source, stream, counts, ended=False, fault="")
            if stop():
                break
    except Unreachable as error:
        fault = error.code
        client.gone = fault if fault in GONE else ""
    except Unreadable as error:
        fault = error.code
        with transaction.atomic(using=wall):
            open_finding(mapping.source, stream, error.code, act=act, params=error.params, wall=wall)
    fault = fault or doubt
    if whole and not fault and not counts.nameless and words.get("feed", mapping.feed) == "snapshot":
        fault = vanish(mapping, stream, words, run, act=replace(act, at=clock()), wall=wall)
    if not fault:
        with transaction.atomic(using=wall):
            close_findings(
                mapping.source, stream, since=act.at, rows=counts.sent, act=replace(act, at=clock()), wall=wall
            )
    end_run(mapping.source, stream, run, fault, whole, at=clock(), wall=wall)
    progress(mapping.source, stream, counts, ended=True, fault=fault)
    return counts


def unread(mapping: SourceMapping, sending: Sending, at: datetime, wall: str) -> bool:
    """Whether just this sending of a quarantined source lies here already: a whole list that comes every few minutes is kept once."""
    if quarantined(mapping.source, "", at) is None:
        return False
    return kept_already(mapping.source, sending.stream, sha256(sending.body).digest(), wall=wall)


def ahead(sendings: Generator[Sending]) -> Iterator[Sending]:
    """The same sendings; each is fetched while the one before it is read."""
    with closing(sendings), ThreadPoolExecutor(1, thread_name_prefix="fetch") as fetcher:
        coming = fetcher.submit(next, sendings, None)
        while (sending := coming.result()) is not None:
            coming = fetcher.submit(next, sendings, None)
            yield sending


def fetch(
    mapping: SourceMapping, client: Client, stream: str, words: Mapping[str, Any], cursor: str
) -> Generator[Sending]:
    if client.gone:
        raise Unreachable(client.gone)
    words = {"timeout_s": mapping.reach.get("timeout_s", PATIENCE_S), **words}
    match words.get("connector", mapping.reach["connector"]):
        case "rest" | "push":
            yield from rest.pull(client, stream, words, cursor, ZoneInfo(ZONES.get(mapping.zone, mapping.zone)))
        case "sftp":
            yield from sftp.pull(client.address, stream, words, cursor)
        case "signed_list":
            yield from lists.pull(client, stream, words, cursor)
        case other:
            raise Unreachable("source.connector", connector=str(other))


def safe_cursor(source: str, stream: str) -> str:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT cursor_safe FROM intake_source WHERE source = %s AND stream = %s", [source, stream])
        row = cursor.fetchone()
    return row[0] if row else ""


@transaction.atomic
def advance(source: str, stream: str, after: str, *, safe: bool, act: Act) -> None:
    """Remember how far the feed went, and, where nothing waits to be mended, that all up to there is good."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_source (source, stream, cursor_safe, cursor_tip, held_since) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (source, stream) DO UPDATE SET cursor_tip = excluded.cursor_tip,"
            " cursor_safe = CASE WHEN %s THEN excluded.cursor_safe ELSE intake_source.cursor_safe END,"
            " held_since = CASE WHEN %s THEN NULL ELSE COALESCE(intake_source.held_since, excluded.held_since) END",
            [source, stream, after if safe else "", after, None if safe else act.at, safe, safe],
        )


def has_findings(source: str, stream: str, since: datetime, wall: str) -> bool:
    """Whether this run, begun at `since`, has met something that waits to be mended."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM intake_finding WHERE source = %s AND stream = %s AND closed_at IS NULL AND seen_at >= %s"
            " AND code <> ALL(%s) LIMIT 1",
            [source, stream, since, list(HOLDS_NOTHING)],
        )
        return cursor.fetchone() is not None


def vanish(mapping: SourceMapping, stream: str, words: Mapping[str, Any], run: UUID, *, act: Act, wall: str) -> str:
    """What a whole snapshot no longer names is withdrawn, unless that is so much that the snapshot itself looks wrong."""
    if words.get("vanished", mapping.vanished) != "withdrawn":
        return ""
    kinds = sorted(
        {kind.kind.name for name, kind in mapping.kinds.items() if name.split(":")[0] in words.get("tables", [stream])}
    )
    try:
        withdraw_vanished(mapping, stream, kinds, run, act=act, wall=wall)
        if wall != DEFAULT:
            withdraw_vanished(mapping, stream, kinds, hub_run(run), act=act)
    except TooManyGone as error:
        with transaction.atomic(using=wall):
            open_finding(mapping.source, stream, error.code, act=act, params=error.params, wall=wall)
        return error.code
    with transaction.atomic(using=wall):
        close_guards(mapping.source, stream, act=act, wall=wall)
    return ""


def end_run(source: str, stream: str, run: UUID, fault: str, whole: bool, *, at: datetime, wall: str) -> None:
    state = "ended" if not fault else "stopped" if fault.startswith("guard") else "failed"
    with transaction.atomic(using=wall), connections[wall].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_run SET ended_at = %s, state = %s, fault = %s, complete = %s WHERE id = %s",
            [at, state, fault, whole, run],
        )
        cursor.execute(
            "SELECT max(received_at) FROM intake_batch WHERE source = %s AND stream = %s AND accepted + remarked > 0",
            [source, stream],
        )
        newest = cursor.fetchone()[0] if wall == DEFAULT else None
    with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_source (source, stream, tried_at, ok_at, failing_since, fault, newest_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source, stream) DO UPDATE SET tried_at = excluded.tried_at,"
            " ok_at = COALESCE(excluded.ok_at, intake_source.ok_at), fault = excluded.fault,"
            " newest_at = COALESCE(excluded.newest_at, intake_source.newest_at),"
            " failing_since = CASE WHEN excluded.fault = '' THEN NULL"
            " ELSE COALESCE(intake_source.failing_since, excluded.failing_since) END",
            [source, stream, at, None if fault else at, at if fault else None, fault, newest],
        )


def ask_coverage(mapping: SourceMapping, client: Client, act: Act) -> None:
    """Ask a source which kabupaten/kota are connected to it; what it does not answer now stands as last heard."""
    told = mapping.reach.get("coverage")
    if not told:
        return
    try:
        listed = member(client.get(told["path"]).content, told["list"]) or []
    except (Unreachable, Unreadable):
        return
    connected = {
        str(row[told["region"]]).replace(".", "")[:4]: str(row.get(told.get("state", ""), told.get("yes", "")))
        == str(told.get("yes", ""))
        for row in listed
        if isinstance(row, dict)
    }
    with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
        cursor.execute("DELETE FROM intake_connected WHERE source = %s", [mapping.source])
        cursor.execute(
            "INSERT INTO intake_connected (source, region, connected, asked_at)"
            " SELECT %s, region, connected, %s FROM unnest(%b::text[], %b::bool[]) AS row (region, connected)",
            [mapping.source, act.at, list(connected), list(connected.values())],
        )
