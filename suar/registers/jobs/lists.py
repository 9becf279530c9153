"""Each signed list is judged once: is it its owner's proven word? Entries follow the newest one that is; the others change nothing that
was proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connections

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.standard.mapping import SourceMapping
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.queries.batches import stated_by
from suar.intake.queries.listed import Listed, kinds_in, lists, refused_list, signed_streams, standing_in
from suar.intake.queries.mappings import sources
from suar.registers.jobs import local_day, mirrored, write
from suar.registers.queries.law import legal_basis
from suar.registers.queries.lists import newest_judged, newest_with_run, standing_of
from suar.vault.queries import DEFAULT, new_id

JUDGING = 7_306_200  # advisory lock: each list is judged once
STOPPED = "guard.stopped"


def signed(at: datetime) -> Iterator[tuple[SourceMapping, str]]:
    """Every stream that is a signed list, with its source."""
    known = sources(at)
    for name in known.names:
        for stream in signed_streams(known[name]):
            yield known[name], stream


def judge_lists(*, act: Act) -> int:
    """Judge the lists that were read to their end since the last time. Returns how many. Runs in the caller's transaction, as the hub."""
    assert connections[DEFAULT].in_atomic_block
    return sum(judge_stream(mapping, stream, act) for mapping, stream in signed(act.at))


def judge_stream(mapping: SourceMapping, stream: str, act: Act) -> int:
    done = note_refused(mapping.source, stream, act)
    if not unjudged(mapping.source, stream):
        return done
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JUDGING])
    came = unjudged(mapping.source, stream)
    proven = [one.run for one in came if not one.doubt]
    for one in came:
        if one.open:
            break
        overtaken = (
            not one.doubt and one.run != proven[-1]
        )  # which records stood in it is no longer noted; the later list says it
        if not overtaken:
            done += judge(mapping, one, act)
    return done


def unjudged(source: str, stream: str) -> list[Listed]:
    last = newest_with_run(source, stream)
    return lists(source, stream, after=last.run if last else None)


def judge(mapping: SourceMapping, one: Listed, act: Act) -> bool:
    """Write what came of a list, and where it is proven, who stands in it now and who does no longer. False where a newer one has
    come meanwhile, which will say it.
    """
    why = one.doubt or (STOPPED if "stopped" in one.states else "")
    stand = set() if why else standing_in(one.source, kinds_in(mapping, one.stream), one.run)
    if not why and lists(one.source, one.stream, after=one.run):
        return False
    id_ = write_list(one.source, one.stream, one.stated_on, one.run, one.rows, one.root, why, act)
    changed = [] if why else restand(one, stand, id_)
    again(changed, act)
    append("register.list_judged", act, about=[id_], source=one.source, rows=one.rows, why=why, changed=len(changed))
    return True


def write_list(
    source: str, stream: str, stated_on: date, run: UUID | None, rows: int, root: str, why: str, act: Act
) -> UUID:
    id_ = new_id(act.at)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_list (id, source, stream, stated_on, run, rows, root, agrees, why, checked_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [id_, source, stream, stated_on, run, rows, root, not why, why, act.at],
        )
    return id_


def note_refused(source: str, stream: str, act: Act) -> int:
    """A list whose signature does not verify was not taken at all: that it came is written once, while it stays so."""
    refused, last = refused_list(source, stream), newest_judged(source, stream)
    if refused is None or (last and (last.stated_on, last.why) == (refused[0], "list.signature")):
        return 0
    id_ = write_list(source, stream, refused[0], None, 0, "", "list.signature", act)
    append("register.list_judged", act, about=[id_], source=source, rows=0, why="list.signature", changed=0)
    return 1


def restand(one: Listed, now: set[UUID], id_: UUID) -> list[UUID]:
    """Note the records that stand since this list, and those that it no longer has though their term runs. Returns which."""
    before = standing_of(one.source, one.stream)
    gone = running_among(before - now, local_day(one.stated_on.isoformat()) + timedelta(days=1))
    changed = [*((record, True) for record in sorted(now - before)), *((record, False) for record in sorted(gone))]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_stands (record, list, stands) SELECT record, %s, stands"
            " FROM unnest(%b::uuid[], %b::bool[]) AS row (record, stands)",
            [id_, [record for record, _ in changed], [stands for _, stands in changed]],
        )
    return [record for record, _ in changed]


def running_among(records: set[UUID], at: datetime) -> set[UUID]:
    """Which of these records have an entry whose term goes on after the day of the list: one that has ended is on no list for long."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT record FROM registers_entry WHERE record = ANY(%b) AND upper(in_force) >= %s", [list(records), at]
        )
        return {row[0] for row in cursor.fetchall()}


def again(records: list[UUID], act: Act) -> None:
    """Give the entries of these records the state that the lists give them now. What is still to be projected gets it then."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT record FROM registers_entry WHERE record = ANY(%b)", [records])
        held = [row[0] for row in cursor.fetchall()]
    if not held:
        return
    stated = stated_by(held)
    write(mirrored(stated, legal_basis(act.at)))
    batches = sorted({record.batch for record in stated})
    publish_many([Happened(type="register.changed", giver="suar", thing=batch) for batch in batches], act)
