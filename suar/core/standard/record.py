"""One record: what a source stated, checked against the standard, or every fault that keeps it from being one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from suar.core.errors import Remark
from suar.core.values import value

#: What a field of a record may hold. No floats, no nulls: an absent value is an absent key.
Value = str | int | bool | list[str]


@value(kw_only=True)
class Record:
    """One checked statement of a source.

    `record_id` is the source's own id of the thing (an application, a crossing), `subject_id` its own id of the
    human, "" where the record is about none. `message_id` is unique within the source and says "this very statement":
    seen again it changes nothing, seen again with other content it is quarantined. `version` orders the statements of
    one record by the source's own word and sorts as text; "" means that the source has none: then `stamped` gives it
    file date and content hash. `at` is when the source says that it happened, an instant in UTC
    ("2026-11-21T03:04:05+00:00"), or "". `values` holds the standard's fields, canonical: codes of the standard, ISO
    dates and countries, E.164, digits. `protection`: belongs behind the wall (UU 21/2007 Ps 44). `withdrawn`: the
    source takes the record back; `values` may be empty.
    """

    kind: str
    source: str
    record_id: str
    subject_id: str
    message_id: str
    version: str
    at: str
    values: Mapping[str, Value]
    remarks: tuple[Remark, ...] = ()
    protection: bool = False
    withdrawn: bool = False


def stamped(record: Record, version: str) -> Record:
    """The record with a version given by intake, for a source that states none (DESIGN §5: file date and content
    hash).
    """
    if record.version:
        return record
    return replace(record, version=version, message_id=f"{record.message_id}{version}")
