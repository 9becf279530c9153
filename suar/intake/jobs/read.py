"""Read kept batches. Each batch is one job; a job that died is taken up again, and changes nothing the second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Fault
from suar.core.standard.fields import Standard
from suar.core.standard.mapping import KindMapping, SourceMapping
from suar.core.standard.reading import read_record
from suar.core.standard.record import stamped
from suar.core.standard.survey import Finding, survey
from suar.intake.actions.accept import Counts, ReadBatch, take
from suar.intake.actions.findings import close_findings, open_finding
from suar.intake.connectors.sending import Unreadable, natives
from suar.intake.queries.batches import Batch, batch, parts_of
from suar.intake.queries.mappings import sources
from suar.vault.queries import DEFAULT, PROTECTION, derived_id, token


@dataclass(slots=True)
class Reading:
    """A batch read, before anything is written: what belongs in the hub, what behind the wall, and what looks wrong."""

    ordinary: ReadBatch = field(default_factory=ReadBatch)
    protected: ReadBatch = field(default_factory=ReadBatch)
    findings: list[Finding] = field(default_factory=list)
    stop: str = ""  # the code of what makes the batch stop itself


def read_batch(batch_id: UUID, *, act: Act, wall: str = DEFAULT) -> Counts | None:
    """Read one kept batch; None where it is read already, or has stopped itself and waits."""
    with transaction.atomic(using=wall):
        as_hub(wall=wall)
        kept = batch(batch_id, wall=wall)
        if kept is None or kept.state != "kept":
            return None
        known = sources(act.at)
        mapping = known[kept.source]
        reading = reading_of(kept, mapping, known.standard, wall)
    with transaction.atomic(using=DEFAULT):
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        if wall == DEFAULT:
            return write(kept, reading, mapping, act)
        counts = write_ordinary(kept, reading, act)
    with transaction.atomic(using=wall):
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        protected = write_protected(kept, reading, act, wall)
    return added(counts, protected)


def reading_of(kept: Batch, mapping: SourceMapping, standard: Standard, wall: str) -> Reading:
    reading = Reading()
    parts, meta = parts_of(kept, wall=wall)
    options = mapping.reach["streams"][kept.stream].get("options", {})
    try:
        rows = natives(kept.media, options, kept.stream, meta, parts)
    except Unreadable as error:
        reading.stop = error.code
        return reading
    of_kind: dict[str, tuple[KindMapping, list[tuple[int, Mapping[str, Any]]]]] = {}
    for place, (table, row) in enumerate(rows):
        kinds = mapping.kinds_of(table, row)
        if not kinds:
            reading.ordinary.faulty.append((place, table, f"{kept.id}.{place}", (Fault(code="record.unexpected"),)))
        for kind in kinds:
            of_kind.setdefault(kind.native, (kind, []))[1].append((place, row))
    for kind, placed in of_kind.values():
        reading.findings += survey([native for _, native in placed], kind)
        for place, native in placed:
            read_one(reading, place, native, kind, standard, kept, wall)
    reading.stop = looks_wrong(reading, mapping)
    return reading


def read_one(
    reading: Reading,
    place: int,
    native: Mapping[str, Any],
    kind: KindMapping,
    standard: Standard,
    kept: Batch,
    wall: str,
) -> None:
    read = read_record(native, kind, standard)
    if read.ok:
        record = stamped(read.get(), str(native.get("$file_date") or kept.received_at.isoformat()))
        if (
            kind.kind.human and not record.subject_id
        ):  # the source has no id of the human: each record is a subject of its own
            record = replace(record, subject_id=f"{record.kind}/{record.record_id}")
        side = reading.protected if record.protection and wall == PROTECTION else reading.ordinary
        if (
            record.protection and wall != PROTECTION
        ):  # a stream that was not declared to carry such records: never into the hub
            reading.ordinary.faulty.append(
                (place, kind.kind.name, record.message_id, (Fault(code="record.protected_stream"),))
            )
            return
        side.taken.append((place, record, not read.get().version))
    else:
        side = reading.protected if wall == PROTECTION else reading.ordinary
        side.faulty.append((place, kind.kind.name, f"{kept.id}.{place}", read.faults))


def looks_wrong(reading: Reading, mapping: SourceMapping) -> str:
    """The run stops itself before it does harm (UNICEF HOPE's guard): a missing column, or too large a share returned."""
    if any(finding.stops for finding in reading.findings):
        return "guard.columns"
    sides = (reading.ordinary, reading.protected)
    faulty, total = sum(len(s.faulty) for s in sides), sum(len(s.faulty) + len(s.taken) for s in sides)
    guard = mapping.guard
    if total >= guard.from_records and faulty * 1000 > total * guard.returned_permille:
        return "guard.returned"
    return ""


def write(kept: Batch, reading: Reading, mapping: SourceMapping, act: Act, wall: str = DEFAULT) -> Counts | None:
    locked = batch(kept.id, wall=wall, lock=True)
    if locked is None or locked.state != "kept":
        return None
    note_findings(kept, reading, act, wall)
    if reading.stop:
        stop(kept, reading, act, wall)
        return None
    counts = take(reading.ordinary, kept, act=act, wall=wall)
    if mapping.feed == "snapshot":
        touch(kept, reading.ordinary, wall)
    return counts


def write_ordinary(kept: Batch, reading: Reading, act: Act) -> Counts:
    """What a stream behind the wall carries for the hub: a batch of its own there, without pieces, written once."""
    if reading.stop:
        return Counts()
    hub = derived_id("hub batch", str(kept.id))
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_run (id, source, stream, started_at, ended_at, state) VALUES (%s, %s, %s, %s, %s, 'ended')"
            " ON CONFLICT DO NOTHING",
            [hub, kept.source, kept.stream, kept.received_at, act.at],
        )
        cursor.execute(
            "INSERT INTO intake_batch (id, run, source, agency, stream, media, received_at, sha256, size, head, cursor_after)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, '', '') ON CONFLICT DO NOTHING",
            [
                hub,
                hub,
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
    return take(reading.ordinary, made, act=act) if made.state == "kept" else Counts()


def write_protected(kept: Batch, reading: Reading, act: Act, wall: str) -> Counts:
    locked = batch(kept.id, wall=wall, lock=True)
    if locked is None or locked.state != "kept":
        return Counts()
    note_findings(kept, reading, act, wall)
    if reading.stop:
        stop(kept, reading, act, wall)
        return Counts()
    return take(reading.protected, kept, act=act, wall=wall)


def added(one: Counts, other: Counts) -> Counts:
    names = Counts.__dataclass_fields__
    return Counts(**{name: getattr(one, name) + getattr(other, name) for name in names})


def note_findings(kept: Batch, reading: Reading, act: Act, wall: str) -> None:
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
    if reading.stop:
        open_finding(kept.source, kept.stream, reading.stop, act=act, batch=kept.id, wall=wall)
    else:
        still = {(found.native, found.code, found.field) for found in reading.findings}
        close_findings(kept.source, kept.stream, still=still, act=act, wall=wall)


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
    """In a snapshot a row that is there again, even unchanged, is not vanished: note in which run it was last seen."""
    idents = [token("ident", f"{r.source}\x1f{r.kind}\x1f{r.record_id}", wall=wall) for _, r, _ in read.taken]
    kinds = [record.kind for _, record, _ in read.taken]
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_current c SET run = %s FROM unnest(%b::text[], %b::bytea[]) AS row (kind, ident)"
            " WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident",
            [kept.run, kinds, idents, kept.source],
        )
