"""Place the records of a batch: subjects, keys, links, persons. Tx 3 of DESIGN 5, set-based, idempotent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.identity.person import Description
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.actions.settle import placed
from suar.intake.queries.batches import TOGETHER, Stated, left_in, stated_in, stated_of, waiting_with
from suar.persons.actions import Moved, alone, decide_neighbourhood, relink, strong_keys
from suar.persons.actions.ask_about import ask_about_parted
from suar.persons.queries import PERSONAL, Claim, Subject, sealed, subjects
from suar.persons.queries.found import matching_policy
from suar.persons.queries.keys import EVERY, STRONG_COLUMNS, StrongKey, hashed, rows_of, strong_in, strong_of
from suar.persons.queries.membership import by_number, members
from suar.policies.queries import in_force
from suar.vault.queries import DEFAULT, PROTECTION

#: Advisory locks: one placer at a time on each side of a wall, so that two batches of one person always see each other.
PLACING = {DEFAULT: 7_306_001, PROTECTION: 7_306_002}


def place_batch(batch_id: UUID, *, act: Act, wall: str = DEFAULT) -> int | None:
    """Place every record of a read batch, and of others that wait with it. Returns how many persons changed; nothing the second time.

    None while somebody else places: he will find it.
    """
    with transaction.atomic(using=wall):
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PLACING[wall]])
            if not cursor.fetchone()[0]:
                return None
        batches = waiting_with(batch_id, state="read", at_most=TOGETHER, wall=wall)
        if not batches:
            return 0
        ids = [read.id for read in batches]
        records = [record for record in stated_in(ids, wall=wall) if record.subject]
        changed = place(records, left=left_in(ids, wall=wall), act=act, wall=wall)
        placed(ids, wall=wall)
        if wall == DEFAULT:
            ask_about_parted(act)
        named = len({record.subject for record in records})
        append("batch.placed", act, about=ids, wall=wall, subjects=named, persons=len(changed))
        if wall == DEFAULT:
            moved = [
                Happened(type="person.changed", giver="suar", thing=person, subject=subject)
                for subject, person in changed.items()
            ]
            done = [Happened(type="batch.placed", giver=read.agency, thing=read.id) for read in batches]
            publish_many([*moved, *done], act)
    return len(changed)


def resolve_again(
    ids: list[UUID], check: Callable[[Mapping[UUID, UUID], int], None], *, act: Act, wall: str = DEFAULT
) -> dict[UUID, UUID]:
    """Compare these subjects again with all who share a strong key, under the policy in force, and decide who is one person.

    The answer is what placing their records again would give. `check` is shown which subjects change their person and how many
    subjects the largest of those persons holds; what it raises undoes all. Waits for whoever places.
    """
    with transaction.atomic(using=wall):
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true), pg_advisory_xact_lock(%s)", [PLACING[wall]])
        alone(wall=wall)
        held = subjects(ids, wall=wall, lock=True)
        described = {id_: subject.description for id_, subject in held.items()}
        known = tuple(sorted(described, key=by_number))
        strong = frozenset(strong_keys(known, wall))
        moved = Moved(known, known, described, strong, Counter())
        around, near = relink(moved, matching_policy(in_force(act.at)), at=act.at, wall=wall)
        changed = decide_neighbourhood(around, known=near, wall=wall)
        largest = max(map(len, members(set(changed.values()), wall=wall).values()), default=0)
        check(changed, largest)
        append("persons.resolved", act, about=sorted(changed), wall=wall, subjects=len(known), persons=len(changed))
        if wall == DEFAULT:
            ask_about_parted(act)
            publish_many(
                [Happened(type="person.changed", giver="suar", thing=p, subject=s) for s, p in changed.items()], act
            )
    return changed


def place(records: list[Stated], *, left: Iterable[UUID] = (), act: Act, wall: str = DEFAULT) -> dict[UUID, UUID]:
    """Bring the subjects of these current records up to date, and those that records left for another human, then re-decide what
    they touch. Returns subject to new person.
    """
    torn = {*left, *(record.subject for record in records if record.subject and record.withdrawn)}
    touched = sorted(torn.union(record.subject for record in records if record.subject), key=by_number)
    if not touched:
        return {}
    alone(wall=wall)
    held = subjects(touched, wall=wall, lock=True)
    fresh = renewed(held, records, torn, wall)
    before = {id_: subject.stated for id_, subject in held.items()}
    after = {id_: subject.stated for id_, subject in fresh.items()}
    changed = [id_ for id_ in touched if before.get(id_) != after.get(id_)]
    gone = [id_ for id_ in held if id_ not in fresh]
    numbers = write_subjects(fresh, held, gone, wall)
    stated = {id_: after[id_] for id_ in changed if id_ in after}
    moved = write_keys(changed, [id_ for id_ in changed if id_ in held], stated, numbers, wall)
    around, known = relink(moved, matching_policy(in_force(act.at)), at=act.at, wall=wall)
    return decide_neighbourhood(around, gone=gone, known=known, wall=wall)


def renewed(held: dict[UUID, Subject], records: list[Stated], torn: set[UUID], wall: str) -> dict[UUID, Subject]:
    """The subjects with these records' claims in the place of earlier ones. Where one lost a record (`torn`), all is read again."""
    claims: dict[UUID, dict[tuple[str, str], Claim]] = {
        id_: {(c.kind, c.record): c for c in subject.claims} for id_, subject in held.items() if id_ not in torn
    }
    about = {id_: (subject.source, subject.agency) for id_, subject in held.items()}
    for record in [
        *(r for r in records if r.subject not in torn),
        *(stated_of(sorted(torn), wall=wall) if torn else []),
    ]:
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
    decision = str(record.values.get("decision_no") or "")
    return Claim(record.kind, record.record_id, record.version, stated, personal, decision)


NEW = """
INSERT INTO persons_subject (id, source, agency, claims) SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[])
RETURNING id, num
"""
AGAIN = """
UPDATE persons_subject s SET claims = row.claims FROM unnest(%b::uuid[], %b::bytea[]) AS row (id, claims) WHERE s.id = row.id
"""


def write_subjects(
    fresh: Mapping[UUID, Subject], held: Mapping[UUID, Subject], gone: list[UUID], wall: str
) -> dict[UUID, int]:
    """Returns the number of each."""
    ordered = [fresh[id_] for id_ in sorted(fresh, key=by_number)]
    new, again = [s for s in ordered if s.id not in held], [s for s in ordered if s.id in held]
    numbers = {id_: subject.num for id_, subject in held.items()}
    with connections[wall].cursor() as cursor:
        if again:
            cursor.execute(AGAIN, [[s.id for s in again], [sealed(s, wall=wall) for s in again]])
        if new:
            claims = [sealed(s, wall=wall) for s in new]
            cursor.execute(NEW, [[s.id for s in new], [s.source for s in new], [s.agency for s in new], claims])
            numbers.update(cursor.fetchall())
        if gone:
            cursor.execute("DELETE FROM persons_subject WHERE id = ANY(%b)", [gone])
    return numbers


FORGET = f"DELETE FROM persons_key WHERE num = ANY(%b) RETURNING subject, {', '.join(STRONG_COLUMNS)}"
REMEMBER = f"""
INSERT INTO persons_key (subject, num, part, {", ".join(EVERY)})
SELECT * FROM unnest(%b::uuid[], %b::int[], %b::smallint[]{", %b::int[]" * len(EVERY)})
"""


def write_keys(
    changed: list[UUID],
    held: list[UUID],
    stated: Mapping[UUID, tuple[Description, ...]],
    numbers: Mapping[UUID, int],
    wall: str,
) -> Moved:
    """The keys of changed subjects in the place of those they had."""
    found = {id_: hashed(*said, wall=wall) for id_, said in stated.items()}
    strong = {id_: strong_of(keys) for id_, keys in found.items()}
    rows = [(id_, numbers[id_], n, *row) for id_, keys in found.items() for n, row in enumerate(rows_of(keys))]
    given_up: Counter[StrongKey] = Counter()
    with connections[wall].cursor() as cursor:
        if held:
            cursor.execute(FORGET, [[numbers[id_] for id_ in held]])
            for id_, *had in cursor.fetchall():
                given_up.update(strong_in(had) - strong.get(id_, set()))
        if rows:
            cursor.execute(REMEMBER, [list(column) for column in zip(*rows, strict=True)])
    described = {id_: said[0] for id_, said in stated.items()}
    return Moved(tuple(changed), tuple(held), described, frozenset().union(*strong.values()), given_up)
