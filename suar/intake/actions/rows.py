"""One record on its way into the tables, and the keyed tokens by which it is known there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from suar.core.act import Act
from suar.core.canonical import packed
from suar.core.standard.record import Record
from suar.vault.queries import DEFAULT, derived_id, new_id, token


@dataclass(slots=True)
class Row:
    """One record on its way into the tables."""

    place: int
    record: Record
    id: UUID
    message: bytes
    content: bytes
    ident: bytes
    subject: UUID | None
    stamped: bool
    left_out: frozenset[str]  # fields that stood there and could not be read: the record was taken without them
    state: str = ""
    left: UUID | None = None  # the subject that the record was about until now
    corrects: bool = False  # the same statement as we hold, with a field that was left out there


def row_of(place: int, record: Record, stamped: bool, act: Act, wall: str) -> Row:
    """The keyed tokens by which a record is known; the tables hold no identifier in plain."""
    return Row(
        place,
        record,
        new_id(act.at),
        message_of(record, wall=wall),
        content_of(record, wall=wall),
        ident_of(record.source, record.kind, record.record_id, wall=wall),
        subject_of(record, wall=wall),
        stamped,
        frozenset(remark.field for remark in record.remarks if remark.field and remark.field not in record.values),
    )


def message_of(record: Record, *, wall: str = DEFAULT) -> bytes:
    return token("message", f"{record.kind}\x1f{record.message_id}", wall=wall)


def content_of(record: Record, *, wall: str = DEFAULT) -> bytes:
    """Equal for two statements that say the same."""
    content = packed([record.values, record.at, record.withdrawn, record.subject_id])
    return token("content", content.decode(), wall=wall)


def ident_of(source: str, kind: str, record_id: str, *, wall: str = DEFAULT) -> bytes:
    return token("ident", f"{source}\x1f{kind}\x1f{record_id}", wall=wall)


def correction_of(message: bytes, *, wall: str = DEFAULT) -> bytes:
    """The message under which the correction of a statement is known."""
    return token("corrected", message.hex(), wall=wall)


def subject_of(record: Record, *, wall: str = DEFAULT) -> UUID | None:
    return derived_id(record.source, record.subject_id, wall=wall) if record.subject_id else None
