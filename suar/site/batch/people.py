"""A file of persons, read in parts: whatever separator, encoding and spelling of the header, or one clear error."""

from __future__ import annotations

import _csv
import codecs
import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import BinaryIO

from suar.core.identity.columns import Columns
from suar.site.batch.values import COLUMNS, READERS, cleaned
from suar.site.running.home import CannotRun

SEPARATORS = ",;\t|"
#: A line longer than this is a file without line ends, or no table at all.
LONGEST_LINE = 1 << 20
#: The first bytes that decide encoding and header.
HEAD = 1 << 16
#: Columns of which many records state the same.
SHARED = frozenset(("birth_date", "birth_place", "sex", "region_code", "nationality"))
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written: found once, told to the user where it is not the usual."""

    encoding: str
    separator: str
    columns: Sequence[str]  # "" for one that we do not know


@dataclass(slots=True)
class Rows:
    """Cells of so many records, in the order of `columns`."""

    first: int
    ids: list[str]
    cells: list[list[str]]
    read_bytes: int


@dataclass(slots=True)
class Unread:
    """Per column, how many stated values nobody could read; they count as not stated."""

    counts: dict[str, int] = field(default_factory=dict)


def fingerprint(path: Path) -> str:
    """SHA-256 of the file. Raises CannotRun where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as why:
        raise CannotRun(f"{path} cannot be read: {why.strerror}.") from why


def shape(path: Path) -> Shape:
    """Encoding, separator and columns. Raises CannotRun for an empty file and for one without id and full_name."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "")
        encoding = encoding or _utf8_or_windows(head, file)
    text = head.decode(encoding, errors="ignore")
    line = next((one for one in text.splitlines() if one.strip()), "")
    if not line:
        raise CannotRun(f"{path} is empty; its first line must name the columns: id, full_name, …")
    best: tuple[int, str, list[str]] = (-1, ",", [])
    for separator in SEPARATORS:
        names = [cell.strip().strip("\ufeff\"'").strip().lower().replace(" ", "_") for cell in line.split(separator)]
        known = sum(name in COLUMNS or name == "id" for name in names)
        best = max(best, (known, separator, names), key=lambda one: one[0])
    _, separator, names = best
    missing = [name for name in ("id", "full_name") if name not in names]
    if missing:
        raise CannotRun(f"{path} has no column {', '.join(missing)}; its first line names the columns.")
    twice = sorted({name for name in names if name and names.count(name) > 1 and (name in COLUMNS or name == "id")})
    if twice:
        raise CannotRun(f"{path} has the column {', '.join(twice)} twice.")
    return Shape(encoding, separator, names)


def _utf8_or_windows(head: bytes, file: BinaryIO) -> str:
    """UTF-8 unless some byte of the file is none: then Windows-1252, as spreadsheets save in Indonesia."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        piece = head
        while piece:
            decoder.decode(piece)
            piece = file.read(1 << 20)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def rows(path: Path, shape: Shape, *, together: int) -> Iterator[Rows]:
    """The records of a file, so many at a time. Raises CannotRun with the record for whatever is no table.

    Faults: an id that is missing or comes twice, more cells than the header names, a line or a cell too long.
    """
    seen: set[str] = set()
    at = shape.columns.index("id")
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=shape.encoding, errors="replace", newline="")
        lines = _lines(text, path)
        reader = csv.reader(lines, delimiter=shape.separator, strict=True)
        number = 0
        found = Rows(0, [], [], 0)
        for cells in _records(reader, path):
            number += 1
            if number == 1:
                continue
            id_ = cells[at].strip() if at < len(cells) else ""
            _check(path, number - 1, id_, cells, shape, seen)
            seen.add(id_)
            found.ids.append(id_)
            found.cells.append(cells)
            if len(found.ids) == together:
                found.read_bytes = raw.tell()
                yield found
                found = Rows(number - 1, [], [], 0)
        found.read_bytes = raw.tell()
        if found.ids:
            yield found


def _check(path: Path, record: int, id_: str, cells: list[str], shape: Shape, seen: set[str]) -> None:
    if not id_ or id_ in seen:
        raise CannotRun(f"{path}, record {record}: the id is {'there twice' if id_ else 'missing'}.")
    if len(cells) > len(shape.columns) and any(cell.strip() for cell in cells[len(shape.columns) :]):
        raise CannotRun(f"{path}, record {record}: more cells than the header names.")


def _lines(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE + 1), ""), start=1):
        if len(line) > LONGEST_LINE:
            raise CannotRun(
                f"{path}, line {number}: more than {LONGEST_LINE:,} characters in one line; this is no table of persons."
            )
        yield line.replace("\0", "") if "\0" in line else line


def _records(reader: _csv.Reader, path: Path) -> Iterator[list[str]]:
    """Records with something in them; blank lines are passed over."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            raise CannotRun(
                f"{path}, near line {reader.line_num}: {why}. A quotation mark that is never closed does this."
            ) from why
        if any(cell.strip() for cell in cells):
            yield cells


def described(cells: Sequence[Sequence[str]], names: Sequence[str], unread: Unread) -> Columns:
    """Records as columns of values. What a cell states and nobody can read is counted."""
    width = len(names)
    even = [row if len(row) == width else [*row, *[""] * width][:width] for row in cells]
    stated = dict(zip(names, zip(*even, strict=True), strict=True)) if even else {}
    empty = [""] * len(cells)
    return Columns(**{name: _values(name, stated[name], unread) if name in stated else empty for name in COLUMNS})


def _values(name: str, cells: Sequence[str], unread: Unread) -> Sequence[str]:
    read = _reader(name)
    values = [read(cell) if cell else "" for cell in cells]
    if None in values:
        unread.counts[name] = unread.counts.get(name, 0) + values.count(None)
    return [value or "" for value in values]


@cache
def _reader(name: str) -> Callable[[str], str | None]:
    """From a cell to its value: "" for nothing stated, None for what nobody can read. What few values share is remembered."""
    read = READERS.get(name)

    def value(cell: str) -> str | None:
        text = cleaned(cell)
        return (read(text) or None) if read and text else text

    return lru_cache(maxsize=1 << 16)(value) if name in SHARED else value
