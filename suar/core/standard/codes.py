"""Code lists of the standard (policy/codes/*.yaml): what each code means, and how sources spell it.

A file holds one list::

    list: travel_purposes            # the name that fields of the standard refer to
    dated: 2026-11-21
    name: {id: Tujuan perjalanan, en: Purpose of travel}
    source: where the list comes from (law, standard, publication)
    open: false                      # true: a value outside the list is kept as it is, with a remark
    codes:
      work: {id: Bekerja, en: Work, aliases: [kerja, bekerja], htcds: …, ctdc: …, note: …}

Aliases are spellings that any source may use; a source's own codes stand in its mapping and win over aliases.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from suar.core.standard.tables import BadTable, Code, Dated, Said, Table, read_table


class CodeRow(Table):
    """One code: its words, the spellings that mean it, and its counterparts in other standards ("" where there is
    none).
    """

    id: str
    en: str
    aliases: tuple[Code, ...] = ()
    htcds: str = ""
    ctdc: str = ""
    note: str = ""
    iata: str = ""
    unlocode: str = ""
    kind: str = ""
    zone: str = ""
    isco: Code = ""
    value: int | None = None


class CodeFile(Table):
    list: str
    dated: Dated
    name: Said
    source: str
    open: bool = False
    codes: dict[Code, CodeRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """One list in force. `spellings` maps a folded spelling (see `fold`) to its code."""

    name: str
    dated: str
    said: Said
    source: str
    open: bool
    rows: Mapping[str, CodeRow]
    spellings: Mapping[str, str]

    def code_of(self, written: str) -> str | None:
        return self.spellings.get(fold(written))


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Every code list in force, and the kode wilayah (a container, since the list belongs to Kemendagri and changes
    yearly).
    """

    lists: Mapping[str, CodeList]
    regions: Container[str] = field(default_factory=frozenset)

    def __getitem__(self, name: str) -> CodeList:
        return self.lists[name]

    def __contains__(self, name: object) -> bool:
        return name in self.lists


def fold(written: str) -> str:
    """One spelling of a code: case, blanks and the separators . _ - / do not matter."""
    if written.isalnum():
        return written.casefold()
    return "".join(c for c in written.casefold() if c not in " ._-/\t\u00a0'’`")


def read_codes(tables: Mapping[str, Mapping[str, Any]], regions: Container[str] = frozenset()) -> Codes:
    """Read parsed policy/codes/*.yaml (file name → content). Raises BadTable when a spelling would mean two codes."""
    lists = {}
    for name, table in tables.items():
        file = read_table(CodeFile, table, f"codes/{name}")
        lists[file.list] = CodeList(
            name=file.list,
            dated=file.dated,
            said=file.name,
            source=file.source,
            open=file.open,
            rows=file.codes,
            spellings=_spellings(file),
        )
    return Codes(lists=lists, regions=regions)


def _spellings(file: CodeFile) -> dict[str, str]:
    """The code itself wins over words, words over nothing; two codes claiming one alias is a mistake."""
    spellings = {fold(code): code for code in file.codes}
    problems = []
    for code, row in file.codes.items():
        for alias in row.aliases:
            if spellings.setdefault(fold(alias), code) != code:
                problems.append(f"{alias!r} is claimed by {spellings[fold(alias)]} and {code}")
    if problems:
        raise BadTable(f"codes/{file.list}", problems)
    for code, row in file.codes.items():
        spellings.setdefault(fold(row.id), code)
        spellings.setdefault(fold(row.en), code)
    return spellings
