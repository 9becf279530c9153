"""How one source speaks: policy/sources/<source>.yaml, read into a SourceMapping that `read_record` runs.

A file says, for one system of one agency::

    source: simkim                     # code of the system
    agency: imigrasi                   # code of the agency it belongs to
    dated: 2026-11-21
    name: {id: SIMKIM, en: Immigration management system}
    zone: Asia/Jakarta                 # for times without offset: Asia/Jakarta|Pontianak|Makassar|Jayapura,
    WIB|WITA|WIT, UTC, +03:00 feed: delta                        # delta: changes only · snapshot: everything that
    holds, each time vanished: unchanged                # what a row missing from a snapshot means: unchanged |
    withdrawn rhythm_minutes: 60                 # how often something is expected stale_after_minutes: 360 covers:
    all                        # all | [kabupaten, 4 digits, …] | {ask: where its own list is found} reach:
    {connector: rest, …}        # the connector's own words, read by nobody else empty: ["-", "NIHIL"]              #
    texts that mean nothing, besides the usual ones (`dates.EMPTY` and friends) guard:                             # a
    run outside these limits stops itself
      from_records: 50                 # shares are judged from this many records on
      returned_permille: 100           # share returned
      volume_low_permille: 300         # of the usual volume of a run
      volume_high_permille: 4000       # new statements of a day beside a usual day: past that a finding
      volume_hold_permille: 20000      # past that it stops itself until a person has looked
      changed_permille: 500            # share of known records that say something else
      withdrawn_permille: 50
      added_permille: 200              # of a signed list: new decisions beside those that we know
    kinds:
      permohonan:                      # the source's word for these rows: a table, file, sheet or endpoint
        kind: passport_application     # record kind of the standard
        match: {jenis: [BARU, GANTI]}  # which native rows: all paths must hold one of the texts; "*" present, "" absent
        protection: false              # true | false | {path: [texts]}; the standard's own protection rules hold
        besides withdrawn: {op: [D]}           # when the source takes a record back sparse: true                   #
        the source leaves empty fields out (JSON); absent optional columns are then no finding record_id:
        nomor_permohonan    # path, list of paths (joined by "/"), or {from: […], join: "-"} subject_id: pemohon.id
        # its own id of the human; left out where it has none message_id: event_id           # left out: made of
        record id and version version: {from: diubah, read: instant, format: epoch_ms}   # read: integer | instant |
        date | text; left out: intake gives it at: {from: diubah, format: epoch_ms}                       # when it
        was stated fields:
          full_name: pemohon.nama      # a bare path, or:
          birth_date: {from: tgl_lahir, format: DD-MM-YYYY}
          purpose: {from: tujuan, codes: {W: tourism, K: work}}
          address: {from: [jalan, rt, rw, desa], join: " "}
          issued_at_zone_example: {from: waktu, format: "DD/MM/YYYY HH:MM", zone_from: zona}
        ignore: [foto, petugas.*]      # known native fields that we do not use; path.* is everything below

**Paths** are dotted (`pemohon.nama`, `anak.0.nama`); a native key that itself holds the dots is tried first. Keys
that start with `$` are put there by the connector, not the agency ($file, $file_date, $row, $sheet) and may be mapped
like any other.

**Words of a field**: `from` one path, or several: joined by `join` where it is given, else the first that is not
empty. `read` another reader than the standard's type has (`READERS` in readers.py: age, nationality of an MRZ, …).
`format` one or several, tried in order (see `identity.dates.FORMATS`). `codes` native → standard, case and blanks do
not matter; a native text not listed there is looked for among the code list's own spellings. `split` cuts one text
into several values. `constant` a value that the source means without writing it. `zone`, `zone_from` for times.
`empty` texts that mean nothing here. `unknown_code: return | remark` over the standard's. `at` (for `read: age`) the
path of the day on which the age held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from suar.core.standard.codes import Codes
from suar.core.standard.compile import FieldSpec, Written, compile_field, compile_identity, compile_version
from suar.core.standard.fields import FieldType, RecordKind, Standard
from suar.core.standard.native import Native, NativeCondition, Reader, condition
from suar.core.standard.tables import BadTable, Code, Dated, Paths, Said, Table, read_table


class Guard(Table):
    """Limits outside which a run stops itself before it does harm. Shares in thousandths, since nothing hashed holds
    a float.
    """

    from_records: int = 50
    returned_permille: int = 100
    volume_low_permille: int = 200
    volume_high_permille: int = 5000  # of a usual day's new statements: past that somebody is told
    volume_hold_permille: int = 20000  # past that the batch waits for a person
    changed_permille: int = 500
    withdrawn_permille: int = 50
    added_permille: int = 200  # of a signed list: share of decisions that are new to it


class KindTable(Table):
    """One entry under `kinds`, as written."""

    kind: str
    match: NativeCondition = Field(default_factory=dict)
    protection: bool | NativeCondition = False
    withdrawn: NativeCondition = Field(default_factory=dict)
    sparse: bool = False
    record_id: Written
    subject_id: Written | None = None
    message_id: Written | None = None
    version: Written | None = None
    at: Written | None = None
    fields: dict[str, Written]
    ignore: Paths = ()


class SourceFile(Table):
    source: str
    agency: str
    dated: Dated
    name: Said
    zone: str
    feed: Literal["delta", "snapshot"]
    vanished: Literal["unchanged", "withdrawn"] = "unchanged"
    rhythm_minutes: int = Field(gt=0)
    stale_after_minutes: int = Field(gt=0)
    covers: Literal["all"] | tuple[Code, ...] | dict[Literal["ask"], str]
    reach: dict[str, Any] = Field(default_factory=dict)
    empty: tuple[str, ...] = ()
    guard: Guard = Guard()
    kinds: dict[str, KindTable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which kabupaten/kota a source speaks for. `ask` names where its own list is found, "" when it is written here."""

    everywhere: bool
    kabupaten: frozenset[str] = frozenset()
    ask: str = ""

    def holds(self, kabupaten: str) -> bool:
        """Whether the source speaks for this kabupaten or kota (4 digits). Unknown residence: the caller judges."""
        return self.everywhere or kabupaten[:4] in self.kabupaten


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """One standard field of one kind of one source, compiled. `paths` are the native fields that it reads."""

    name: str
    type: FieldType
    paths: tuple[str, ...]
    required: bool
    read: Reader
    native: str  # what the source calls it, for reports to the source
    coded: bool  # its values come from a code list
    unknown_code: Literal["return", "remark"]
    bad: Literal["return", "leave_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindMapping:
    """One kind of native row of one source, compiled for `read_record` and `survey`."""

    source: str
    native: str
    kind: RecordKind
    matches: Callable[[Native], bool]
    withdrawn: Callable[[Native], bool]
    protection: Callable[[Native], bool]
    sparse: bool
    identities: tuple[tuple[str, Reader], ...]  # record_id, subject_id, message_id, version, at: those that are mapped
    version: Reader | None  # None: intake gives it, since the source states none
    identity_paths: tuple[str, ...]
    also_known: tuple[str, ...]  # paths of conditions
    fields: tuple[FieldMapping, ...]
    ignore: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """One source in force: how to reach it, what its silence means, and how its rows become records."""

    source: str
    agency: str
    dated: str
    name: Said
    zone: str
    feed: Literal["delta", "snapshot"]
    vanished: Literal["unchanged", "withdrawn"]
    rhythm_minutes: int
    stale_after_minutes: int
    covers: Coverage
    reach: Mapping[str, Any]
    guard: Guard
    kinds: Mapping[str, KindMapping]

    def kinds_of(self, table: str, native: Native) -> tuple[KindMapping, ...]:
        """Every kind that a native row of `table` states. `table` is a name under `kinds`, or its part before a colon
        (`laporan:tersangka` and `laporan:korban` both read rows of `laporan`). None means: a row nobody expects."""
        return tuple(k for name, k in self.kinds.items() if name.split(":")[0] == table and k.matches(native))


def read_mapping(table: Mapping[str, Any], standard: Standard, codes: Codes) -> SourceMapping:
    """Read one parsed policy/sources/*.yaml against the standard. Raises BadTable with every mistake in it."""
    file = read_table(SourceFile, table, f"sources/{table.get('source', '?')}")
    problems = _problems(file)
    kinds: dict[str, KindMapping] = {}
    for native, row in file.kinds.items():
        kind, mistakes = _kind(file, native, row, standard, codes)
        problems += [f"kinds.{native}.{mistake}" for mistake in mistakes]
        if kind:
            kinds[native] = kind
    if problems:
        raise BadTable(f"sources/{file.source}", problems)
    return SourceMapping(
        source=file.source,
        agency=file.agency,
        dated=file.dated,
        name=file.name,
        zone=file.zone,
        feed=file.feed,
        vanished=file.vanished,
        rhythm_minutes=file.rhythm_minutes,
        stale_after_minutes=file.stale_after_minutes,
        covers=_coverage(file),
        reach=file.reach,
        guard=file.guard,
        kinds=kinds,
    )


def _problems(file: SourceFile) -> list[str]:
    problems = []
    if file.feed == "delta" and file.vanished != "unchanged":
        problems.append("vanished: a delta says nothing about rows that it leaves out")
    if file.stale_after_minutes < file.rhythm_minutes:
        problems.append("stale_after_minutes: nothing can be stale before it is due")
    return problems


def _coverage(file: SourceFile) -> Coverage:
    if file.covers == "all":
        return Coverage(everywhere=True)
    if isinstance(file.covers, dict):
        return Coverage(everywhere=False, ask=file.covers["ask"])
    return Coverage(everywhere=False, kabupaten=frozenset(code[:4] for code in file.covers))


def _kind(
    file: SourceFile, native: str, row: KindTable, standard: Standard, codes: Codes
) -> tuple[KindMapping | None, list[str]]:
    """The compiled kind, or every mistake in its table."""
    if row.kind not in standard.kinds:
        return None, [f"the standard has no kind {row.kind}"]
    kind = standard[row.kind]
    problems = _missing(row, kind)
    fields = []
    for name, written in row.fields.items():
        if name in kind.fields:
            try:
                fields.append(_field(file, kind, name, written, codes))
            except BadTable as bad:
                problems += [f"{name}: {problem}" for problem in bad.problems]
    order = _order(file, row, problems)
    if problems:
        return None, problems
    return KindMapping(
        source=file.source,
        native=native,
        kind=kind,
        matches=condition(row.match, otherwise=True),
        withdrawn=condition(row.withdrawn, otherwise=False),
        protection=_protection(row.protection),
        sparse=row.sparse,
        identities=(*_ids(row), *order.items()),
        version=order.get("version"),
        identity_paths=_identity_paths(row),
        also_known=(*row.match, *row.withdrawn, *(row.protection if isinstance(row.protection, dict) else ())),
        fields=tuple(fields),
        ignore=row.ignore,
    ), []


def _ids(row: KindTable) -> Iterator[tuple[str, Reader]]:
    """Readers of the source's own ids: of the record, of the human, of the message."""
    for name, written in (("record_id", row.record_id), ("subject_id", row.subject_id), ("message_id", row.message_id)):
        if written:
            yield name, compile_identity(written)


def _order(file: SourceFile, row: KindTable, problems: list[str]) -> dict[str, Reader]:
    """The readers of version and time, which put the statements on one record in order."""
    readers: dict[str, Reader] = {}
    for name, stated in (("version", row.version), ("at", row.at and row.at.as_instant())):
        try:
            if stated:
                readers[name] = compile_version(stated, file.zone)
        except BadTable as bad:
            problems += [f"{name}: {problem}" for problem in bad.problems]
    return readers


def _missing(row: KindTable, kind: RecordKind) -> list[str]:
    problems = [f"{kind.name} has no field {name}" for name in row.fields if name not in kind.fields]
    problems += [
        f"{name} is required and not mapped"
        for name, field in kind.fields.items()
        if field.row.required and name not in row.fields
    ]
    if kind.protected_when.under_18 and row.at is None:
        problems.append("at: whether somebody was a child is judged for the day of the statement, so it must be mapped")
    if row.subject_id and not kind.human:
        problems.append(f"subject_id: a {kind.name} is about no human")
    return problems


def _protection(written: bool | NativeCondition) -> Callable[[Native], bool]:
    """A row that does not say whether it is protected is protected (SECURITY: deny by default)."""
    if isinstance(written, bool):
        return lambda native: written
    return condition(written, otherwise=False, missing=True)


def _identity_paths(row: KindTable) -> tuple[str, ...]:
    identity = (row.record_id, row.subject_id, row.message_id, row.version, row.at)
    return tuple(dict.fromkeys(path for written in identity if written for path in written.every_path))


def _field(file: SourceFile, kind: RecordKind, name: str, spec: FieldSpec, codes: Codes) -> FieldMapping:
    field = kind.fields[name]
    return FieldMapping(
        name=name,
        type=field.type,
        paths=spec.every_path,
        required=field.row.required,
        read=compile_field(field, spec, codes, file.zone, file.empty),
        native=" + ".join(spec.paths),
        coded=bool(field.row.codes) or field.type in {"country", "countries"},
        unknown_code=spec.unknown_code or field.row.unknown_code,
        bad=spec.bad or field.row.bad,
    )
