"""A look at a whole batch before its records are read, so that a renamed column is one finding and not ten thousand
faults.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from difflib import SequenceMatcher, get_close_matches

from suar.core.errors import Params
from suar.core.standard.compile import EXACT
from suar.core.standard.mapping import FieldMapping, KindMapping
from suar.core.standard.native import Native, path_of
from suar.core.standard.reading import UNKNOWN_CODES

#: Positions shown for one finding, and different codes: enough to look at, too few to be a copy of the batch.
SAMPLES = 5
#: Rows, spread over the batch, in which new columns are looked for.
COLUMN_ROWS = 200
#: Rows read for codes; a new code that matters shows in these.
ROWS_READ = 2_000
#: A column is called missing only when so many rows lack it, since one row may lack anything.
ENOUGH_ROWS = 5

#: Types that any words fit, so that fitting proves nothing.
ANY_WORDS = frozenset({"text", "long_text", "texts", "name", "letter_no", "lp_no", "integer", "money", "flag"})
SAMPLE_ROWS = 50

_CODE_LIKE = re.compile(r"[^\d]*(?:\d[^\d]*){0,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about a batch that somebody must look at.

    Codes: column.missing (a field that the mapping reads is in no row), column.renamed (and another one, never seen,
    stands in its place: `params["probably"]`), column.new (native fields nobody mapped or ignored), code.unknown (a
    value outside the code list), column.rounded (a column of NIK or KK nearly all of which end in 0, as a spreadsheet
    makes them), text.encoding (letters lost). `stops`: applying the batch would do harm. `samples` are what may be
    shown of it: code values that look like codes, names of columns; never a person's value.
    """

    code: str
    native: str
    field: str = ""
    count: int
    rows: int
    positions: tuple[int, ...] = ()
    samples: tuple[str, ...] = ()
    stops: bool = False
    params: Params = made_by(default_factory=dict)


def survey(natives: Sequence[Native], kind: KindMapping) -> tuple[Finding, ...]:
    """Look at the rows of one kind in a batch. Rows are those that `SourceMapping.kinds_of` gave to this kind. Raises
    nothing.
    """
    rows = [row for row in natives if isinstance(row, Mapping)]
    if not rows:
        return ()
    sample = rows[:: max(1, len(rows) // COLUMN_ROWS)]
    new = _new_columns(sample, kind)
    came = _Came(rows, tuple(new), tuple(name for name, count in new.items() if count * 2 >= len(sample)))
    missing = _missing(came, kind) if len(rows) >= ENOUGH_ROWS else _renamed(came, kind)
    taken = {finding.params.get("probably") for finding in missing}
    found = [*missing, *_codes(rows, kind), *_encoding(rows), *_rounded(rows, kind)]
    found += [
        Finding(code="column.new", native=name, count=count, rows=len(sample), positions=_where(rows, name))
        for name, count in new.items()
        if name not in taken
    ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Came:
    """The rows of a batch, the columns that are new in it, and those of them that stand in half of the rows and more."""

    rows: Sequence[Native]
    new: Sequence[str]
    usual: Sequence[str]


def _columns(rows: Iterable[Native]) -> Counter[str]:
    """Every native field of some rows as a dotted path, and in how many it stands. What is in a list has * for a number."""
    seen = Counter[str]()
    for row in rows:
        seen.update(set(_paths(row)))
    return seen


def _paths(value: object, below: str = "", depth: int = 0) -> list[str]:
    if isinstance(value, Mapping) and depth < 6:
        pairs = [(f"{below}.{key}" if below else str(key), inner) for key, inner in value.items()]
        return [path for name, inner in pairs for path in _paths(inner, name, depth + 1) or [name]]
    if isinstance(value, list | tuple) and depth < 6 and any(isinstance(item, Mapping) for item in value):
        return list(dict.fromkeys(path for item in value for path in _paths(item, f"{below}.*", depth + 1)))
    return [below] if below else []


def _known(kind: KindMapping) -> set[str]:
    paths = {path for mapped in kind.fields for path in mapped.paths} | {*kind.identity_paths, *kind.also_known}
    return {re.sub(r"\.\d+(?=\.|$)", ".*", path) for path in paths}


def _new_columns(rows: Sequence[Native], kind: KindMapping) -> dict[str, int]:
    """What lies within a known column, or around one, is not new. A column that a row has under its whole name lies in none: a "No. Surat" beside "No"."""
    known, whole = _known(kind), {str(name) for row in rows for name in row}
    ignored = tuple(path.removesuffix("*") for path in kind.ignore if path.endswith(".*"))
    return {
        name: count
        for name, count in _columns(rows).items()
        if not name.startswith("$")
        and name not in known
        and name not in kind.ignore
        and not name.startswith(ignored or ("\0",))
        and not any(path.startswith(f"{name}.") for path in known)
        and (name in whole or not any(name.startswith(f"{path}.") for path in known))
    }


def _missing(came: _Came, kind: KindMapping) -> list[Finding]:
    """Columns read by the mapping that no row has, with what probably took their place. In a source that leaves empty
    fields out, an optional one may simply be empty, so there only a likely successor makes it a finding.
    """
    findings = dict[str, Finding]()
    for path in dict.fromkeys((*kind.identity_paths, *(path for field in kind.fields for path in field.paths))):
        find = path_of(path)
        if path.startswith("$") or any(find(row) is not None or path in row for row in came.rows):
            continue
        readers = [field for field in kind.fields if path in field.paths]
        needed = path in kind.identity_paths or any(field.required for field in readers)
        successor = _successor(path, came, readers, certain=needed or not kind.sparse)
        others = [other for field in readers for other in field.paths if other != path and other in findings]
        name = readers[0].name if readers else ""
        if successor:
            findings[path] = _column("column.renamed", path, name, came.rows, stops=True, probably=successor)
        elif needed or (not kind.sparse and all(len(field.paths) == 1 for field in readers)) or others:
            findings[path] = _column("column.missing", path, name, came.rows, stops=needed)
    return list(findings.values())


def _renamed(came: _Came, kind: KindMapping) -> list[Finding]:
    """Of a few rows, which may lack anything: only what a new column took the place of, each new one that of the missing one most like it."""
    of_new = dict[str, list[Finding]]()
    for finding in _missing(came, kind) if came.new else ():
        if finding.code == "column.renamed":
            of_new.setdefault(str(finding.params["probably"]), []).append(finding)
    return [max(found, key=lambda one: SequenceMatcher(None, one.native, new).ratio()) for new, found in of_new.items()]


def _successor(path: str, came: _Came, readers: Sequence[FieldMapping], certain: bool) -> str:
    """The new column that a missing one was probably renamed to: alike in name, or all of whose values are read as
    this field's type; and the only new one, where the column is certainly missing (`certain`). Of a column that few
    rows have, both: what it was before may have been as rare, and a row read without it would lose it unnoticed.
    """
    alike = get_close_matches(path, came.usual, n=1, cutoff=0.5 if certain else 0.6)
    if alike:
        return alike[0]
    typed = [field for field in readers if field.type not in ANY_WORDS]
    rare = get_close_matches(path, [name for name in came.new if name not in came.usual], cutoff=0.5)
    for name in (*came.usual, *rare) if typed else ():
        find = path_of(name)
        values = [value for row in came.rows[:SAMPLE_ROWS] if (value := find(row)) not in (None, "")]
        if values and all(typed[0].read({path: value}).value is not None for value in values):
            return name
    return came.usual[0] if certain and len(came.usual) == 1 else ""


def _column(code: str, path: str, name: str, rows: Sequence[Native], stops: bool, **params: str) -> Finding:
    return Finding(code=code, native=path, field=name, count=len(rows), rows=len(rows), stops=stops, params=params)


def _codes(rows: Sequence[Native], kind: KindMapping) -> list[Finding]:
    """One finding for each field in which codes came that nobody knows, with the codes themselves where they look
    like codes.
    """
    findings = []
    for mapped in (field for field in kind.fields if field.coded):
        unknown = _unknown_in(mapped)
        at = [n for n, row in enumerate(rows[:ROWS_READ]) if unknown(row)]
        if at:
            find = path_of(mapped.paths[0])
            said = Counter(str(find(rows[n]))[:40] for n in at)
            findings.append(
                Finding(
                    code="code.unknown",
                    native=mapped.native,
                    field=mapped.name,
                    count=len(at),
                    rows=min(len(rows), ROWS_READ),
                    positions=tuple(at[:SAMPLES]),
                    samples=_shown(said),
                )
            )
    return findings


def _shown(said: Counter[str]) -> tuple[str, ...]:
    """The codes themselves, unless they look like values of people: long numbers, or nearly as many texts as rows."""
    if len(said) > SAMPLES and len(said) * 2 > said.total():
        return ()
    return tuple(code for code, _ in said.most_common(SAMPLES) if _CODE_LIKE.fullmatch(code))


def _unknown_in(mapped: FieldMapping) -> Callable[[Native], bool]:
    """Whether a row's code is unknown. Codes are few, so each is read once."""
    finds = [path_of(path) for path in mapped.paths]
    seen = dict[tuple[object, ...], bool]()

    def unknown(row: Native) -> bool:
        values = tuple(find(row) for find in finds)
        if not all(value is None or isinstance(value, str | int) for value in values):
            return any(fault.code in UNKNOWN_CODES for fault in mapped.read(row).faults)
        if values not in seen:
            seen[values] = any(fault.code in UNKNOWN_CODES for fault in mapped.read(row).faults)
        return seen[values]

    return unknown


def _lost(value: object, depth: int = 0) -> bool:
    """Whether letters were lost anywhere in a value."""
    if isinstance(value, str):
        return "\ufffd" in value
    if depth == 6 or not isinstance(value, Mapping | list):
        return False
    for inner in value.values() if isinstance(value, Mapping) else value:
        if "\ufffd" in inner if type(inner) is str else inner is not None and _lost(inner, depth + 1):
            return True
    return False


def _encoding(rows: Sequence[Native]) -> list[Finding]:
    """Letters lost on the way: one finding for the batch, since one wrong encoding spoils every name that is not
    plain ASCII.
    """
    at = [n for n, row in enumerate(rows[:ROWS_READ]) if _lost(row)]
    if not at:
        return []
    return [Finding(code="text.encoding", native="", count=len(at), rows=len(rows), positions=tuple(at[:SAMPLES]),
                    stops=len(at) * 10 > len(rows))]  # fmt: skip


def _rounded(rows: Sequence[Native], kind: KindMapping) -> list[Finding]:
    """NIK and KK that went through a spreadsheet as numbers keep 15 digits: one in ten ends in 0 by chance, here
    nearly all.
    """
    findings = []
    for mapped in (field for field in kind.fields if field.type in EXACT and len(field.paths) == 1):
        find = path_of(mapped.paths[0])
        whole = [(n, text) for n, row in enumerate(rows[:ROWS_READ]) if (text := _sixteen(find(row)))]
        at = [n for n, text in whole if text.endswith("0")]
        if len(at) >= ENOUGH_ROWS * 2 and len(at) * 2 > len(whole):
            findings.append(
                Finding(code="column.rounded", native=mapped.native, field=mapped.name, count=len(at), rows=len(whole),
                        positions=tuple(at[:SAMPLES]), stops=True)
            )  # fmt: skip
    return findings


def _sixteen(value: object) -> str:
    """The text of 16 digits that a cell holds, "" for anything else."""
    if isinstance(value, int):
        return str(value) if 10**15 <= value < 10**16 else ""
    text = value.strip() if isinstance(value, str) else ""
    return text if re.fullmatch("[0-9]{16}", text) else ""


def _where(rows: Sequence[Native], name: str) -> tuple[int, ...]:
    first = name.split(".")[0]
    return tuple(n for n, row in enumerate(rows[:ROWS_READ]) if name in row or first in row)[:SAMPLES]
