"""A manifest as it is sent: CSV text into rows of the desk's own fields, with everything that is wrong said at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from suar.core.canonical import canonical
from suar.core.errors import Fault, Read

TRAVELLER = ("full_name", "nik", "passport_no", "mrz", "birth_date", "birth_place", "sex", "phone")
JOURNEY = ("destination", "declared_purpose", "return_date")
COLUMNS = (*TRAVELLER, *JOURNEY)
NEEDED = ("full_name", "passport_no")

Row = Mapping[str, str]


def read_manifest(text: str, most: int) -> Read[tuple[Row, ...]]:
    """Rows of a CSV with a heading of the desk's field names. Faults: as `read_rows`, under `manifest`. Raises nothing."""
    return read_rows(text, columns=COLUMNS, needed=NEEDED, most=most, space="manifest")


def read_rows(
    text: str, *, columns: tuple[str, ...], needed: tuple[str, ...], most: int, space: str
) -> Read[tuple[Row, ...]]:
    """Rows of a CSV with a heading of these names, by comma or semicolon, with or without a byte order mark.

    Faults: <space>.columns with those unknown or missing, <space>.unreadable, <space>.empty, <space>.too_long. Raises nothing.
    """
    lines = text.removeprefix("\ufeff").replace("\x00", "").splitlines()
    head = lines[0] if lines else ""
    dialect = ";" if head.count(";") > head.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=dialect))
    except csv.Error:
        return Read.fault(f"{space}.unreadable")
    heading = [name.strip().lower() for name in table[0]] if table else []
    unknown = [name for name in heading if name not in columns]
    missing = [name for name in needed if name not in heading]
    if unknown or missing:
        return Read.fault(f"{space}.columns", unknown=", ".join(unknown)[:200], missing=", ".join(missing))
    rows = tuple(
        {name: cell.strip()[:400] for name, cell in zip(heading, line, strict=False)}
        for line in table[1:]
        if any(cell.strip() for cell in line)
    )
    return counted(rows, most, space)


def counted(rows: tuple[Row, ...], most: int, space: str = "manifest") -> Read[tuple[Row, ...]]:
    """The same rows, where there are neither none nor too many."""
    if not rows:
        return Read.fault(f"{space}.empty")
    if len(rows) > most:
        return Read.fault(f"{space}.too_long", rows=len(rows), most=most)
    return Read(rows)


def parts(row: Row) -> tuple[dict[str, str], dict[str, str]]:
    """A row as traveller and journey."""
    return {name: row.get(name, "") for name in TRAVELLER}, {name: row.get(name, "") for name in JOURNEY}


def fault_code(faults: tuple[Fault, ...]) -> str:
    """What is wrong with a row, as codes and parameters by field, for its one column; no value of the row is in it."""
    told = [{"field": fault.field, "code": fault.code, "params": dict(fault.params)} for fault in faults]
    return canonical(told).decode()
