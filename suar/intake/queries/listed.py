"""Signed lists as they were kept: which came, what their owner said of them, which records stand in them, and their rows again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.standard.mapping import SourceMapping
from suar.core.standard.reading import read_record
from suar.core.standard.record import Record
from suar.intake.actions.rows import content_of, ident_of, subject_of
from suar.intake.connectors.sending import Cut, natives
from suar.intake.queries.batches import around_of, batch, parts_of
from suar.intake.queries.mappings import sources
from suar.vault.queries import DEFAULT

READ = frozenset({"read", "placed", "projected"})


def signed_streams(mapping: SourceMapping) -> list[str]:
    """The streams of a source that are signed lists with a second channel."""
    streams: Mapping[str, Mapping[str, Any]] = mapping.reach.get("streams", {})
    return [name for name, words in streams.items() if words.get("connector") == "signed_list"]


def kinds_in(mapping: SourceMapping, stream: str) -> list[str]:
    """The record kinds of the standard that the rows of a stream state."""
    return sorted({kind.kind.name for name, kind in mapping.kinds.items() if name.split(":")[0] == stream})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One list as it was kept: in which batches, and what was found and said of it."""

    run: UUID
    source: str
    stream: str
    agency: str
    batches: tuple[UUID, ...]
    received_at: datetime
    stated_on: date
    rows: int
    root: str
    doubt: str
    states: frozenset[str]  # of its batches

    @property
    def open(self) -> bool:
        """Whether part of it is still to be read."""
        return "kept" in self.states


LISTS = """
SELECT run, min(source), min(stream), min(agency), array_agg(id ORDER BY id), min(received_at), min(doubt), array_agg(DISTINCT state)
FROM intake_batch WHERE {which} AND doubt IS NOT NULL AND state <> 'quarantined' GROUP BY run ORDER BY run
"""


def lists(source: str, stream: str, *, after: UUID | None) -> list[Listed]:
    """The lists of a stream that came in runs after this one, oldest first."""
    return listed("source = %s AND stream = %s AND run > %s", [source, stream, after or UUID(int=0)])


def list_of(run: UUID) -> Listed:
    """The list that came in this run."""
    (found,) = listed("run = %s", [run])
    return found


def listed(which: str, params: list[Any]) -> list[Listed]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(LISTS.format(which=which), params)
        rows = cursor.fetchall()
    found = []
    for run, source, stream, agency, batches, received_at, doubt, states in rows:
        said = around_of(batches[0])["meta"]
        found.append(
            Listed(
                run=run, source=source, stream=stream, agency=agency, batches=tuple(batches), received_at=received_at,
                stated_on=day_of(said, received_at), rows=int(said.get("rows") or 0), root=str(said.get("root", "")), doubt=doubt,
                states=frozenset(states),
            )
        )  # fmt: skip
    return found


def day_of(said: Mapping[str, str], received_at: datetime) -> date:
    return date.fromisoformat(said["$file_date"]) if said.get("$file_date") else received_at.date()


def on_its_way(source: str, stream: str) -> bool:
    """Whether something of this stream was kept and is not yet in the registers."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM intake_batch WHERE state IN ('kept', 'read', 'placed') AND source = %s AND stream = %s LIMIT 1",
            [source, stream],
        )
        return cursor.fetchone() is not None


NEWEST = """
SELECT b.sha256, b.doubt, array_agg(DISTINCT b.state) FROM intake_batch b
WHERE b.run = (SELECT run FROM intake_batch WHERE source = %s AND stream = %s AND doubt IS NOT NULL ORDER BY run DESC LIMIT 1)
AND b.doubt IS NOT NULL GROUP BY b.sha256, b.doubt
"""


def read_already(source: str, stream: str, sha256: bytes, doubt: str | None) -> bool:
    """Whether the newest list of a stream is this very one, read to its end, with nothing in it that waits to be mended."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(NEWEST, [source, stream])
        newest = [(bytes(digest), held, frozenset(states)) for digest, held, states in cursor.fetchall()]
        cursor.execute(
            "SELECT held_since IS NULL FROM intake_source WHERE source = %s AND stream = %s", [source, stream]
        )
        well = cursor.fetchone()
    same = [(digest, held) for digest, held, _ in newest] == [(sha256, doubt)]
    return same and all(states <= READ for *_, states in newest) and bool(well and well[0])


STANDING = """
SELECT kind, ident FROM intake_current WHERE source = %s AND kind = ANY(%s) AND NOT withdrawn AND run =
(SELECT run FROM intake_batch WHERE source = %s AND stream = %s AND doubt = '' ORDER BY run DESC LIMIT 1)
"""
ASKED = """
SELECT count(*) FROM unnest(%b::text[], %b::bytea[]) AS row (kind, ident)
WHERE EXISTS (SELECT 1 FROM intake_current c WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a list does beside the newest one that was proven, in records."""

    added: int  # named here, and known to nobody
    dropped: int  # stood there, and is not named here
    known: int  # stand there


def change_by(mapping: SourceMapping, stream: str, parts: Cut, media: str, meta: Mapping[str, str]) -> Change | None:
    """What a list adds and drops; None where no list of this stream was ever proven."""
    named = sorted(set(idents(mapping, stream, parts, media, meta)))
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM intake_batch WHERE source = %s AND stream = %s AND doubt = '' LIMIT 1",
            [mapping.source, stream],
        )
        if cursor.fetchone() is None:
            return None
        cursor.execute(STANDING, [mapping.source, kinds_in(mapping, stream), mapping.source, stream])
        standing = {(kind, bytes(ident)) for kind, ident in cursor.fetchall()}
        cursor.execute(ASKED, [[kind for kind, _ in named], [ident for _, ident in named], mapping.source])
        added = len(named) - int(cursor.fetchone()[0])
    return Change(added=added, dropped=len(standing - set(named)), known=len(standing))


def idents(
    mapping: SourceMapping, stream: str, parts: Cut, media: str, meta: Mapping[str, str]
) -> Iterable[tuple[str, bytes]]:
    options = mapping.reach["streams"][stream].get("options", {})
    for table, row in natives(media, options, stream, meta, parts):
        for kind in mapping.kinds_of(table, row):
            named = next(reader(row).value for name, reader in kind.identities if name == "record_id")
            if named:
                yield kind.kind.name, ident_of(mapping.source, kind.kind.name, str(named))


def standing_in(source: str, kinds: Sequence[str], run: UUID) -> set[UUID]:
    """The current records that stand, word for word, in the proven list of this run: the newest proven one of its stream."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT record FROM intake_current WHERE source = %s AND kind = ANY(%s) AND run = %s AND NOT withdrawn",
            [source, list(kinds), run],
        )
        return {row[0] for row in cursor.fetchall()}


def contents_of(records: Sequence[UUID]) -> dict[UUID, tuple[bytes, bool]]:
    """What each record states, as a token that is equal for two statements that say the same; and whether its list was doubtful."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.content, coalesce(b.doubt, '') <> '' FROM intake_record r JOIN intake_batch b ON b.id = r.batch"
            " WHERE r.id = ANY(%b)",
            [list(records)],
        )
        return {id_: (bytes(content), doubtful) for id_, content, doubtful in cursor.fetchall()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """One row of a list read again: what it states, or the faults for which it was returned."""

    kind: str
    record_id: str
    version: str
    subject: UUID | None
    content: bytes
    values: Mapping[str, Any]
    faults: tuple[str, ...] = ()


def rows_of(listed: Listed, at: datetime) -> list[ListedRow]:
    """The rows of a list as received, read against the standard. Runs inside the hub's own act; nothing is written."""
    known = sources(at)
    mapping = known[listed.source]
    options = mapping.reach["streams"][listed.stream].get("options", {})
    found = []
    for id_ in listed.batches:
        kept = batch(id_)
        assert kept
        parts, meta = parts_of(kept)
        for table, native in natives(kept.media, options, kept.stream, meta, parts):
            for kind in mapping.kinds_of(table, native):
                read = read_record(native, kind, known.standard)
                if read.ok:
                    found.append(row_of(named(read.get())))
                else:
                    id_read = next(reader(native).value for name, reader in kind.identities if name == "record_id")
                    codes = tuple(sorted({fault.code for fault in read.faults}))
                    found.append(
                        ListedRow(
                            kind=kind.kind.name, record_id=str(id_read or ""), version="", subject=None, content=b"", values={}, faults=codes
                        )
                    )  # fmt: skip
    return found


def named(record: Record) -> Record:
    """A record of a human of whom its source has no id is a subject of its own."""
    return record if record.subject_id else replace(record, subject_id=f"{record.kind}/{record.record_id}")


def row_of(record: Record) -> ListedRow:
    return ListedRow(
        kind=record.kind,
        record_id=record.record_id,
        version=record.version,
        subject=subject_of(record),
        content=content_of(record),
        values=record.values,
    )


def refused_list(source: str, stream: str) -> tuple[date, datetime] | None:
    """The day of a list whose signature does not verify, and when that was last seen, while it stays so."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT params->>'file', seen_at FROM intake_finding WHERE source = %s AND stream = %s AND code = 'list.signature'"
            " AND closed_at IS NULL",
            [source, stream],
        )
        row = cursor.fetchone()
    return (date.fromisoformat(str(row[0]).removesuffix(".csv")), row[1]) if row else None
