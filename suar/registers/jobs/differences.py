"""Both copies agree: every cycle an owner's newest proven list is compared with our entries, and what differs is a finding with an owner."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.registers.agreeing import Difference, Line, differences
from suar.core.standard.mapping import SourceMapping
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.queries.batches import Stated, stated_by
from suar.intake.queries.listed import ListedRow, list_of, on_its_way, rows_of
from suar.policies.queries import in_force
from suar.registers.jobs import LISTED, READERS, Mirrored, local_day
from suar.registers.jobs.lists import judge_lists, signed
from suar.registers.queries.differences import Standing, held, open_differences
from suar.registers.queries.law import legal_basis
from suar.registers.queries.lists import Judged, newest_proven
from suar.vault.queries import DEFAULT, derived_id, new_id, seal, token

#: What says who somebody is; another name, number or birth date is another person until somebody has looked.
IDENTITY = ("full_name", "nik", "passport_no", "birth_date", "birth_place", "sex", "nationality")
KINDS = ("exit_ban", "exit_ban_urgent")


@dataclass(frozen=True, slots=True)
class Came:
    """What one cycle came to."""

    found: int = 0
    cleared: int = 0


def reconcile(*, act: Act) -> Came:
    """Judge what lists came, then compare. Idempotent: a difference that stands is found once, and is over once the two agree."""
    with transaction.atomic():
        as_hub()
        judge_lists(act=act)
    came = [of_stream(mapping, stream, act) for mapping, stream in signed(act.at)]
    return Came(sum(one.found for one in came), sum(one.cleared for one in came))


@transaction.atomic
def of_stream(mapping: SourceMapping, stream: str, act: Act) -> Came:
    """Compare the newest proven list of one stream; nothing while some of it is still on its way into the registers."""
    as_hub()
    judged = newest_proven(mapping.source, stream)
    if judged is None or on_its_way(mapping.source, stream):
        return Came()
    said = said_in(judged, act)
    theirs = said.lines
    day = local_day(judged.stated_on.isoformat())
    ours = held(mapping.source, KINDS, sorted(theirs), day)
    opened = those_that_differ(theirs, ours.lines, ours.records)
    others = frozenset(
        entry
        for entry, record in opened.items()
        if entry in said.rows and identity(said.rows[entry].values) != identity(record.values)
    )
    found = differences(list(theirs.values()), ours.lines, day, persons_differ=others)
    return settle(mapping, judged, found, {(one.kind, one.entry): detail(one, said.rows, opened) for one in found}, act)


@dataclass(frozen=True, slots=True)
class Said:
    """What a list says, by the entries that it makes."""

    rows: Mapping[UUID, ListedRow]
    lines: Mapping[UUID, Line]


_said: dict[tuple[UUID, str], Said] = {}


def said_in(judged: Judged, act: Act) -> Said:
    """A list never changes, so it is read once a process, and again only when the policy by which it is read has changed."""
    key = (judged.id, in_force(act.at).sha256)
    if key not in _said:
        assert judged.run
        rows = {
            entry_of(judged.source, row): row
            for row in sorted(rows_of(list_of(judged.run), act.at), key=lambda row: (row.version, row.content))
            if row.kind in LISTED and row.record_id  # of two wordings the later version counts, as for intake
        }
        legal = legal_basis(act.at)
        lines = {
            entry: line_of(entry, row, None if row.faults else READERS[row.kind](row.values, legal))
            for entry, row in rows.items()
        }
        _said.clear()
        _said[key] = Said(rows, lines)
    return _said[key]


def entry_of(source: str, row: ListedRow) -> UUID:
    return derived_id("entry", source, row.kind, row.record_id)


def line_of(entry: UUID, row: ListedRow, made: Mirrored | None) -> Line:
    number = made.decision_no if made else str(row.values.get("decision_no", row.record_id))
    return Line(
        entry=entry,
        decision=token("decision", number) if number else b"",
        kind=made.kind if made else row.kind,
        subject=row.subject,
        authority=made.authority if made else "",
        basis=made.basis if made else "",
        reason=made.reason if made else "",
        state=made.state if made else "",
        stated=row.content,
        from_at=made.from_at if made else None,
        until_at=made.until_at if made else None,
        lifted=bool(row.values.get("lifted_on")),
        unread=bool(row.faults),
    )


def those_that_differ(
    theirs: Mapping[UUID, Line], ours: Sequence[Line], records: Mapping[UUID, UUID]
) -> dict[UUID, Stated]:
    """The records behind our entries that do not say word for word what the list says, opened; few, or none."""
    other = [line.entry for line in ours if line.entry not in theirs or line.says != theirs[line.entry].says]
    opened = {record.id: record for record in stated_by([records[entry] for entry in other])}
    return {entry: opened[records[entry]] for entry in other if records[entry] in opened}


def identity(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in IDENTITY if name in values}


def detail(one: Difference, stated: Mapping[UUID, ListedRow], opened: Mapping[UUID, Stated]) -> dict[str, Any]:
    """What differs, for whoever has to mend it: terms and codes as they stand, of a person only what differs."""
    row, record = stated.get(one.entry), opened.get(one.entry)
    number = (row and row.values.get("decision_no")) or (record and record.values.get("decision_no"))
    told: dict[str, Any] = {"number": number or (row.record_id if row else "")}
    told |= {"theirs": said_of(one.theirs), "ours": said_of(one.ours), "faults": list(row.faults) if row else []}
    if one.kind == "other_person" and row and record:
        here, there = identity(row.values), identity(record.values)
        told["person"] = {
            name: [here.get(name, ""), there.get(name, "")]
            for name in IDENTITY
            if here.get(name, "") != there.get(name, "")
        }
    return told


def said_of(line: Line | None) -> dict[str, str]:
    if line is None or line.from_at is None or line.until_at is None:
        return {}
    return {
        "kind": line.kind, "authority": line.authority, "basis": line.basis, "state": line.state,
        "from": line.from_at.isoformat(), "until": line.until_at.isoformat(),
    }  # fmt: skip


INSERT = """
INSERT INTO registers_difference (id, source, agency, kind, decision, entry, list, found_at, detail)
SELECT id, %s, %s, kind, decision, entry, %s, %s, detail
FROM unnest(%b::uuid[], %b::text[], %b::bytea[], %b::uuid[], %b::bytea[]) AS row (id, kind, decision, entry, detail)
"""


def settle(
    mapping: SourceMapping,
    judged: Judged,
    found: Sequence[Difference],
    told: Mapping[tuple[str, UUID], dict[str, Any]],
    act: Act,
) -> Came:
    """Write what is new, clear what is over, tell the owner of the list, and leave a trace of both."""
    standing = {(one.kind, one.entry): one for one in open_differences(mapping.source)}
    here = {(one.kind, one.entry): one for one in found}
    new = [here[key] for key in sorted(here.keys() - standing.keys(), key=str)]
    over = [standing[key] for key in sorted(standing.keys() - here.keys(), key=str)]
    ids = [new_id(act.at) for _ in new]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                mapping.source,
                mapping.agency,
                judged.id,
                act.at,
                ids,
                [one.kind for one in new],
                [decision_of(one) for one in new],
                [one.entry for one in new],
                [
                    seal(json.dumps(told[one.kind, one.entry]).encode(), about=id_.bytes)
                    for id_, one in zip(ids, new, strict=True)
                ],
            ],
        )
        cursor.execute(
            "UPDATE registers_difference SET cleared_at = %s WHERE id = ANY(%b)", [act.at, [one.id for one in over]]
        )
    if new or over:
        publish_many(events(mapping.agency, list(zip(ids, new, strict=True)), over), act)
        append(
            "register.compared", act, about=[*ids, *(one.id for one in over)], source=mapping.source, found=len(new), cleared=len(over)
        )  # fmt: skip
    return Came(len(new), len(over))


def decision_of(one: Difference) -> bytes:
    line = one.theirs or one.ours
    return line.decision if line else b""


def events(agency: str, new: Sequence[tuple[UUID, Difference]], over: Sequence[Standing]) -> list[Happened]:
    return [
        *(
            Happened(type="difference.found", giver=agency, thing=id_, classes=("exit_ban",), effect=one.kind)
            for id_, one in new
        ),
        *(
            Happened(type="difference.cleared", giver=agency, thing=one.id, classes=("exit_ban",), effect=one.kind)
            for one in over
        ),
    ]
