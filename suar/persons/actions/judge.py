"""A human's judgement that two subjects are, or are not, one person: a fact; membership follows from it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.linking.decide import Ruling
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.persons.actions import alone, decide_neighbourhood, put
from suar.persons.actions.ask_about import ask_about_parted
from suar.persons.queries import subjects
from suar.persons.queries.cleared import kept
from suar.vault.queries import new_id

INSERT = """
INSERT INTO persons_judgement (id, a, b, ruling, at, by, second, agency, desk, second_desk, reason, evidence, round, needs_two)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
PINNED = """
WITH near AS (
    SELECT unnest(%(pair)s::uuid[]) AS subject
    UNION SELECT other.subject FROM persons_member mine JOIN persons_member other USING (person) WHERE mine.subject = ANY(%(pair)s)
)
SELECT EXISTS (SELECT 1 FROM persons_pin p WHERE p.until > %(at)s AND p.subject IN (
    SELECT subject FROM near UNION SELECT f.pinned FROM near JOIN persons_follows f USING (subject)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who said it, at which desk of which agency."""

    by: UUID
    desk: str
    agency: str


def pinned(a: UUID, b: UUID, at: datetime) -> bool:
    """Whether a restriction is attached to either subject, to anybody who is one person with it, or follows one of them: then a join or
    split needs two persons, since either might take the restriction out of reach (SECURITY T08).
    """
    with connection.cursor() as cursor:
        cursor.execute(PINNED, {"pair": [a, b], "at": at})
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
    made = [new_id(act.at) for _ in pairs]
    with connection.cursor() as cursor:
        for id_, (a, b), on in zip(made, pairs, evidence, strict=True):
            cursor.execute(
                INSERT,
                [
                    id_, min(a, b), max(a, b), ruling.value, act.at, first.by, second.by if second else None, first.agency, first.desk,
                    second.desk if second else None, reason, on, round_, needs_two,
                ],
            )  # fmt: skip
    if ruling is Ruling.NOT_SAME:
        keep_known(dict(zip(made, pairs, strict=True)))
    put([(min(pair), max(pair)) for pair in pairs])
    touched = [id_ for pair in pairs for id_ in pair]
    changed = decide_neighbourhood(touched, reviewed=touched if needs_two and ruling is not Ruling.JOINED else ())
    ask_about_parted(act)
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


def keep_known(made: Mapping[UUID, tuple[UUID, UUID]]) -> None:
    """What each side of these judgements says of itself, kept beside the judgement: its source may take it off its list tomorrow."""
    held = subjects({id_ for pair in made.values() for id_ in pair})
    rows: list[list[Any]] = [
        [judgement, id_, held[id_].agency, kept(judgement, held[id_].known)]
        for judgement, pair in made.items()
        for id_ in pair
        if id_ in held
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO persons_ruled (judgement, subject, agency, sealed) VALUES (%s, %s, %s, %s)", rows
        )
