"""What an officer types in a form, read by the readers of the standard: the same words are right or wrong as in any record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suar.core.errors import Fault, Read
from suar.core.standard.codes import Codes
from suar.core.standard.compile import FieldSpec, compile_field
from suar.core.standard.fields import RecordKind
from suar.core.standard.record import Value


def read_typed(typed: Mapping[str, Any], kind: RecordKind, codes: Codes, zone: str) -> Read[dict[str, Value]]:
    """The values of one kind, or every fault at once, each with its field. A field that the kind has not is a fault of its own, and a
    bad value is never left out: whoever typed it is still there.

    Faults: field.unknown, field.required, and those of the readers. Raises nothing.
    """
    faults = [Fault(code="field.unknown", field=name) for name in typed if name not in kind.fields]
    values: dict[str, Value] = {}
    for name, field in kind.fields.items():
        spec = FieldSpec.model_validate({"from": name})
        read: Read[Any] = compile_field(field, spec, codes, zone, ())(typed)
        faults += [Fault(code=fault.code, field=name, params=fault.params) for fault in read.faults]
        if read.value is not None and not read.faults:
            values[name] = read.value
        elif field.row.required and not read.faults:
            faults.append(Fault(code="field.required", field=name))
    return Read(faults=tuple(faults)) if faults else Read(values)
