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
from suar.intake.queries.batches import Stated, batch, stated_of, subjects_in
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
        touched = subjects_in(batch_id, wall=wall)
        changed = place(touched, act=act, wall=wall)
        placed(batch_id, wall=wall)
        append("batch.placed", act, about=[batch_id], wall=wall, subjects=len(touched), persons=len(changed))
        if wall == DEFAULT:
            moved = [
                Happened(type="person.changed", giver="suar", thing=person, subject=subject)
                for subject, person in changed.items()
            ]
            publish_many([*moved, Happened(type="batch.placed", giver=read.agency, thing=batch_id)], act)
    return len(changed)


def place(touched: list[UUID], *, act: Act, wall: str = DEFAULT) -> dict[UUID, UUID]:
    """Make these subjects anew from all their current records, then re-decide what they touch. Returns subject to new person."""
    if not touched:
        return {}
    held = subjects(touched, wall=wall, lock=True)
    fresh = subjects_from(stated_of(touched, wall=wall))
    moved = [id_ for id_ in touched if described(held.get(id_)) != described(fresh.get(id_))]
    write_subjects(fresh, [id_ for id_ in touched if id_ not in fresh], wall)
    write_keys({id_: fresh[id_].description for id_ in moved if id_ in fresh}, moved, wall)
    policy = matching_policy(in_force(act.at))
    around = relink(moved, {id_: fresh[id_].description for id_ in moved if id_ in fresh}, policy, wall=wall)
    gone = [id_ for id_ in touched if id_ not in fresh]
    return decide_neighbourhood(around, gone=gone, act=act, wall=wall)


def described(subject: Subject | None) -> Description | None:
    return subject.description if subject else None


def subjects_from(records: list[Stated]) -> dict[UUID, Subject]:
    """Subjects as their current records make them: claims in canonical order (version, kind, id), so arrival order never matters."""
    claims: dict[UUID, list[Claim]] = {}
    about: dict[UUID, tuple[str, str]] = {}
    for record in records:
        if record.subject is None or record.withdrawn:
            continue
        personal = {name: record.values[name] for name in PERSONAL if name in record.values}
        stated = record.stated_at.isoformat() if record.stated_at else ""
        claims.setdefault(record.subject, []).append(
            Claim(record.kind, record.record_id, record.version, stated, personal)
        )
        about[record.subject] = (record.source, record.agency)
    return {
        id_: Subject(id_, *about[id_], tuple(sorted(said, key=lambda c: (c.version, c.kind, c.record))))
        for id_, said in claims.items()
    }


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
