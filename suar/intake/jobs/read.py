"""Read kept batches. Each batch is one job; a job that died is taken up again, and changes nothing the second time."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.standard.mapping import SourceMapping
from suar.core.standard.survey import Finding
from suar.intake.actions.accept import Counts, ReadBatch, take
from suar.intake.actions.findings import close_findings, open_finding
from suar.intake.actions.listed import note_standing, set_aside
from suar.intake.actions.quarantine import being_rebuilt, beside_others
from suar.intake.actions.rows import ident_of
from suar.intake.jobs.reading import Reading, reading_of
from suar.intake.jobs.rhythm import too_fast
from suar.intake.queries.batches import Batch, batch
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import quarantined
from suar.vault.queries import DEFAULT, derived_id, token


def read_batch(batch_id: UUID, *, act: Act, wall: str = DEFAULT) -> Counts | None:
    """Read one kept batch; None where it is read already, has stopped itself and waits, or came from a quarantined source."""
    with transaction.atomic(using=wall):
        as_hub(wall=wall)
        kept = batch(batch_id, wall=wall)
        if kept is None or kept.state != "kept" or stays_unread(kept, act, wall):
            return None
        known = sources(act.at)
        mapping = known[kept.source]
        reading = reading_of(kept, mapping, known.standard, wall)
    with transaction.atomic(using=DEFAULT):
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        beside_others(kept.source)
        if stays_unread(kept, act, wall):  # it was stopped while this was being read
            return None
        if wall == DEFAULT:
            return write(kept, reading, mapping, act)
        counts = write_ordinary(kept, reading, mapping, act)
    with transaction.atomic(using=wall):
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        protected = write_protected(kept, reading, mapping, act, wall)
    return None if protected is None else added(counts, protected)


def stays_unread(kept: Batch, act: Act, wall: str) -> bool:
    """Whether its source, or the key that signed it, is in quarantine: then its bytes are kept, and it is put aside. While the derived
    state is rebuilt without that source, what came before waits its turn.
    """
    if quarantined(kept.source, kept.key, kept.received_at) is None:
        return being_rebuilt(kept.source)
    with transaction.atomic(using=wall):
        with connections[wall].cursor() as cursor:
            cursor.execute("UPDATE intake_batch SET state = 'quarantined' WHERE id = %s AND state = 'kept'", [kept.id])
            put_aside = cursor.rowcount
        if put_aside:
            append("batch.quarantined", act, about=[kept.id], wall=wall, source=kept.source)
    return True


def write(kept: Batch, reading: Reading, mapping: SourceMapping, act: Act, wall: str = DEFAULT) -> Counts | None:
    locked = batch(kept.id, wall=wall, lock=True)
    if locked is None or locked.state != "kept":
        return None
    pace(reading, reading.ordinary, locked, mapping, wall)
    note_findings(kept, reading, act, wall)
    if reading.stop:
        stop(kept, reading, act, wall)
        return None
    if kept.doubt:
        set_aside(reading.ordinary, kept)
    counts = take(reading.ordinary, kept, act=act, wall=wall)
    if mapping.feed == "snapshot":
        touch(kept, reading.ordinary, wall)
    if kept.doubt == "":
        note_standing(reading.ordinary, kept)
    return counts


def pace(reading: Reading, side: ReadBatch, kept: Batch, mapping: SourceMapping, wall: str) -> None:
    """Is this many times what the source usually says?"""
    if reading.stop:
        return
    reading.stop, found = too_fast(kept, side, mapping.guard, wall=wall)
    reading.findings += [found] if found else []


def hub_run(run: UUID) -> UUID:
    """The run in the hub that goes with one behind the wall."""
    return derived_id("hub run", str(run))


def write_ordinary(kept: Batch, reading: Reading, mapping: SourceMapping, act: Act) -> Counts:
    """What a stream behind the wall carries for the hub: a batch of its own there, without pieces, written once."""
    if reading.stop or not (
        reading.ordinary.taken or reading.ordinary.faulty
    ):  # not even that something came is told outside
        if mapping.feed == "snapshot" and reading.ordinary.named and not reading.stop:
            touch(replace(kept, run=hub_run(kept.run)), reading.ordinary, DEFAULT)
        return Counts()
    hub, run = derived_id("hub batch", str(kept.id)), hub_run(kept.run)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_run (id, source, stream, started_at, ended_at, state) VALUES (%s, %s, %s, %s, %s, 'ended')"
            " ON CONFLICT DO NOTHING",
            [run, kept.source, kept.stream, kept.received_at, act.at],
        )
        cursor.execute(
            "INSERT INTO intake_batch (id, run, source, agency, stream, media, received_at, sha256, size, head, cursor_after)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, '', '') ON CONFLICT DO NOTHING",
            [
                hub,
                run,
                kept.source,
                kept.agency,
                kept.stream,
                kept.media,
                kept.received_at,
                token("hub batch", str(kept.id)),
            ],
        )
    made = batch(hub, lock=True)
    assert made
    if made.state != "kept":
        return Counts()
    counts = take(reading.ordinary, made, act=act)
    if mapping.feed == "snapshot":
        touch(made, reading.ordinary, DEFAULT)
    return counts


def write_protected(kept: Batch, reading: Reading, mapping: SourceMapping, act: Act, wall: str) -> Counts | None:
    locked = batch(kept.id, wall=wall, lock=True)
    if locked is None or locked.state != "kept":
        return None
    pace(reading, reading.protected, locked, mapping, wall)
    note_findings(kept, reading, act, wall)
    if reading.stop:
        stop(kept, reading, act, wall)
        return None
    counts = take(reading.protected, kept, act=act, wall=wall)
    if mapping.feed == "snapshot":
        touch(kept, reading.protected, wall)
    return counts


def added(one: Counts, other: Counts) -> Counts:
    names = Counts.__dataclass_fields__
    return Counts(**{name: getattr(one, name) + getattr(other, name) for name in names})


def note_findings(kept: Batch, reading: Reading, act: Act, wall: str) -> None:
    """One finding for each thing that is wrong: that a batch stopped for a column is said by the column's own finding."""
    for found in reading.findings:
        open_finding(
            kept.source,
            kept.stream,
            found.code,
            act=act,
            kind=found.native,
            field=found.field,
            params=said(found),
            batch=kept.id,
            wall=wall,
        )
    if reading.stop and not any(finding.stops or finding.code == reading.stop for finding in reading.findings):
        open_finding(kept.source, kept.stream, reading.stop, act=act, batch=kept.id, wall=wall)
    if not reading.stop and not in_a_run(kept, wall):
        close_findings(kept.source, kept.stream, since=act.at, rows=reading.rows, act=act, wall=wall)


def in_a_run(kept: Batch, wall: str) -> bool:
    """Whether more batches of the same pull are still to be read: then the run as a whole says what is mended, not one page of it."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT state = 'running' FROM intake_run WHERE id = %s", [kept.run])
        return bool(cursor.fetchone()[0])


def said(found: Finding) -> dict[str, str | int | bool | None]:
    """What the finding's sentence needs: how many rows, which codes, which column probably."""
    return {
        **found.params,
        "native": found.native,
        "count": found.count,
        "rows": found.rows,
        "samples": ", ".join(found.samples),
    }


def stop(kept: Batch, reading: Reading, act: Act, wall: str) -> None:
    """Keep the bytes, apply nothing, say why."""
    with connections[wall].cursor() as cursor:
        cursor.execute("UPDATE intake_batch SET state = 'stopped' WHERE id = %s", [kept.id])
    append("batch.stopped", act, about=[kept.id], wall=wall, source=kept.source, code=reading.stop)


def touch(kept: Batch, read: ReadBatch, wall: str) -> None:
    """In a snapshot a row that is there again, unchanged or with faults, is not vanished: note in which run it was last seen."""
    seen = [(record.kind, record.record_id) for _, record, _ in read.taken] + read.named
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_current SET run = %s WHERE kind = ANY(%b) AND ident = ANY(%b) AND source = %s",
            [
                kept.run,
                sorted({kind for kind, _ in seen}),
                [ident_of(kept.source, kind, record, wall=wall) for kind, record in seen],
                kept.source,
            ],
        )
