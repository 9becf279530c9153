"""Links and membership, decided again wherever something changed; human joins and splits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.canonical import canonical, packed, unpacked
from suar.core.identity.person import Description
from suar.core.linking.decide import decide
from suar.core.linking.propose import Verdict, propose, why_asked
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.keys import STRONG
from suar.core.matching.policy import MatchingPolicy
from suar.persons.queries import subjects
from suar.persons.queries.found import explanation_json
from suar.persons.queries.keys import STRONG_COLUMNS, StrongKey, strong_in
from suar.persons.queries.membership import by_number, neighbourhood
from suar.vault.queries import DEFAULT, PROTECTION, derived_id, seal

#: A strong key that more subjects share than this (a NIK of nines, an agent's phone) joins nobody by itself.
COMMON = 40

#: Advisory locks: on each side of a wall membership is decided by one transaction at a time, a batch placed or a human's judgement, so
#: that neither writes what it worked out before the other's was there.
DECIDING = {DEFAULT: 7_306_003, PROTECTION: 7_306_004}

SHARED = " UNION ALL ".join(
    f"SELECT '{kind}' AS kind, {column} AS key, subject FROM persons_key WHERE {column} = ANY(%b::int[])"
    for column, kind in STRONG_COLUMNS.items()
)
BLOCKS = f"""
SELECT kind, key, array_agg(subject ORDER BY subject) FROM ({SHARED}) shared GROUP BY kind, key HAVING count(*) > 1
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Subjects whose description changed, in the canonical order; `held` of them were known before. The strong keys they have now, and
    how many of them gave up each strong key.
    """

    subjects: tuple[UUID, ...]
    held: tuple[UUID, ...]
    described: Mapping[UUID, Description]
    strong: frozenset[StrongKey]
    given_up: Mapping[StrongKey, int]


def alone(*, wall: str = DEFAULT) -> None:
    """From here to the end of the transaction nobody else decides membership on this side of the wall; waits for whoever does."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DECIDING[wall]])


def relink(
    moved: Moved, policy: MatchingPolicy, *, at: datetime, wall: str = DEFAULT
) -> tuple[set[UUID], dict[UUID, Description]]:
    """Compare every moved subject with those that share an uncommon strong key. Returns all subjects whose person may change, and the
    descriptions that were needed. `at`: since when a question that is new waits for a human.

    A pair is linked or not by its two descriptions alone, so it does not matter who came first. When a key becomes common, or is
    common no longer, its whole block is compared again.
    """
    if not moved.subjects:
        return set(), {}
    moving, held = set(moved.subjects), set(moved.held)
    blocks = blocks_of({*moved.strong, *moved.given_up}, wall)
    turned = {id_ for key, members in blocks.items() if turned_common(key, members, moved) for id_ in members} - moving
    if turned:
        moving |= turned
        held |= turned
        blocks = blocks_of({*moved.strong, *moved.given_up, *strong_keys(turned, wall)}, wall)
    pairs = sorted(
        {
            (a, b)
            for members in blocks.values()
            if len(members) <= COMMON
            for at, a in enumerate(members)
            for b in members[at + 1 :]
            if a in moving or b in moving
        },
        key=lambda pair: (pair[0].int, pair[1].int),
    )
    known = dict(moved.described)
    missing = {id_ for pair in pairs for id_ in pair} - set(known)
    known.update({id_: subject.description for id_, subject in subjects(missing, wall=wall).items()})
    made = {(a, b): explain(known[a], known[b], candidate=str(b), policy=policy) for a, b in pairs}
    unlinked = write_links(sorted(held, key=by_number), made, policy, at, wall)
    return moving.union(unlinked, *pairs), known


def turned_common(key: StrongKey, members: list[UUID], moved: Moved) -> bool:
    """Whether this block may have been on the other side of what is common before these subjects moved."""
    came = sum(id_ in moved.described for id_ in members)
    left = moved.given_up.get(key, 0)
    return COMMON < len(members) <= COMMON + came or COMMON - left < len(members) <= COMMON


def blocks_of(keys: Iterable[StrongKey], wall: str) -> dict[StrongKey, list[UUID]]:
    of: dict[str, list[int]] = {kind: [] for kind in STRONG}
    for kind, key in keys:
        of[kind].append(key)
    with connections[wall].cursor() as cursor:
        cursor.execute(BLOCKS, [sorted(of[kind]) for kind in STRONG_COLUMNS.values()])
        return {(kind, key): members for kind, key, members in cursor.fetchall()}


def strong_keys(ids: Iterable[UUID], wall: str) -> set[StrongKey]:
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'k.{column}' for column in STRONG_COLUMNS)} FROM persons_subject s JOIN persons_key k ON k.num = s.num"
            " WHERE s.id = ANY(%b)",
            [list(ids)],
        )
        return {key for row in cursor.fetchall() for key in strong_in(row)}


def write_links(
    again: list[UUID],
    made: Mapping[tuple[UUID, UUID], MatchExplanation],
    policy: MatchingPolicy,
    at: datetime,
    wall: str,
) -> set[UUID]:
    """Put these links in the place of all that the subjects compared again had; returns whom those had been with. A question that was
    never put with this evidence waits for a human since `at`; one whose link is not written again is no longer put.
    """
    verdicts = {pair: propose(explanation, policy) for pair, explanation in made.items()}
    kept = [pair for pair in made if verdicts[pair] in {Verdict.JOIN, Verdict.ASK}]
    unlinked: set[UUID] = set()
    with connections[wall].cursor() as cursor:
        if again:
            cursor.execute(
                "DELETE FROM persons_link WHERE a = ANY(%b::uuid[]) OR b = ANY(%b::uuid[]) RETURNING a, b",
                [again, again],
            )
            unlinked = {id_ for pair in cursor.fetchall() for id_ in pair}
        if not kept:
            return unlinked
        rows: list[list[Any]] = [
            [a for a, _ in kept],
            [b for _, b in kept],
            [made[pair].weight for pair in kept],
            [verdicts[pair].value for pair in kept],
            [made[pair].policy for pair in kept],
            [evidence_of(made[pair], wall) for pair in kept],
            [sealed_link(pair, made[pair], policy, wall) for pair in kept],
        ]
        cursor.execute(LINK, rows)
        cursor.execute(ASKED, [at, rows[0], rows[1], rows[5], rows[3]])
    put(kept, wall=wall)
    return unlinked


def put(pairs: Sequence[tuple[UUID, UUID]], *, wall: str = DEFAULT) -> None:
    """Note on the links of these pairs since when they wait for a human, or that they wait for nobody: so the queue need not look through
    all that was ever asked. To be called where such a link, or the last ruling on such a pair, is another one than before.
    """
    with connections[wall].cursor() as cursor:
        cursor.execute(WAITS, [[a for a, _ in pairs], [b for _, b in pairs]])


# A question of the machine waits until a ruling was made on what it says now; a pair judged to be two persons, or that nobody could tell,
# is asked again when what it says has changed.
WAITS = """
WITH last AS (
    SELECT l.a, l.b, CASE WHEN l.verdict = 'ask' AND (j.a IS NULL OR j.ruling = 'withdrawn') OR j.evidence IS DISTINCT FROM l.evidence
            AND (j.ruling = 'not_same' OR j.ruling = 'cannot_tell' AND l.verdict = 'ask') THEN coalesce(q.since, j.at) END AS waits
    FROM unnest(%b::uuid[], %b::uuid[]) AS p (a, b) JOIN persons_link l ON l.a = p.a AND l.b = p.b
    LEFT JOIN persons_asked q ON q.a = l.a AND q.b = l.b AND q.evidence = l.evidence
    LEFT JOIN LATERAL (SELECT * FROM persons_judgement s WHERE s.a = l.a AND s.b = l.b ORDER BY s.id DESC LIMIT 1) j ON true
)
UPDATE persons_link l SET waits = last.waits FROM last WHERE l.a = last.a AND l.b = last.b AND l.waits IS DISTINCT FROM last.waits
"""
LINK = """
INSERT INTO persons_link (a, b, weight, verdict, policy, evidence, explanation)
SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::int[], %b::text[], %b::text[], %b::uuid[], %b::bytea[])
"""
ASKED = """
INSERT INTO persons_asked (a, b, evidence, since)
SELECT a, b, evidence, %b FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[]) AS row (a, b, evidence, verdict)
WHERE verdict = 'ask' ON CONFLICT DO NOTHING
"""


def evidence_of(explanation: MatchExplanation, wall: str = DEFAULT) -> UUID:
    """One id for what was compared with what, whatever it weighs: a keyed hash, so it tells nothing. The same question has the same."""
    said = [[r.code, r.feature, r.left, r.right] for r in explanation.reasons]
    return derived_id("evidence", canonical(said).decode(), wall=wall)


def sealed_link(
    pair: tuple[UUID, UUID], explanation: MatchExplanation, policy: MatchingPolicy, wall: str = DEFAULT
) -> bytes:
    """The explanation as it is kept: with the reasons why a human is asked, as they were when it was made."""
    body = unpacked(explanation_json(explanation)) | {"why": list(why_asked(explanation, policy))}
    return seal(packed(body), about=b"link" + pair[0].bytes + pair[1].bytes, wall=wall)


def decide_neighbourhood(
    around: Iterable[UUID],
    *,
    gone: Iterable[UUID] = (),
    known: Mapping[UUID, Description] | None = None,
    reviewed: Collection[UUID] = (),
    wall: str = DEFAULT,
) -> dict[UUID, UUID]:
    """Decide membership again for everything connected with `around`, whose descriptions may be known already. Returns the subjects
    whose person changed, with the new one. `reviewed`: of these two persons have just ruled that they come apart; a restriction
    follows whoever else does.
    """
    gone, known = set(gone), known or {}
    near = neighbourhood({*around, *gone}, wall=wall)
    tied = {*((link.a, link.b) for link in near.links), *((said.a, said.b) for said in near.judgements)}
    bound = ({UUID(id_) for pair in tied for id_ in pair} & near.subjects) - gone
    described = {str(id_): known[id_] for id_ in bound if id_ in known}
    missing = bound - set(known)
    described |= {str(id_): subject.description for id_, subject in subjects(missing, wall=wall).items()}
    inside = [link for link in near.links if link.a in described and link.b in described]
    decided = {UUID(s): UUID(p) for s, p in decide(described, inside, near.judgements).items()}
    decided |= {id_: id_ for id_ in near.subjects - bound - gone}
    changed = {subject: person for subject, person in decided.items() if near.person.get(subject) != person}
    vanished = [subject for subject in near.person if subject not in decided]
    if wall == DEFAULT:
        follow(near.person, decided, reviewed)
    with connections[wall].cursor() as cursor:
        if changed:
            cursor.execute(
                "INSERT INTO persons_member (subject, person) SELECT * FROM unnest(%b::uuid[], %b::uuid[])"
                " ON CONFLICT (subject) DO UPDATE SET person = excluded.person",
                [list(changed), list(changed.values())],
            )
        if vanished:
            cursor.execute("DELETE FROM persons_member WHERE subject = ANY(%b)", [vanished])
    return changed


CARRIED = """
SELECT p.subject, p.subject FROM persons_pin p WHERE p.subject = ANY(%(ids)s)
UNION SELECT f.subject, f.pinned FROM persons_follows f JOIN persons_pin p ON p.subject = f.pinned WHERE f.subject = ANY(%(ids)s)
"""
# A replay decides beside the live state: what comes apart there on the way has not come apart here.
FOLLOWS = """
INSERT INTO persons_follows (subject, pinned, since) SELECT row.subject, row.pinned, coalesce(newest.id, '00000000-0000-0000-0000-000000000000')
FROM unnest(%s::uuid[], %s::uuid[]) AS row (subject, pinned)
LEFT JOIN (SELECT id FROM persons_judgement ORDER BY id DESC LIMIT 1) newest ON true WHERE current_schema() = 'public'
ON CONFLICT DO NOTHING
"""


def follow(before: Mapping[UUID, UUID], after: Mapping[UUID, UUID], reviewed: Collection[UUID]) -> None:
    """Where persons come apart, the restriction of any member follows all sides until two persons have looked (SECURITY T08): somebody
    who changes a record, or joins two others, would else get rid of it. `before` and `after`: subject to its person.
    """
    whole: dict[UUID, list[UUID]] = {}
    for subject, person in before.items():
        whole.setdefault(person, []).append(subject)
    parted = [
        group
        for group in whole.values()
        if len({after.get(subject) for subject in group}) > 1 and not any(subject in reviewed for subject in group)
    ]
    if not parted:
        return
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(CARRIED, {"ids": [subject for group in parted for subject in group]})
        carried = cursor.fetchall()
        rows = {
            (subject, pinned)
            for group in parted
            for pinned in {pinned for subject, pinned in carried if before[subject] == before[group[0]]}
            for subject in group
            if subject in after and subject != pinned and after[subject] != after.get(pinned)
        }
        if rows:
            cursor.execute(FOLLOWS, [list(column) for column in zip(*sorted(rows), strict=True)])


def pin(subject: UUID, *, by: str, until: datetime | None = None, needs_two: bool = True) -> None:
    """While a restriction runs, until then or until `registers` says that it has ended, a join or split of this subject needs two persons,
    and it follows both sides (SECURITY T08).
    """
    with connections[DEFAULT].cursor() as cursor:
        if needs_two:
            cursor.execute(
                "INSERT INTO persons_pin (subject, by, until) VALUES (%s, %s, coalesce(%s::timestamptz, 'infinity')) ON CONFLICT DO NOTHING",
                [subject, by, until],
            )
        else:
            cursor.execute("DELETE FROM persons_pin WHERE subject = %s AND by = %s", [subject, by])
