"""A human's judgement that two subjects are, or are not, one person: a fact; membership follows from it at once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.linking.decide import Ruling
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.persons.actions import alone, decide_neighbourhood, put
from suar.vault.queries import new_id

INSERT = """
INSERT INTO persons_judgement (id, a, b, ruling, at, by, second, agency, desk, second_desk, reason, evidence, round, needs_two)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
PINNED = """
SELECT EXISTS (SELECT 1 FROM persons_pin WHERE subject = ANY(%(pair)s)) OR EXISTS (
    SELECT 1 FROM persons_member mine JOIN persons_member other USING (person) JOIN persons_pin p ON p.subject = other.subject
    WHERE mine.subject = ANY(%(pair)s))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who said it, at which desk of which agency."""

    by: UUID
    desk: str
    agency: str


def pinned(a: UUID, b: UUID) -> bool:
    """Whether a restriction is attached to either subject or to anybody who is one person with it: then a join or split needs two
    persons, since either might take the restriction out of reach (SECURITY T08).
    """
    with connection.cursor() as cursor:
        cursor.execute(PINNED, {"pair": [a, b]})
        return bool(cursor.fetchone()[0])


def judge(
    pairs: list[tuple[UUID, UUID]],
    ruling: Ruling,
    *,
    reason: str,
    first: Voice,
    second: Voice | None,
    evidence: list[UUID | None],
    round_: UUID | None,
    needs_two: bool,
    act: Act,
) -> dict[UUID, UUID]:
    """Record the judgement of each pair and decide membership again. Reversible by the opposite one: what stood before stands again.

    Runs in the caller's transaction, after its door and its refusals; `evidence` is what each ruling was made on. Returns the subjects
    whose person changed, with the new one.
    """
    alone()
    as_hub()  # membership follows from everything known; subjects that this officer may not read must not fall out of it
    with connection.cursor() as cursor:
        for (a, b), on in zip(pairs, evidence, strict=True):
            cursor.execute(
                INSERT,
                [
                    new_id(act.at), min(a, b), max(a, b), ruling.value, act.at, first.by, second.by if second else None, first.agency, first.desk,
                    second.desk if second else None, reason, on, round_, needs_two,
                ],
            )  # fmt: skip
    put([(min(pair), max(pair)) for pair in pairs])
    touched = [id_ for pair in pairs for id_ in pair]
    changed = decide_neighbourhood(touched)
    append(
        "person.judged",
        act,
        about=touched,
        ruling=ruling.value,
        reason=reason,
        persons=len(changed),
        two=second is not None,
    )
    judged = [
        Happened(type="person.judged", giver="suar", thing=a, subject=a, classes=("person",), effect=ruling.value)
        for a, _ in pairs
    ]
    moved = [Happened(type="person.changed", giver="suar", thing=p, subject=s) for s, p in changed.items()]
    publish_many([*judged, *moved], act)
    return changed
