"""Finding things in a native row: paths, texts, conditions. A row is whatever a connector parsed, so nothing of its
shape is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from suar.core.errors import Read
from suar.core.identity.written import as_text, is_empty
from suar.core.standard.codes import fold
from suar.core.standard.tables import Codes

Native = Mapping[str, object]
Path = Callable[[Native], object]
#: Native path → the texts that fulfil it: "*" present, "" absent. All paths must hold.
NativeCondition = dict[str, Codes]
#: Reads one thing out of a native row: its value (None: the row says nothing), with remarks and faults.
Reader = Callable[[Native], Read[Any]]


def path_of(path: str) -> Path:
    """A dotted path. A key that itself holds the dots is tried first; a number picks from a list, `*` takes all of
    it.
    """
    if "." not in path:
        return lambda native: native.get(path)
    parts = path.split(".")

    def find(native: Native) -> object:
        return native[path] if path in native else _walk(native, parts)

    return find


def _walk(value: object, parts: Sequence[str]) -> object:
    for at, part in enumerate(parts):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list | tuple) and part == "*":
            return [_walk(item, parts[at + 1 :]) for item in value]
        elif isinstance(value, list | tuple) and part.isascii() and part.isdigit() and int(part[:6]) < len(value):
            value = value[int(part[:6])]
        else:
            return None
    return value


def text_taker(paths: Iterable[str], join: str | None, empty: Container[str], claims: bool = False) -> Reader:
    """The text that a row holds at one path, at the first of several that says something, or at all of them, joined.

    `claims`: the field is a yes or a no, for which "tidak ada" is a word and not the absence of one.
    """
    found = tuple(path_of(path) for path in paths)

    def one(value: object) -> Read[Any]:
        read = as_text(value)
        text = read.value
        if text is None:
            return read
        if not text or (is_empty(text) and not claims) or text in empty:
            return _NOTHING
        return read

    if len(found) == 1:
        only = found[0]
        return lambda native: one(only(native))

    def several(native: Native) -> Read[Any]:
        reads = [read for path in found if (read := one(path(native))) is not _NOTHING]
        if not reads or join is None:
            return reads[0] if reads else _NOTHING
        remarks = tuple(remark for read in reads for remark in read.remarks)
        faults = tuple(fault for read in reads for fault in read.faults)
        return Read(None if faults else join.join(str(read.value) for read in reads), remarks, faults)

    return several


_NOTHING: Read[Any] = Read(None)


def parts_of(value: object, split: str) -> list[object]:
    """The single values of a native list, or of one text cut at `split`."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str) and split:
        return list(value.split(split))
    return [] if value is None else [value]


def condition(table: NativeCondition, otherwise: bool, missing: bool = False) -> Callable[[Native], bool]:
    """Whether a row fulfils a condition. `otherwise`: what an empty condition means; `missing`: what an absent value
    means.
    """
    tests = [(path_of(path), frozenset(fold(text) for text in texts), texts) for path, texts in table.items()]
    if not tests:
        return lambda native: otherwise

    def holds(native: Native) -> bool:
        for path, folded, texts in tests:
            text = as_text(path(native)).value or ""
            absent = is_empty(text)
            if absent and ("" in texts or missing):
                continue
            if absent or not ("*" in texts or fold(text) in folded):
                return False
        return True

    return holds
