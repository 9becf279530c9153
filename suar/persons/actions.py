"""Links and membership, decided again wherever something changed; human joins and splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Refusal
from suar.core.identity.person import Description
from suar.core.linking.decide import Ruling, decide
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.persons.queries import by_number, explanation_json, neighbourhood, subjects
from suar.vault.queries import DEFAULT, new_id, seal

#: A strong key that more subjects share than this (a NIK of nines, an agent's phone) joins nobody by itself.
COMMON = 40

# Joined and not `= ANY`: so each key is looked for in the one partition that can have it.
BLOCKS = """
SELECT k.key, array_agg(k.subject ORDER BY k.subject) FROM unnest(%b::bigint[]) AS asked (key) JOIN persons_key k ON k.key = asked.key
WHERE k.strong GROUP BY k.key HAVING count(*) > 1
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Subjects whose description changed, in the canonical order; `held` of them were known before. The strong keys they have now, and
    how many of them gave up each strong key.
    """

    subjects: tuple[UUID, ...]
    held: tuple[UUID, ...]
    described: Mapping[UUID, Description]
    strong: frozenset[int]
    given_up: Mapping[int, int]


def relink(moved: Moved, policy: MatchingPolicy, *, wall: str = DEFAULT) -> tuple[set[UUID], dict[UUID, Description]]:
    """Compare every moved subject with those that share an uncommon strong key. Returns all subjects whose person may change, and the
    descriptions that were needed.

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
    unlinked = write_links(sorted(held, key=by_number), made, policy, wall)
    return moving.union(unlinked, *pairs), known


def turned_common(key: int, members: list[UUID], moved: Moved) -> bool:
    """Whether this block may have been on the other side of what is common before these subjects moved."""
    came = sum(id_ in moved.described for id_ in members)
    left = moved.given_up.get(key, 0)
    return COMMON < len(members) <= COMMON + came or COMMON - left < len(members) <= COMMON


def blocks_of(keys: Iterable[int], wall: str) -> dict[int, list[UUID]]:
    with connections[wall].cursor() as cursor:
        cursor.execute(BLOCKS, [sorted(keys)])
        return dict(cursor.fetchall())


def strong_keys(ids: Iterable[UUID], wall: str) -> set[int]:
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT DISTINCT key FROM persons_key WHERE subject = ANY(%b) AND strong", [list(ids)])
        return {row[0] for row in cursor.fetchall()}


def write_links(
    again: list[UUID], made: Mapping[tuple[UUID, UUID], MatchExplanation], policy: MatchingPolicy, wall: str
) -> set[UUID]:
    """Put these links in the place of all that the subjects compared again had; returns whom those had been with."""
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
        if kept:
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
    return unlinked


def decide_neighbourhood(
    around: Iterable[UUID],
    *,
    gone: Iterable[UUID] = (),
    known: Mapping[UUID, Description] | None = None,
    wall: str = DEFAULT,
) -> dict[UUID, UUID]:
    """Decide membership again for everything connected with `around`, whose descriptions may be known already. Returns the subjects
    whose person changed, with the new one.
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
    changed = decide_neighbourhood([a, b])
    append("person.judged", act, about=[a, b], ruling=ruling.value)
    publish_many([Happened(type="person.changed", giver="suar", thing=p, subject=s) for s, p in changed.items()], act)
    return changed


@transaction.atomic(durable=True)
def note_quality(by: str, policy: str, figures: Mapping[str, Any], *, act: Act) -> UUID:
    """Keep how right the matcher was found to be: counts and rates, nobody in them. Measured by the `truth` of an invented nation or
    by what officers judged (`reviews`). No event: no agency is told.
    """
    measurement = new_id(act.at)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_quality (id, at, measured_by, policy, figures) VALUES (%s, %s, %s, %s, %s)",
            [measurement, act.at, by, policy, canonical(dict(figures)).decode()],
        )
    append("matching.measured", act, about=[measurement], by=by)
    return measurement


def pin(subject: UUID, *, by: str, needs_two: bool = True) -> None:
    """While a restriction runs (`registers` says so) a join or split of this subject needs two persons (SECURITY T08)."""
    with connections[DEFAULT].cursor() as cursor:
        if needs_two:
            cursor.execute(
                "INSERT INTO persons_pin (subject, by) VALUES (%s, %s) ON CONFLICT DO NOTHING", [subject, by]
            )
        else:
            cursor.execute("DELETE FROM persons_pin WHERE subject = %s AND by = %s", [subject, by])
