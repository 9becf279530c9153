"""Read kept batches. Each batch is one job; a job that died is taken up again, and changes nothing the second time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Fault
from suar.core.standard.fields import Standard
from suar.core.standard.mapping import KindMapping, SourceMapping
from suar.core.standard.reading import UNKNOWN_CODES, read_record
from suar.core.standard.record import stamped
from suar.core.standard.survey import Finding, survey
from suar.intake.actions.accept import Counts, ReadBatch, take
from suar.intake.actions.findings import close_findings, open_finding
from suar.intake.actions.listed import note_standing, set_aside
from suar.intake.actions.quarantine import being_rebuilt, beside_others
from suar.intake.actions.rows import ident_of
from suar.intake.connectors.sending import Unreadable, natives
from suar.intake.jobs.rhythm import too_fast
from suar.intake.queries.batches import Batch, batch, parts_of
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import quarantined
from suar.vault.queries import DEFAULT, PROTECTION, derived_id, token

SAID_ONCE = UNKNOWN_CODES | {"record.unexpected"}
FEW, MANY = (
    2,
    10,
)  # one slip is a slip; the same field spoilt twice and never right, or often and more often than right, is a pattern


@dataclass(slots=True)
class Reading:
    """A batch read, before anything is written: what belongs in the hub, what behind the wall, and what looks wrong."""

    ordinary: ReadBatch = field(default_factory=ReadBatch)
    protected: ReadBatch = field(default_factory=ReadBatch)
    findings: list[Finding] = field(default_factory=list)
    stop: str = ""  # the code of what makes the batch stop itself
    rows: int = 0

    def sides(self) -> tuple[ReadBatch, ReadBatch]:
        return self.ordinary, self.protected


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


def reading_of(kept: Batch, mapping: SourceMapping, standard: Standard, wall: str) -> Reading:
    reading = Reading()
    parts, meta = parts_of(kept, wall=wall)
    options = mapping.reach["streams"][kept.stream].get("options", {})
    try:
        rows = natives(kept.media, options, kept.stream, meta, parts)
    except Unreadable as error:
        reading.stop = error.code
        return reading
    reading.rows = len(rows)
    unexpected: list[int] = []
    of_kind: dict[str, tuple[KindMapping, list[tuple[int, Mapping[str, Any]]]]] = {}
    for place, (table, row) in enumerate(rows):
        kinds = mapping.kinds_of(table, row)
        if not kinds:
            unexpected.append(place)
            side = reading.protected if wall == PROTECTION else reading.ordinary
            side.faulty.append((place, table, fingerprint(row), (Fault(code="record.unexpected"),)))
        for kind in kinds:
            of_kind.setdefault(kind.native, (kind, []))[1].append((place, row))
    if unexpected:
        found = Finding(
            code="record.unexpected", native="", count=len(unexpected), rows=len(rows), positions=tuple(unexpected[:5])
        )
        reading.findings.append(found)
    for kind, placed in of_kind.values():
        reading.findings += survey([native for _, native in placed], kind)
        for place, native in placed:
            read_one(reading, place, native, kind, standard, kept, wall)
    look_over(reading, mapping, released=kept.released)
    return reading


def fingerprint(native: Mapping[str, Any]) -> str:
    """By which a row is known that no record could be made of: its own content, without what the connector put beside it."""
    said = {name: value for name, value in native.items() if not name.startswith("$")}
    return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


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
                (place, kind.kind.name, fingerprint(native), (Fault(code="record.protected_stream"),))
            )
            return
        side.taken.append((place, record, not read.get().version))
    else:
        side = reading.protected if wall == PROTECTION else reading.ordinary
        side.faulty.append((place, kind.kind.name, fingerprint(native), read.faults))
        named = next(reader(native).value for name, reader in kind.identities if name == "record_id")
        if (
            named
        ):  # on which side of the wall he is known cannot be told of a row with faults: it has vanished from neither
            for known in {id(side): side, id(reading.ordinary): reading.ordinary}.values():
                known.named.append((kind.kind.name, str(named)))
        else:
            side.nameless += 1


def look_over(reading: Reading, mapping: SourceMapping, *, released: bool) -> None:
    """The run stops itself before it does harm (UNICEF HOPE's guard): a missing column, or too large a share returned.

    Few rows are no reason to stop, yet when most of them go back, or most values of a field, the cause is one and not many: a finding says
    so, and what is returned then is asked for again until it is mended, since nobody will send it twice by hand. Of a batch that a person
    looked at and `released` the good rows are taken.
    """
    if any(finding.stops for finding in reading.findings):
        reading.stop = "guard.columns"
        return
    faulty = sum(len(side.faulty) for side in reading.sides())
    total = faulty + sum(len(side.taken) for side in reading.sides())
    guard = mapping.guard
    if not released and total >= guard.from_records and faulty * 1000 > total * guard.returned_permille:
        reading.stop = "guard.returned"
    elif (unsaid := sum(unexplained(faults) for side in reading.sides() for *_, faults in side.faulty)) * 2 > total:
        reading.findings.append(Finding(code="guard.rows", native="", count=unsaid, rows=total))
    reading.findings += mostly_bad(reading)


def unexplained(faults: Iterable[Fault]) -> bool:
    """Whether a row goes back for more than what a finding of its own says of the whole batch."""
    return any(fault.code not in SAID_ONCE for fault in faults)


def mostly_bad(reading: Reading) -> list[Finding]:
    """Fields of which more values could not be read than could: a spreadsheet's numbers, dates in another form. Where only a few were
    written, some of them rightly, chance alone may turn the balance, and nothing is said.
    """
    bad, good = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for side in reading.sides():
        for _, kind, _, faults in side.faulty:
            bad.update({(kind, fault.field) for fault in faults if fault.field and fault.code not in UNKNOWN_CODES})
        for _, record, _ in side.taken:
            good.update((record.kind, field) for field in record.values)
            left_out = {r.field for r in record.remarks if r.field not in record.values and r.code not in UNKNOWN_CODES}
            bad.update((record.kind, field) for field in left_out if field)
    return [
        Finding(code="guard.field", native=kind, field=field, count=count, rows=count + good[kind, field])
        for (kind, field), count in sorted(bad.items())
        if count >= (MANY if good[kind, field] else FEW) and count > good[kind, field]
    ]


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
