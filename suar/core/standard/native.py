"""Finding things in a native row: paths, texts, conditions. A row is whatever a connector parsed, so nothing of its
shape is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from suar.core.errors import Read
from suar.core.identity.written import as_text, is_empty, is_plain
from suar.core.standard.codes import fold
from suar.core.standard.tables import Codes

Native = Mapping[str, object]
Path = Callable[[Native], object]
#: Native path → the texts that fulfil it: "*" present, "" absent. All paths must hold.
NativeCondition = dict[str, Codes]
#: What a row holds at a place: a text, nothing, or a text with remarks or faults. Most are texts, and reading is
#: counted in microseconds.
Taken = str | None | Read[Any]
Taker = Callable[[Native], Taken]
#: Reads one thing out of a native row: its value (None: the row says nothing), with remarks and faults.
Reader = Callable[[Native], Read[Any]]


def path_of(path: str) -> Path:
    """A dotted path. A key that itself holds the dots will do; a number picks from a list, `*` takes all of it."""
    if "." not in path:
        return lambda native: native.get(path)
    parts = path.split(".")
    outer, inner = parts[0], parts[1]

    def find(native: Native) -> object:
        if len(parts) == 2 and type(within := native.get(outer)) is dict:
            found: object = within.get(inner)
            return native.get(path) if found is None else found
        return native[path] if path in native else _walk(native, parts)

    return find


def _walk(value: object, parts: Sequence[str]) -> object:
    for at, part in enumerate(parts):
        if type(value) is dict or isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list | tuple) and part == "*":
            return [_walk(item, parts[at + 1 :]) for item in value]
        elif isinstance(value, list | tuple) and part.isascii() and part.isdigit() and int(part[:6]) < len(value):
            value = value[int(part[:6])]
        else:
            return None
    return value


def text_taker(paths: Iterable[str], join: str | None, empty: Container[str], claims: bool = False) -> Taker:
    """The text that a row holds at one path, at the first of several that says something, or at all of them, joined.

    `claims`: the field is a yes or a no, for which "tidak ada" is a word and not the absence of one.
    """
    found = tuple(path_of(path) for path in paths)

    def one(value: object) -> Taken:
        if value is None:
            return None
        if type(value) is str and is_plain(text := value.strip()):
            return None if not text or text in empty or (is_empty(text) and not claims) else text
        read = as_text(value)
        if not read.value or read.value in empty or (is_empty(read.value) and not claims):
            return read if read.faults else None
        return read if read.remarks else read.value

    if len(found) == 1:
        only = found[0]
        return lambda native: one(only(native))

    def several(native: Native) -> Taken:
        taken = [text for path in found if (text := one(path(native))) is not None]
        if not taken or join is None:
            return taken[0] if taken else None
        reads = [read for read in taken if isinstance(read, Read)]
        remarks = tuple(remark for read in reads for remark in read.remarks)
        faults = tuple(fault for read in reads for fault in read.faults)
        if faults:
            return Read(faults=faults)
        joined = join.join(text if isinstance(text, str) else str(text.value) for text in taken)
        return Read(joined, remarks) if remarks else joined

    return several


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
