"""A pair in a reviewer's hands: take it, return it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.persons.access.review import NotTaken, Question, question_of, questions


class Taken(Conflict):
    """A colleague has this pair in hand."""

    code = "review.taken"


#: So many reviewers may reach for the oldest pair at one moment and each still finds one.
AT_HAND = 50


@transaction.atomic(durable=True)
def take(a: UUID, b: UUID, *, act: Act) -> None:
    """Take a pair that waits. Refuses: DoorShut; NotFound, alike for none, for one that is settled and for another's; Taken."""
    act = on(a, b, act)
    enter(act, "review.rule")
    taken(locked(a, b, act), act)


@transaction.atomic(durable=True)
def take_next(*, act: Act) -> tuple[UUID, UUID] | None:
    """The pair that this officer has in hand, else the oldest that waits; None where nothing does. Refuses: DoorShut."""
    act = replace(act, reference="queue")
    enter(act, "review.rule")
    waiting = [one for one in questions(act, most=AT_HAND) if one.taken_by is None or one.mine]
    for one in sorted(waiting, key=lambda found: not found.mine):
        if lock_free(one.a, one.b):
            with suppress(NotFound, Taken):  # a colleague was quicker
                taken(question_of(act, one.a, one.b), on(one.a, one.b, act))
                return one.a, one.b
    return None


def on(a: UUID, b: UUID, act: Act) -> Act:
    """The act with the pair itself as what justifies it."""
    return replace(act, reference=f"{min(a, b)}/{max(a, b)}")


def taken(one: Question, act: Act) -> None:
    """Refuses: Taken."""
    if one.mine:
        return
    if one.taken_by:
        raise Taken()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_review SET taken_by = %s, taken_at = %s WHERE a = %s AND b = %s",
            [act.actor, act.at, one.a, one.b],
        )
    append("review.taken", act, about=[one.a, one.b])


@transaction.atomic(durable=True)
def give_back(a: UUID, b: UUID, *, act: Act) -> None:
    """Return a pair to the queue undecided. Refuses: DoorShut; NotFound; NotTaken."""
    act = on(a, b, act)
    enter(act, "review.rule")
    one = in_hand(a, b, act)
    release(one)
    append("review.returned", act, about=[one.a, one.b])


def locked(a: UUID, b: UUID, act: Act) -> Question:
    """The pair, with its row locked, so that two reviewers stand in line. Runs after the door, as the hub. Refuses: NotFound."""
    question_of(act, a, b)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_review (a, b) VALUES (%s, %s) ON CONFLICT DO NOTHING", [min(a, b), max(a, b)]
        )
        cursor.execute("SELECT 1 FROM persons_review WHERE a = %s AND b = %s FOR UPDATE", [min(a, b), max(a, b)])
    return question_of(act, a, b)


def lock_free(a: UUID, b: UUID) -> bool:
    """Lock the pair's row unless somebody is at it this moment."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO persons_review (a, b) VALUES (%s, %s) ON CONFLICT DO NOTHING", [a, b])
        cursor.execute("SELECT 1 FROM persons_review WHERE a = %s AND b = %s FOR UPDATE SKIP LOCKED", [a, b])
        return cursor.fetchone() is not None


def in_hand(a: UUID, b: UUID, act: Act) -> Question:
    one = locked(a, b, act)
    if not one.mine:
        raise NotTaken()
    return one


def release(one: Question) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_review SET taken_by = NULL, taken_at = NULL WHERE a = %s AND b = %s", [one.a, one.b]
        )
