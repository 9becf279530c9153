"""Links and membership, decided again wherever something changed; human joins and splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.core.identity.person import Description
from suar.core.linking.decide import Link, Ruling, decide
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.persons.queries import explanation_json, judgements_among, subjects
from suar.vault.queries import DEFAULT, new_id, seal

#: A strong key that more subjects share than this (a NIK of nines, an agent's phone) joins nobody by itself.
COMMON = 40

NEIGHBOURS = """
WITH mine AS (SELECT DISTINCT key FROM persons_key WHERE subject = ANY(%s) AND strong),
block AS (SELECT k.key, count(*) AS size, array_agg(k.subject ORDER BY k.subject) AS subjects
          FROM mine JOIN persons_key k USING (key) WHERE k.strong GROUP BY k.key)
SELECT subjects, size FROM block WHERE size > 1
"""


def relink(
    moved: list[UUID], described: Mapping[UUID, Description], policy: MatchingPolicy, *, wall: str = DEFAULT
) -> set[UUID]:
    """Compare every moved subject with those that share an uncommon strong key; returns all subjects whose person may change.

    A pair is linked or not by its two descriptions alone, so it does not matter who came first. When a key becomes common its whole
    block is compared again without it.
    """
    if not moved:
        return set()
    around = set(moved) | linked_to(moved, wall)
    blocks = blocks_of(moved, wall)
    moving = set(moved)
    newly_common = {id_ for members in blocks if COMMON < len(members) <= COMMON + len(moving) for id_ in members}
    if newly_common - moving:
        moving |= newly_common
        around |= newly_common | linked_to(sorted(newly_common), wall)
        blocks = blocks_of(sorted(moving), wall)
    pairs = {
        (a, b)
        for members in blocks
        if len(members) <= COMMON
        for a in members
        for b in members
        if a < b and (a in moving or b in moving)
    }
    known = dict(described)
    missing = {id_ for pair in pairs for id_ in pair} - set(known)
    known.update({id_: subject.description for id_, subject in subjects(missing, wall=wall).items()})
    write_links(
        sorted(moving),
        {p: explain(known[p[0]], known[p[1]], candidate=str(p[1]), policy=policy) for p in sorted(pairs)},
        policy,
        wall,
    )
    return around | {id_ for pair in pairs for id_ in pair}


def blocks_of(moved: list[UUID], wall: str) -> list[list[UUID]]:
    with connections[wall].cursor() as cursor:
        cursor.execute(NEIGHBOURS, [moved])
        return [members for members, _ in cursor.fetchall()]


def linked_to(ids: list[UUID], wall: str) -> set[UUID]:
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT a, b FROM persons_link WHERE a = ANY(%s) OR b = ANY(%s)", [ids, ids])
        return {id_ for pair in cursor.fetchall() for id_ in pair}


def write_links(
    moving: list[UUID], made: Mapping[tuple[UUID, UUID], MatchExplanation], policy: MatchingPolicy, wall: str
) -> None:
    verdicts = {pair: propose(explanation, policy) for pair, explanation in made.items()}
    kept = [pair for pair in made if verdicts[pair] in {Verdict.JOIN, Verdict.ASK}]
    with connections[wall].cursor() as cursor:
        cursor.execute("DELETE FROM persons_link WHERE a = ANY(%s) OR b = ANY(%s)", [moving, moving])
        cursor.execute(
            "INSERT INTO persons_link (a, b, weight, verdict, policy, explanation)"
            " SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::int[], %b::text[], %b::text[], %b::bytea[])",
            [
                [a for a, _ in kept],
                [b for _, b in kept],
                [made[pair].weight for pair in kept],
                [verdicts[pair].value for pair in kept],
                [made[pair].policy for pair in kept],
                [
                    seal(explanation_json(made[pair]), about=b"link" + pair[0].bytes + pair[1].bytes, wall=wall)
                    for pair in kept
                ],
            ],
        )


# Everything reachable over joins, human judgements and today's membership: the whole neighbourhood, so that the decision is canonical.
COMPONENT = """
WITH RECURSIVE reached (id) AS (
    SELECT unnest(%b::uuid[])
    UNION
    SELECT next.id FROM reached r CROSS JOIN LATERAL (
        SELECT b AS id FROM persons_link WHERE a = r.id AND verdict = 'join'
        UNION ALL SELECT a FROM persons_link WHERE b = r.id AND verdict = 'join'
        UNION ALL SELECT b FROM persons_judgement WHERE a = r.id AND ruling = 'joined'
        UNION ALL SELECT a FROM persons_judgement WHERE b = r.id AND ruling = 'joined'
        UNION ALL SELECT other.subject FROM persons_member mine JOIN persons_member other USING (person) WHERE mine.subject = r.id
    ) next
)
SELECT id FROM reached ORDER BY id
"""


def decide_neighbourhood(
    around: Iterable[UUID], *, gone: Iterable[UUID] = (), act: Act, wall: str = DEFAULT
) -> dict[UUID, UUID]:
    """Decide membership again for everything connected with `around`. Returns the subjects whose person changed, with the new one."""
    with connections[wall].cursor() as cursor:
        cursor.execute(COMPONENT, [sorted({*around, *gone})])
        reached = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT a, b, weight, verdict FROM persons_link WHERE a = ANY(%s)", [reached])
        links = [
            Link(a=str(a), b=str(b), weight=weight, verdict=Verdict(verdict))
            for a, b, weight, verdict in cursor.fetchall()
        ]
        cursor.execute("SELECT subject, person FROM persons_member WHERE subject = ANY(%s)", [reached])
        before = dict(cursor.fetchall())
    described = {str(id_): subject.description for id_, subject in subjects(reached, wall=wall).items()}
    inside = [link for link in links if link.a in described and link.b in described]
    decided = {UUID(s): UUID(p) for s, p in decide(described, inside, judgements_among(reached, wall=wall)).items()}
    changed = {subject: person for subject, person in decided.items() if before.get(subject) != person}
    vanished = [subject for subject in before if subject not in decided]
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_member (subject, person) SELECT * FROM unnest(%b::uuid[], %b::uuid[])"
            " ON CONFLICT (subject) DO UPDATE SET person = excluded.person",
            [list(changed), list(changed.values())],
        )
        cursor.execute("DELETE FROM persons_member WHERE subject = ANY(%s)", [vanished])
    return changed


class TwoNeeded(Refusal):
    """A restriction is attached: a join or split here needs a second person."""

    code = "person.two_needed"


@transaction.atomic(durable=True)
def judge(a: UUID, b: UUID, ruling: Ruling, *, reason: str, act: Act, second: UUID | None = None) -> dict[UUID, UUID]:
    """Record a human judgement that two subjects are, or are not, one person, and decide again. Reversible by the opposite one.

    Refuses: TwoNeeded where a restriction is pinned to either side and no second person stands behind it.
    """
    enter(act, "person.judge")
    first, other = min(a, b), max(a, b)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT 1 FROM persons_pin WHERE subject = ANY(%s) LIMIT 1", [[a, b]])
        pinned = cursor.fetchone() is not None
    if pinned and (second is None or second == act.actor):
        raise TwoNeeded()
    judgement = new_id(act.at)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_judgement (id, a, b, ruling, at, by, second, agency, reason, needs_two) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            [judgement, first, other, ruling.value, act.at, act.actor, second, act.agency, reason, pinned],
        )
    as_hub()  # membership follows from everything known; subjects that this officer may not read must not fall out of it
    changed = decide_neighbourhood([a, b], act=act)
    append("person.judged", act, about=[a, b], ruling=ruling.value)
    publish_many([Happened(type="person.changed", giver="suar", thing=p, subject=s) for s, p in changed.items()], act)
    return changed


def pin(subject: UUID, *, by: str, needs_two: bool = True) -> None:
    """While a restriction runs (`registers` says so) a join or split of this subject needs two persons (SECURITY T08)."""
    with connections[DEFAULT].cursor() as cursor:
        if needs_two:
            cursor.execute(
                "INSERT INTO persons_pin (subject, by) VALUES (%s, %s) ON CONFLICT DO NOTHING", [subject, by]
            )
        else:
            cursor.execute("DELETE FROM persons_pin WHERE subject = %s AND by = %s", [subject, by])
