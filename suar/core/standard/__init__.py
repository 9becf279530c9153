"""The one data standard: what each record means, how sources say it, and what is returned to them.

At start, from parsed YAML of policy/: `codes = read_codes(tables, regions)`, `standard = read_standard(tables,
codes)`, then for each source `mapping = read_mapping(table, standard, codes)`. For each batch of one native table:
`mapping.kinds_of(table, row)` says which kinds a row states, `survey(rows, kind)` looks at the batch,
`read_record(row, kind, standard)` makes the record or every fault.
"""

from suar.core.standard.codes import CodeList, Codes, read_codes
from suar.core.standard.fields import RecordKind, Standard, StandardField, read_standard
from suar.core.standard.mapping import Coverage, FieldMapping, Guard, KindMapping, SourceMapping, read_mapping
from suar.core.standard.native import Native
from suar.core.standard.reading import read_record
from suar.core.standard.record import Record, Value, stamped
from suar.core.standard.reference import reference_pages
from suar.core.standard.schemas import json_schemas
from suar.core.standard.survey import Finding, survey
from suar.core.standard.tables import BadTable

__all__ = [
    "BadTable",
    "CodeList",
    "Codes",
    "Coverage",
    "FieldMapping",
    "Finding",
    "Guard",
    "KindMapping",
    "Native",
    "Record",
    "RecordKind",
    "SourceMapping",
    "Standard",
    "StandardField",
    "Value",
    "json_schemas",
    "read_codes",
    "read_mapping",
    "read_record",
    "read_standard",
    "reference_pages",
    "stamped",
    "survey",
]
