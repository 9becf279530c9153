"""`suar load`: a CSV or JSON Lines file through the same pipeline as a source's own feed.

The columns are the standard's field names of the record kind, and beside them `record_id` (the source's own id of the
thing), and where they apply `subject_id` (its id of the human), `version`, `at` and `withdrawn`. Several values in one
cell are parted by a semicolon. Records behind the protection wall come by their own stream, never by a file.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.standard.compile import MANY
from suar.core.standard.fields import RecordKind
from suar.core.standard.mapping import SourceMapping, read_mapping
from suar.intake.actions.accept import Counts
from suar.intake.actions.keep import PIECES, keep, open_run
from suar.intake.connectors.sending import Cut, Sending, Unreadable, cut, natives
from suar.intake.jobs.read import write
from suar.intake.jobs.reading import reading_of
from suar.intake.queries.batches import batch, returned
from suar.intake.queries.mappings import Sources, sources
from suar.persons.jobs import place_batch
from suar.site.auth import now, system_act
from suar.site.projecting import project
from suar.site.running.home import CannotRun
from suar.site.sentences import say
from suar.vault.queries import DEFAULT

MEDIA = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
SHOWN = 20
YES = ["yes", "true", "1", "ya"]


@dataclass(frozen=True, slots=True)
class File:
    """What lies on disk: its bytes, how they are cut, and which columns its first record has."""

    media: str
    options: Mapping[str, str]
    body: bytes
    columns: frozenset[str]


@dataclass(slots=True)
class Loaded:
    """What became of a file: counts, and the first faults with the number of their record."""

    counts: Counts = field(default_factory=Counts)
    faults: list[str] = field(default_factory=list)


def load(path: Path, *, source: str, kind: str) -> int:
    """Exit status 0 when every record was taken or is known already, 1 when some were returned or the file stopped itself."""
    act = system_act("load")
    known = sources(act.at)
    row = kind_of(known, source, kind)
    done, stopped = Loaded(), ""
    try:
        file = opened(path)
        mapping = mapping_of(known, source, row, file)
        run = open_run(source, kind, act=act)
        for number, sending in enumerate(sendings(file, kind)):
            if stopped := take(sending, number * PIECES, run, mapping, known, done):
                break
    except Unreadable as why:
        stopped = say(why.code, dict(why.params), "en")
    print_result(done)
    if stopped:
        print(f"Stopped: {stopped} Nothing of this part was taken; what came before it stands.")
    return 1 if stopped or done.counts.returned else 0


def kind_of(known: Sources, source: str, kind: str) -> RecordKind:
    """Raises CannotRun for a source or a kind that nobody knows, and for one that is always behind the wall."""
    if source not in known.names:
        raise CannotRun(f"No source is called {source}. There are: {', '.join(known.names)}.")
    if kind not in known.standard.kinds:
        raise CannotRun(f"The standard has no kind {kind}. There are: {', '.join(sorted(known.standard.kinds))}.")
    if known.standard[kind].protection == "always":
        raise CannotRun(
            f"A {kind} is always behind the protection wall: it comes by the stream of its own source only."
        )
    return known.standard[kind]


def opened(path: Path) -> File:
    """Raises CannotRun where the file cannot be read, Unreadable where its text cannot."""
    media = MEDIA.get(path.suffix.lower())
    if media is None:
        raise CannotRun(f"{path.name}: a file to load ends in {', '.join(MEDIA)}.")
    try:
        body = path.read_bytes()
    except OSError as why:
        raise CannotRun(f"{path} cannot be read: {why.strerror}.") from why
    body += b"" if body.endswith(b"\n") else b"\n"
    first = body.partition(b"\n")[0]
    options = {"delimiter": ";" if first.count(b";") > first.count(b",") else ","} if media == "csv" else {}
    parts = cut(Sending(stream="", media=media, body=body, cursor_after="", options=options))
    head = Cut(parts.head, parts.pieces[:1], parts.tail)
    rows = natives(media, options, "", {}, head)
    return File(media, options, body, frozenset(rows[0][1]) if rows else frozenset())


def mapping_of(known: Sources, source: str, kind: RecordKind, file: File) -> SourceMapping:
    """The source as adopted, but speaking the standard's own names."""
    adopted = known.bundle.under("sources")[source]
    words: dict[str, Any] = {
        "kind": kind.name,
        "sparse": True,
        "record_id": "record_id",
        "withdrawn": {"withdrawn": YES},
        "fields": {n: {"from": n, "split": ";"} if f.type in MANY else n for n, f in kind.fields.items()},
    }
    if kind.human and "subject_id" in file.columns:
        words["subject_id"] = "subject_id"
    if "version" in file.columns:
        words["version"] = {"from": "version", "read": version_style(adopted, kind.name)}
    if "at" in file.columns or kind.protected_when.under_18:
        words["at"] = "at"
    reach = {"connector": "file", "streams": {kind.name: {"options": dict(file.options)}}}
    table = adopted | {"feed": "delta", "vanished": "unchanged", "reach": reach, "kinds": {kind.name: words}}
    return read_mapping(table, known.standard, known.codes)


def version_style(adopted: Mapping[str, Any], kind: str) -> str:
    """How the source itself counts the versions of this kind, so that a file's and a feed's can be put in one order."""
    styles = (words.get("version") for words in adopted["kinds"].values() if words["kind"] == kind)
    return next((str(style["read"]) for style in styles if isinstance(style, Mapping) and "read" in style), "text")


def sendings(file: File, kind: str) -> Iterator[Sending]:
    """The file in parts of at most 1,000 records, each with the head of the file."""
    parts = cut(Sending(stream=kind, media=file.media, body=file.body, cursor_after="", options=file.options))
    for start in range(0, len(parts.pieces), PIECES):
        body = parts.head + b"".join(parts.pieces[start : start + PIECES]) + parts.tail
        yield Sending(stream=kind, media=file.media, body=body, cursor_after="", options=file.options)


def take(sending: Sending, before: int, run: UUID, mapping: SourceMapping, known: Sources, done: Loaded) -> str:
    """Keep, read, place and project one part. Returns why it stopped itself, "" when it did not."""
    act = system_act("load", at=now())
    with transaction.atomic():
        as_hub()
        receipt = keep(sending, source=mapping.source, agency=mapping.agency, run=run, act=act, announce=False)
        for id_ in receipt.batches:
            stopped = read_part(id_, mapping, known, act, done)
            if stopped:
                transaction.set_rollback(True)
                return stopped
    for id_ in receipt.batches:
        done.faults += faults_of(id_, before, SHOWN - len(done.faults))
        while place_batch(id_, act=act) is None:  # the worker places just now
            time.sleep(0.05)
        project(id_, act=act)
    return ""


def read_part(id_: UUID, mapping: SourceMapping, known: Sources, act: Act, done: Loaded) -> str:
    """Read one kept batch with the file's mapping. Returns why it stopped itself."""
    kept = batch(id_)
    assert kept
    reading = reading_of(kept, mapping, known.standard, DEFAULT)
    counts = write(kept, reading, mapping, act)
    if counts is None:
        wrong = [reading.stop, *(finding.code for finding in reading.findings if finding.stops)]
        return " ".join(say(code, {"source": mapping.source}, "en") for code in wrong)
    for name in Counts.__dataclass_fields__:
        setattr(done.counts, name, getattr(done.counts, name) + getattr(counts, name))
    return ""


@transaction.atomic
def faults_of(id_: UUID, before: int, room: int) -> list[str]:
    """The returned records of a batch in words: the number of the record in the file, the field, what is wrong with it."""
    as_hub()
    lines = []
    for one in sorted(returned("", of=id_), key=lambda one: one.position):
        said = "; ".join(f"{f['field'] or 'record'}: {say(f['code'], f['params'], 'en')}" for f in one.faults)
        lines.append(f"record {before + one.position + 1}: {said}")
    return lines[: max(0, room)]


def print_result(done: Loaded) -> None:
    c = done.counts
    print(
        f"sent {c.sent:,} = accepted {c.accepted:,} + with remarks {c.remarked:,} + returned {c.returned:,}"
        f" + unchanged {c.unchanged:,}"
    )
    for line in done.faults:
        print(f"  {line}")
    if c.returned > len(done.faults):
        print(f"  … and {c.returned - len(done.faults):,} more; the batch report of the source has them all")
