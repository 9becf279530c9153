"""CSV files that a command reads and writes: read whole or refused with the line, written whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from suar.site.running.home import CannotRun


def rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file under its header, cells as text. Raises CannotRun: no file, no UTF-8, a column missing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", strict=True)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise CannotRun(f"{path} has no column {', '.join(missing)}; its first line names the columns.")
            for row in reader:
                if None in row:
                    raise CannotRun(f"{path}, line {reader.line_num}: more cells than the header names.")
                yield row
    except OSError as why:
        raise CannotRun(f"{path} cannot be read: {why.strerror}.") from why
    except UnicodeDecodeError as why:
        raise CannotRun(f"{path} is not UTF-8 (byte {why.start}).") from why
    except csv.Error as why:
        raise CannotRun(f"{path}, line {reader.line_num}: {why}.") from why


def write(path: Path, header: Sequence[str], lines: Iterable[Sequence[str | int]]) -> int:
    """Write a CSV file beside its place and move it there; returns how many lines. Raises CannotRun where it may not."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    count = 0
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            for count, line in enumerate(lines, start=1):  # noqa: B007  # counted for the caller
                writer.writerow(line)
        part.replace(path)
    except OSError as why:
        raise CannotRun(f"{path} cannot be written: {why.strerror}.") from why
    finally:
        part.unlink(missing_ok=True)
    return count
