"""A native row becomes a record, or goes back with everything that is wrong with it (DESIGN §5, step 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from suar.core.errors import Fault, Params, Read, Remark
from suar.core.standard.cross import child_at, odd_together
from suar.core.standard.fields import RecordKind, Standard
from suar.core.standard.mapping import FieldMapping, KindMapping
from suar.core.standard.native import Native, Reader
from suar.core.standard.record import Record, Value

#: Faults that say "a code we do not know": a field of the standard may take the record all the same.
UNKNOWN_CODES = frozenset({"code.unknown", "country.unknown"})


def read_record(native: Native, kind: KindMapping, standard: Standard) -> Read[Record]:
    """Check one native row against the standard: a Record with remarks, or every Fault at once. Raises nothing,
    whatever the row.

    Faults carry the standard's field and, in `params["native"]`, the field of the source; no fault repeats a value of
    the row. Besides those of the field readers: record.shape (no row at all), record.no_id, record.no_version,
    field.required, id.long. Native fields that the mapping does not know are no matter of one record: `survey` names
    them once for a batch.
    """
    if not isinstance(native, Mapping):
        return Read.fault("record.shape")
    faults, remarks = list[Fault](), list[Remark]()
    values = dict[str, Value]()
    withdrawn = kind.withdrawn(native)
    doubtful = set[str]()
    for field in kind.fields:
        read: Read[Any] = field.read(native)
        if read.value is not None:
            values[field.name] = read.value
        elif field.required and not read.faults and not withdrawn:
            faults.append(Fault(code="field.required", field=field.name, params={"native": field.native}))
        if read.remarks:
            remarks += [_remark(r.code, field, r.params) for r in read.remarks]
        for fault in read.faults:
            if _keeps(field, fault):
                remarks.append(_remark(fault.code, field, fault.params))
                doubtful.add(field.name)
            else:
                faults.append(Fault(code=fault.code, field=field.name, params={**fault.params, "native": field.native}))
    ids = {name: _identity(name, reader, native, faults) for name, reader in kind.identities}
    if faults:
        return Read(faults=tuple(faults))
    at = ids.get("at", "")
    return Read(
        Record(
            kind=kind.kind.name,
            source=kind.source,
            record_id=ids["record_id"],
            subject_id=ids.get("subject_id", ""),
            message_id=_message_id(kind, ids),
            version=ids.get("version", ""),
            at=at,
            values=values,
            remarks=(*remarks, *odd_together(values, at)),
            protection=kind.protection(native) or _protected(kind.kind, values, doubtful, at),
            withdrawn=withdrawn,
        )
    )


def _keeps(field: FieldMapping, fault: Fault) -> bool:
    """Whether a record is taken in spite of a fault in this field, which the record then goes without."""
    if fault.code in UNKNOWN_CODES:
        return field.unknown_code == "remark"
    return field.bad == "leave_out" and not field.required


def _remark(code: str, field: FieldMapping, params: Params) -> Remark:
    return Remark(code=code, field=field.name, params={**params, "native": field.native})


#: What a row may not leave out once the mapping says where it stands.
_NEEDED = {
    "record_id": "record.no_id",
    "message_id": "record.no_id",
    "version": "record.no_version",
    "at": "record.no_time",
}


def _identity(name: str, reader: Reader, native: Native, faults: list[Fault]) -> str:
    read: Read[Any] = reader(native)
    faults += [Fault(code=fault.code, field=name, params=fault.params) for fault in read.faults]
    if read.value is None and not read.faults and name in _NEEDED:
        faults.append(Fault(code=_NEEDED[name], field=name))
    return read.value or ""


def _message_id(kind: KindMapping, ids: Mapping[str, str]) -> str:
    """One native message may state records of several kinds, so the kind is part of it."""
    if "message_id" in ids:
        return f"{kind.kind.name}/{ids['message_id']}"
    return f"{kind.kind.name}/{ids['record_id']}@{ids.get('version', '')}"


def _protected(kind: RecordKind, values: Mapping[str, Value], doubtful: Iterable[str], at: str) -> bool:
    """UU 21/2007 Ps 44, as the standard's kind says. A value that could not be read counts as one that protects."""
    if kind.protection != "conditional":
        return kind.protection == "always"
    for name, codes in kind.protected_when.codes.items():
        value = values.get(name)
        said = value if isinstance(value, list) else [value]
        if name in doubtful or any(code in codes for code in said):
            return True
    return kind.protected_when.under_18 and child_at(values, at)
