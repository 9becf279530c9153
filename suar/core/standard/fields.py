"""The one data standard: record kinds and their fields, read from policy/standard/*.yaml.

A file holds one record kind (or a group of fields that several kinds share, such as `person_claims`)::

    kind: passport_application
    dated: 2026-11-21
    name: {id: Permohonan paspor, en: Passport application}
    meaning: {id: …, en: …}
    owner: imigrasi                    # agency whose word counts on it
    law: [Permenkumham 8/2014 jo 18/2022]
    human: true                        # a record of this kind is about one human, and has a subject
    protection: never                  # never | always (behind the wall whatever it says) | conditional
    protected_when: {codes: {trafficking_status: [possible_victim, actual_victim]}, under_18: true}
    include: [person_claims]           # groups whose fields come first
    omit: [father_name]                # fields of those groups that make no sense here
    fields:
      purpose:
        type: code                     # TYPES below
        codes: travel_purposes         # for code and codes: the list
        meaning: {id: …, en: …}
        sensitivity: personal          # SENSITIVITY below
        required: false                # missing = a fault when true
        unknown_code: remark           # return | remark: what an unlisted code does to the record
        bad: return                    # return | leave_out: what an unreadable value does; left out, it becomes a
        remark owner, law                     # only where they differ from the kind's htcds: prs_Birthdate
        # counterpart in HTCDS 2.0 ctdc: [yearOfRegistration]     # counterparts in CTDC 2024 extends: htcds
        # ours, because HTCDS lacks it max: 400                       # longest text accepted
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from suar.core.standard.codes import Codes
from suar.core.standard.tables import BadTable, Dated, Paths, Said, Table, read_table

FieldType = Literal[
    "text", "long_text", "name", "email", "letter_no", "lp_no", "nik", "kk", "passport_no", "phone", "sex",
    "date", "partial_date", "instant", "integer", "money", "flag", "code", "codes", "country", "countries", "region",
    "texts",
]  # fmt: skip
Sensitivity = Literal["public", "internal", "personal", "specific", "protection"]

#: What each class means for whoever reads a value. UU 27/2022 Ps 4 for personal and specific data, UU 21/2007 Ps 44
#: for protection.
SENSITIVITY: Mapping[str, str] = {
    "public": "may be published",
    "internal": "about an organisation or a procedure, no human",
    "personal": "general personal data, UU 27/2022 Ps 4(3)",
    "specific": "specific personal data, UU 27/2022 Ps 4(2): health, biometrics, crime, children, personal finance",
    "protection": "identity or circumstances of a victim or witness, UU 21/2007 Ps 44: only inside the protection wall",
}


class FieldRow(Table):
    """One field as a policy file writes it; the docstring of the module says what each word means."""

    type: FieldType
    codes: str = ""
    meaning: Said
    sensitivity: Sensitivity
    required: bool = False
    unknown_code: Literal["return", "remark"] = "remark"
    bad: Literal["return", "leave_out"] = "return"
    owner: str = ""
    law: Paths = ()
    htcds: Paths = ()
    ctdc: Paths = ()
    extends: str = ""
    max: int | None = None
    unit: Literal["", "days", "months", "years", "people", "households", "units_of_currency"] = ""
    note: str = ""


class Protected(Table):
    """When a record goes behind the wall: a field says one of these codes, or the human was below 18 at the time."""

    codes: dict[str, Paths] = Field(default_factory=dict)
    under_18: bool = False


class KindFile(Table):
    kind: str
    group: bool = False
    dated: Dated
    name: Said
    meaning: Said
    owner: str
    law: Paths = ()
    human: bool = True
    protection: Literal["never", "always", "conditional"] = "never"
    protected_when: Protected = Protected()
    include: Paths = ()
    omit: Paths = ()
    fields: dict[str, FieldRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardField:
    """One field of a kind, as in force: its row, its name, and whose word counts on it."""

    name: str
    row: FieldRow
    owner: str
    law: tuple[str, ...]
    group: str  # the group it came from, "" when the kind's own

    @property
    def type(self) -> FieldType:
        return self.row.type


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """One kind of record: what it states, about whom, and its fields in the order of the page."""

    name: str
    dated: str
    said: Said
    meaning: Said
    owner: str
    law: tuple[str, ...]
    human: bool
    protection: Literal["never", "always", "conditional"]
    protected_when: Protected
    fields: Mapping[str, StandardField]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The data standard in force: every record kind, and the code lists its fields use."""

    kinds: Mapping[str, RecordKind]
    codes: Codes

    def __getitem__(self, kind: str) -> RecordKind:
        return self.kinds[kind]


def read_standard(tables: Mapping[str, Mapping[str, Any]], codes: Codes) -> Standard:
    """Read parsed policy/standard/*.yaml (file name → content) against the code lists. Raises BadTable with every
    mistake.
    """
    files = [read_table(KindFile, table, f"standard/{name}") for name, table in sorted(tables.items())]
    groups = {file.kind: file for file in files if file.group}
    problems = [problem for file in files for problem in _problems(file, groups, codes)]
    if problems:
        raise BadTable("standard", problems)
    return Standard(kinds={file.kind: _kind(file, groups) for file in files if not file.group}, codes=codes)


def _kind(file: KindFile, groups: Mapping[str, KindFile]) -> RecordKind:
    fields: dict[str, StandardField] = {}
    for source in (*(groups[name] for name in file.include), file):
        for name, row in source.fields.items():
            if source is file or name not in file.omit:
                fields[name] = StandardField(
                    name=name,
                    row=row,
                    owner=row.owner or source.owner,
                    law=row.law or file.law,
                    group=source.kind if source.group else "",
                )
    return RecordKind(
        name=file.kind,
        dated=file.dated,
        said=file.name,
        meaning=file.meaning,
        owner=file.owner,
        law=file.law,
        human=file.human,
        protection=file.protection,
        protected_when=file.protected_when,
        fields=fields,
    )


def _problems(file: KindFile, groups: Mapping[str, KindFile], codes: Codes) -> list[str]:
    problems = [f"{file.kind}: no group called {name}" for name in file.include if name not in groups]
    known = {name for group in file.include if group in groups for name in groups[group].fields}
    problems += [f"{file.kind}: omits {name}, which no group brings" for name in file.omit if name not in known]
    for name, row in file.fields.items():
        if (row.type in {"code", "codes"}) != bool(row.codes):
            problems.append(f"{file.kind}.{name}: a code list belongs to a code field, and to no other")
        elif row.codes and row.codes not in codes:
            problems.append(f"{file.kind}.{name}: no code list called {row.codes}")
    problems += [
        f"{file.kind}: protected_when names {name}, which is no field"
        for name in file.protected_when.codes
        if name not in file.fields and name not in known
    ]
    if file.protection == "conditional" and file.protected_when == Protected():
        problems.append(f"{file.kind}: conditional protection without a condition")
    return problems
