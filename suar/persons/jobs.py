"""Place the records of a batch: subjects, keys, links, persons. Tx 3 of DESIGN 5, set-based, idempotent."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import packed
from suar.core.identity.person import Description
from suar.core.matching.keys import keys
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.actions.settle import placed
from suar.intake.queries.batches import Stated, batch, stated_in, stated_of
from suar.persons.actions import decide_neighbourhood, relink
from suar.persons.queries import PERSONAL, Claim, Subject, matching_policy, subjects
from suar.policies.queries import in_force
from suar.vault.queries import DEFAULT, PROTECTION, blocking, seal

#: Advisory locks: one placer at a time on each side of a wall, so that two batches of one person always see each other.
PLACING = {DEFAULT: 7_306_001, PROTECTION: 7_306_002}


def place_batch(batch_id: UUID, *, act: Act, wall: str = DEFAULT) -> int:
    """Place every record of a read batch. Returns how many persons changed; does nothing the second time."""
    with transaction.atomic(using=wall):
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLACING[wall]])
        read = batch(batch_id, wall=wall, lock=True)
        if read is None or read.state != "read":
            return 0
        records = [record for record in stated_in(batch_id, wall=wall) if record.subject]
        changed = place(records, act=act, wall=wall)
        placed(batch_id, wall=wall)
        append(
            "batch.placed",
            act,
            about=[batch_id],
            wall=wall,
            subjects=len({r.subject for r in records}),
            persons=len(changed),
        )
        if wall == DEFAULT:
            moved = [
                Happened(type="person.changed", giver="suar", thing=person, subject=subject)
                for subject, person in changed.items()
            ]
            publish_many([*moved, Happened(type="batch.placed", giver=read.agency, thing=batch_id)], act)
    return len(changed)


def place(records: list[Stated], *, act: Act, wall: str = DEFAULT) -> dict[UUID, UUID]:
    """Bring the subjects of these current records up to date, then re-decide what they touch. Returns subject to new person."""
    touched = sorted({record.subject for record in records if record.subject})
    if not touched:
        return {}
    held = subjects(touched, wall=wall, lock=True)
    fresh = renewed(held, records, wall)
    before = {id_: subject.description for id_, subject in held.items()}
    after = {id_: subject.description for id_, subject in fresh.items()}
    moved = [id_ for id_ in touched if before.get(id_) != after.get(id_)]
    gone = [id_ for id_ in touched if id_ not in fresh]
    write_subjects(fresh, gone, wall)
    here = {id_: after[id_] for id_ in moved if id_ in after}
    write_keys(here, moved, wall)
    around = relink(moved, here, matching_policy(in_force(act.at)), wall=wall)
    return decide_neighbourhood(around, gone=gone, act=act, wall=wall)


def renewed(held: dict[UUID, Subject], records: list[Stated], wall: str) -> dict[UUID, Subject]:
    """The subjects with these records' claims in the place of earlier ones. Where a record was withdrawn, all is read again."""
    torn = sorted({record.subject for record in records if record.subject and record.withdrawn})
    claims: dict[UUID, dict[tuple[str, str], Claim]] = {
        id_: {(c.kind, c.record): c for c in subject.claims} for id_, subject in held.items() if id_ not in torn
    }
    about = {id_: (subject.source, subject.agency) for id_, subject in held.items()}
    for record in [*(r for r in records if r.subject not in torn), *(stated_of(torn, wall=wall) if torn else [])]:
        if record.subject and not record.withdrawn:
            claims.setdefault(record.subject, {})[record.kind, record.record_id] = claim_of(record)
            about[record.subject] = (record.source, record.agency)
    return {
        id_: Subject(id_, *about[id_], tuple(sorted(said.values(), key=lambda c: (c.version, c.kind, c.record))))
        for id_, said in claims.items()
        if said
    }


def claim_of(record: Stated) -> Claim:
    """What the record says of the human. Claims stand in canonical order (version, kind, id), so arrival order never matters."""
    personal = {name: record.values[name] for name in PERSONAL if name in record.values}
    stated = record.stated_at.isoformat() if record.stated_at else ""
    return Claim(record.kind, record.record_id, record.version, stated, personal)


WRITE = """
INSERT INTO persons_subject (id, source, agency, claims, records)
SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::int[])
ON CONFLICT (id) DO UPDATE SET claims = excluded.claims, records = excluded.records
"""


def write_subjects(fresh: dict[UUID, Subject], gone: list[UUID], wall: str) -> None:
    chosen = [fresh[id_] for id_ in sorted(fresh)]
    sealed = [
        seal(
            packed([[c.kind, c.record, c.version, c.stated_at, dict(c.values)] for c in s.claims]),
            about=b"subject" + s.id.bytes,
            wall=wall,
        )
        for s in chosen
    ]
    with connections[wall].cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                [s.id for s in chosen],
                [s.source for s in chosen],
                [s.agency for s in chosen],
                sealed,
                [len(s.claims) for s in chosen],
            ],
        )
        if gone:
            cursor.execute("DELETE FROM persons_subject WHERE id = ANY(%s)", [gone])
            cursor.execute("DELETE FROM persons_key WHERE subject = ANY(%s)", [gone])


def write_keys(described: dict[UUID, Description], moved: list[UUID], wall: str) -> None:
    rows = sorted(
        {
            (blocking(key.kind, key.value, wall=wall), id_): key.strong
            for id_, description in described.items()
            for key in keys(description)
        }.items()
    )
    with connections[wall].cursor() as cursor:
        cursor.execute("DELETE FROM persons_key WHERE subject = ANY(%s)", [moved])
        cursor.execute(
            "INSERT INTO persons_key (key, subject, strong) SELECT * FROM unnest(%b::bigint[], %b::uuid[], %b::bool[])"
            " ON CONFLICT (key, subject) DO UPDATE SET strong = persons_key.strong OR excluded.strong",
            [[key for (key, _), _ in rows], [id_ for (_, id_), _ in rows], [strong for _, strong in rows]],
        )
