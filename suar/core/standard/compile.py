"""The words of a source mapping turned into functions, once, so that reading a record decides nothing twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, timezone
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from suar.core.errors import Fault, Read
from suar.core.identity.dates import FORMATS, read_age, read_date
from suar.core.identity.dates import USUAL as USUAL_DATES
from suar.core.identity.instants import USUAL as USUAL_INSTANTS
from suar.core.identity.instants import read_instant
from suar.core.identity.written import as_text, is_empty
from suar.core.identity.zones import zone_of
from suar.core.standard.codes import Codes, fold
from suar.core.standard.fields import StandardField
from suar.core.standard.native import Native, Path, Reader, Taken, Taker, parts_of, path_of, text_taker
from suar.core.standard.readers import TextReader, code_reader, date_of_ttl, day_reader, place_of_ttl, text_reader
from suar.core.standard.tables import BadTable, Code, Paths, Table

NOTHING: Read[Any] = Read(None)
#: Numbers of which every digit counts.
EXACT = frozenset({"nik", "kk"})
MANY = frozenset({"texts", "codes", "countries"})
#: Readers that a mapping may ask for by name, and the types they give.
NAMED: Mapping[str, frozenset[str]] = {
    "age": frozenset({"partial_date"}),
    "day": frozenset({"date", "partial_date"}),
    "ttl_date": frozenset({"date", "partial_date"}),
    "ttl_place": frozenset({"text"}),
}
#: Enough for one person's story, and an end to what a broken export can make us keep.
MOST_VALUES = 100
#: Ids of sources are numbers, letters' numbers and UUIDs; two of them joined fit easily.
LONGEST_ID = 200
#: Texts that one reader remembers, and the longest of them.
MOST_REMEMBERED, LONGEST_REMEMBERED = 1_000, 80
VERSIONS = frozenset({"", "integer", "instant", "date", "text"})
_COUNTER = re.compile("[0-9]{1,20}")


class FieldSpec(Table):
    """How one field is found and read, as a source file writes it; the docstring of `mapping` says what each word
    means.
    """

    paths: Paths = Field(default=(), alias="from")
    read: str = ""
    format: Paths = ()
    codes: dict[Code, Code] = Field(default_factory=dict)
    join: str | None = None
    split: str = ""
    constant: str | int | bool | None = None
    zone: str = ""
    zone_from: str = ""
    empty: Paths = ()
    unknown_code: Literal["return", "remark"] | None = None
    bad: Literal["return", "leave_out"] | None = None
    at: str = ""
    country: str = "ID"

    @property
    def every_path(self) -> tuple[str, ...]:
        return (*self.paths, *(path for path in (self.zone_from, self.at) if path))

    def as_instant(self) -> FieldSpec:
        return self.model_copy(update={"read": "instant"})


def _as_spec(written: object) -> object:
    """A bare path, or several, is a field of which nothing else needs saying."""
    if isinstance(written, bool):
        raise ValueError("YAML read this path as true or false: put it in quotes")
    return {"from": written} if isinstance(written, str | int | list | tuple) else written


#: A field as a source file may write it: a path, several, or with words.
Written = Annotated[FieldSpec, BeforeValidator(_as_spec)]


def compile_field(field: StandardField, spec: FieldSpec, codes: Codes, zone: str, empty: Iterable[str]) -> Reader:
    """A reader of one standard field from native rows. Raises BadTable when the words do not fit the field's type."""
    problems = [*_problems(field, spec, codes), *_bad_zones(spec.zone or zone), *_bad_formats(spec)]
    if problems:
        raise BadTable(field.name, problems)
    if spec.constant is not None:
        constant: Read[Any] = Read(spec.constant)
        return lambda native: constant
    if field.type in MANY:
        return _many(spec, _one(field, spec, codes, _zone(spec.zone or zone)))
    take = text_taker(spec.paths, spec.join, frozenset((*empty, *spec.empty)), claims=field.type == "flag")
    if field.type in EXACT:
        take = _unrounded(take, f"{field.type}.excel")
    if spec.read == "age":
        return _aged(take, path_of(spec.at))
    if spec.zone_from:
        return _zoned(take, spec, lambda there: _one(field, spec, codes, there), _zone(spec.zone or zone))
    return _remembering(spec.paths, _single(take, _one(field, spec, codes, _zone(spec.zone or zone))))


def _remembering(paths: Sequence[str], reader: Reader) -> Reader:
    """A reader of one place in the row that reads each text once: most codes, days and districts of a batch are alike.

    What it remembers is bounded, short, and gone when full; a reading never changes, so it may be handed out again.
    """
    if len(paths) != 1:
        return reader
    find, known = path_of(paths[0]), dict[str, Read[Any]]()

    def remembered(native: Native) -> Read[Any]:
        written = find(native)
        if written is None:
            return NOTHING
        if type(written) is not str or len(written) > LONGEST_REMEMBERED:
            return reader(native)
        made = known.get(written)
        if made is None:
            made = reader(native)
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[written] = made
        return made

    return remembered


def _one(field: StandardField, spec: FieldSpec, codes: Codes, zone: timezone) -> TextReader:
    if field.row.codes:
        return code_reader(codes[field.row.codes], spec.codes)
    if spec.read == "day":
        return day_reader(_styles(spec), zone)
    read = text_reader(field.type, codes, _styles(spec), zone, spec.country, field.row.max)
    if spec.read in {"ttl_date", "ttl_place"}:
        part = date_of_ttl if spec.read == "ttl_date" else place_of_ttl
        return lambda text: read(found) if (found := part(text)) else Read(None)
    return _with_own(spec.codes, read) if spec.codes else read


def _with_own(own: Mapping[str, str], read: TextReader) -> TextReader:
    """The source's own codes for a type without a code list: {1: "1"} for sex, {SAU: SAU} for a country."""
    spellings = {fold(native): code for native, code in own.items()}
    return lambda text: read(found) if (found := spellings.get(fold(text), text)) else Read(None)


def _single(take: Taker, read: TextReader) -> Reader:
    def reader(native: Native) -> Read[Any]:
        text = take(native)
        if type(text) is str:
            return read(text)
        if not isinstance(text, Read):
            return NOTHING
        if text.value is None:
            return text
        made = read(text.value)
        return Read(made.value, (*text.remarks, *made.remarks), made.faults)

    return reader


def _unrounded(take: Taker, code: str) -> Taker:
    """A number whose last digit a spreadsheet may have made 0 is no NIK: a wrong one would join two people."""

    def taken(native: Native) -> Taken:
        text = take(native)
        if isinstance(text, Read) and any(remark.code == "text.rounded" for remark in text.remarks):
            return Read.fault(code)
        return text

    return taken


def _zoned(take: Taker, spec: FieldSpec, make: Callable[[timezone], TextReader], usual: timezone) -> Reader:
    """Times of rows that carry their own zone: one reader for each zone that is met."""
    at, readers = path_of(spec.zone_from), dict[timezone, Reader]()

    def reader(native: Native) -> Read[Any]:
        written = as_text(at(native))
        there = zone_of(written.value) if written.value else usual
        if there is None:
            return Read.fault("zone.unknown")
        if there not in readers:
            readers[there] = _single(take, make(there))
        return readers[there](native)

    return reader


def _aged(take: Taker, at: Path) -> Reader:
    def reader(native: Native) -> Read[Any]:
        day = read_date((as_text(at(native)).value or "")[:10])
        return _single(take, lambda text: read_age(text, day.get()) if day.ok else Read.fault("age.no_day"))(native)

    return reader


def _many(spec: FieldSpec, read: TextReader) -> Reader:
    """Several values: a native list, or one text cut at `split`. What can be read is kept beside the faults of the
    rest.
    """
    paths = tuple(path_of(path) for path in spec.paths)

    def reader(native: Native) -> Read[Any]:
        parts = [as_text(part) for path in paths for part in parts_of(path(native), spec.split)]
        faults = {fault.code: fault for part in parts for fault in part.faults}
        texts = [
            part.value for part in parts if part.value and not is_empty(part.value) and part.value not in spec.empty
        ]
        made = [read(text) for text in texts[:MOST_VALUES]]
        faults |= {fault.code: fault for one in made for fault in one.faults}
        remarks = {remark.code: remark for one in (*parts, *made) for remark in one.remarks}
        if len(texts) > MOST_VALUES:
            faults["value.too_many"] = Fault(
                code="value.too_many", params={"values": len(texts), "at_most": MOST_VALUES}
            )
        values = list(dict.fromkeys(one.value for one in made if one.value))
        return Read(values or None, tuple(remarks.values()), tuple(faults.values()))

    return reader


def compile_identity(spec: FieldSpec) -> Reader:
    """A record's or a human's own id in the source: one path, or several joined by "/" where nothing else is said."""
    take = text_taker(spec.paths, "/" if spec.join is None else spec.join, frozenset(spec.empty))
    return _remembering(spec.paths, _single(take, _short))


def _short(text: str) -> Read[str]:
    return Read(text) if len(text) <= LONGEST_ID else Read.fault("id.long", characters=len(text), at_most=LONGEST_ID)


def compile_version(spec: FieldSpec, zone: str) -> Reader:
    """The source's own order of the statements on one record, as text that sorts. Raises BadTable on unknown words."""
    problems = [*_bad_zones(spec.zone or zone), *_bad_formats(spec)]
    if spec.read not in VERSIONS:
        problems.append(f"version read {spec.read!r} is none of {', '.join(sorted(VERSIONS))}")
    if problems:
        raise BadTable("version", problems)
    zoned = _zone(spec.zone or zone)
    of: Mapping[str, TextReader] = {
        "integer": _ordered_number,
        "instant": lambda text: read_instant(text, _styles(spec) or USUAL_INSTANTS, zoned),
        "date": lambda text: read_date(text, _styles(spec) or USUAL_DATES, zoned),
        "text": _short,
    }
    take = text_taker(spec.paths, spec.join, frozenset(spec.empty))
    if spec.zone_from:
        return _zoned(
            take, spec, lambda there: lambda text: read_instant(text, _styles(spec) or USUAL_INSTANTS, there), zoned
        )
    return _remembering(spec.paths, _single(take, of[spec.read or "text"]))


def _ordered_number(text: str) -> Read[str]:
    """A number as text that sorts like it: 20 digits, which every counter and every epoch fits in."""
    return Read(text.zfill(20)) if _COUNTER.fullmatch(text) else Read.fault("number.form")


def _styles(spec: FieldSpec) -> tuple[str, ...]:
    """Styles without the time that may be written after them: "DD/MM/YYYY HH:MM" is DD/MM/YYYY, and a time is read
    where one stands.
    """
    return tuple(name.split(" HH")[0] for name in spec.format)


def _zone(name: str) -> timezone:
    return zone_of(name) or UTC


def _bad_zones(name: str) -> list[str]:
    return [] if zone_of(name) else [f"no zone called {name!r}"]


def _bad_formats(spec: FieldSpec) -> list[str]:
    return [f"no style called {name!r}" for name in _styles(spec) if name not in FORMATS and name != "YYYYMMDDHHMMSS"]


def _problems(field: StandardField, spec: FieldSpec, codes: Codes) -> list[str]:
    """What the policy's author must mend before the source may run."""
    problems = []
    if (spec.constant is None) == (not spec.paths):
        problems.append("wants either `from` or `constant`")
    if spec.read and field.type not in NAMED.get(spec.read, frozenset()):
        problems.append(f"read {spec.read!r} gives no {field.type}")
    if (spec.read == "age") != bool(spec.at):
        problems.append("`read: age` and `at`, the day on which the age held, go together")
    if spec.split and field.type not in MANY:
        problems.append("`split` makes several values, and this field holds one")
    if field.row.codes:
        rows = codes[field.row.codes].rows
        said = [code for code in (*spec.codes.values(), *_constant_code(spec)) if code and code not in rows]
        problems += [f"the list {field.row.codes} has no code {code}" for code in said]
    return problems


def _constant_code(spec: FieldSpec) -> tuple[str, ...]:
    return (str(spec.constant),) if spec.constant is not None else ()
