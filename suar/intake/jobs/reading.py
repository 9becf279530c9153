"""Read the rows of a kept batch: what can be taken of them, what goes back with which faults, and what of the whole batch looks wrong.

Nothing is written here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from suar.core.errors import Fault
from suar.core.standard.fields import Standard
from suar.core.standard.mapping import KindMapping, SourceMapping
from suar.core.standard.reading import UNKNOWN_CODES, read_record
from suar.core.standard.record import stamped
from suar.core.standard.survey import Finding, survey
from suar.intake.actions.accept import ReadBatch
from suar.intake.connectors.sending import Unreadable, natives
from suar.intake.queries.batches import Batch, parts_of
from suar.vault.queries import PROTECTION

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
