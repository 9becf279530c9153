"""What each reviewer of a pair says, kept as it was said; and who is asked next, until there is a judgement or the time has run out.

Whoever is second is drawn, was not the first, and decides without seeing what the first said; where the two differ a third decides
(SECURITY 3.3, T08). Until there is a judgement, who is one person stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter, may_read
from suar.agencies.queries import posted
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import packed
from suar.core.linking.decide import Ruling
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.access.pair import explanation_of, opinion_place
from suar.persons.access.review import Question
from suar.persons.actions.judge import Voice
from suar.persons.queries import subjects
from suar.policies.queries import in_force
from suar.vault.queries import drawn, new_id, seal

REVIEWER = "identity_reviewer"
PURPOSE = "identity_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one reviewer said in one round."""

    ruling: Ruling
    reason: str
    voice: Voice


def opinions_in(round_: UUID) -> list[Opinion]:
    """What was said in this round, first first. As the hub."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ruling, reason, by, desk, agency FROM persons_opinion WHERE round = %s ORDER BY turn", [round_]
        )
        return [
            Opinion(ruling=Ruling(ruling), reason=reason, voice=Voice(by=by, desk=desk, agency=agency))
            for ruling, reason, by, desk, agency in cursor.fetchall()
        ]


def write_opinion(one: Question, said: Opinion, round_: UUID, *, turn: int, note: str, act: Act) -> None:
    """Kept with the explanation that was shown, so that it can be said in ten years what the ruling was made on."""
    opinion = new_id(act.at)
    sealed = seal(packed({"note": note, "explanation": explanation_of(one)}), about=opinion_place(opinion))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_opinion (id, a, b, round, turn, ruling, at, by, agency, desk, reason, evidence, sealed)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                opinion, one.a, one.b, round_, turn, said.ruling.value, act.at, act.actor, act.agency, act.desk, said.reason, one.evidence,
                sealed,
            ],
        )  # fmt: skip


def wait(one: Question, round_: UUID, said: Sequence[Opinion], *, two: bool, act: Act) -> None:
    """Put the pair before the next person, drawn by the system and never the requester's choice."""
    hours = int(in_force(act.at).tables["matching/review"]["request_hours"])
    drawn = draw(one, round_, said, two=two, act=act)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_review SET round = %s, turn = %s, evidence = %s, needs_two = %s, drawn = %s, drawn_at = %s, until = %s,"
            " explanation = CASE WHEN asked_at IS NULL THEN NULL ELSE (SELECT coalesce(l.explanation, r.explanation) FROM persons_review r"
            " LEFT JOIN persons_link l USING (a, b) WHERE (r.a, r.b) = (persons_review.a, persons_review.b)) END,"
            " taken_by = NULL, taken_at = NULL WHERE a = %s AND b = %s",
            [
                round_, len(said) + 1, one.evidence, two, drawn, act.at, act.at + timedelta(hours=hours) if two else None, one.a, one.b,
            ],
        )  # fmt: skip
    append("review.ruled", act, about=[one.a, one.b], turn=len(said), needs_two=two)
    publish(
        Happened(type="review.ruled", giver="suar", thing=one.a, subject=one.a, classes=("person",), effect="waits"),
        act,
    )


def draw(one: Question, round_: UUID, said: Sequence[Opinion], *, two: bool, act: Act) -> UUID | None:
    """Whose turn it is: one of those who may read both records and have said nothing in this round, where a restriction is attached of
    another desk, by a keyed hash of the round. None where nobody fits now: then the first who does may take it.
    """
    agencies = {subject.agency for subject in subjects([one.a, one.b]).values()}
    voices = {opinion.voice.by for opinion in said}
    desks = {opinion.voice.desk for opinion in said}
    fitting = sorted(
        {
            seat.officer
            for seat in posted(REVIEWER, act.at)
            if seat.officer not in voices
            and not (two and seat.desk in desks)
            and agencies <= set(may_read(replace(act, agency=seat.agency, role=REVIEWER, purpose=PURPOSE)).split(","))
        }
    )
    return fitting[drawn("draw", f"{round_}{len(said)}", len(fitting))] if fitting else None


def close(one: Question) -> None:
    """Nothing is open about this pair any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_review SET asked_at = NULL, asked_by = NULL, because = '', explanation = NULL, evidence = NULL, round = NULL,"
            " turn = 1, needs_two = false, drawn = NULL, drawn_at = NULL, until = NULL, taken_by = NULL, taken_at = NULL"
            " WHERE a = %s AND b = %s",
            [one.a, one.b],
        )


def undecided(one: Question, act: Act) -> None:
    """Three said three things of a pair to which a restriction is attached: nothing moves, and it is asked from the beginning."""
    begin_again(one.a, one.b)
    append("review.undecided", act, about=[one.a, one.b])
    publish(Happened(type="review.undecided", giver="suar", thing=one.a, subject=one.a, classes=("person",)), act)


def begin_again(a: UUID, b: UUID) -> None:
    """Opinions given so far count no longer; the question stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_review SET round = NULL, turn = 1, needs_two = false, drawn = NULL, drawn_at = NULL, until = NULL,"
            " taken_by = NULL, taken_at = NULL WHERE a = %s AND b = %s",
            [a, b],
        )


LAPSED = "SELECT a, b FROM persons_review WHERE round IS NOT NULL AND until <= %s ORDER BY a, b FOR UPDATE SKIP LOCKED"


@transaction.atomic(durable=True)
def lapse(*, act: Act) -> int:
    """Requests for which no second person came in time lapse: the pair is asked from the beginning. Returns how many. The hub's own."""
    enter(act, "review.rule")
    with connection.cursor() as cursor:
        cursor.execute(LAPSED, [act.at])
        pairs = cursor.fetchall()
    for a, b in pairs:
        begin_again(a, b)
    if pairs:
        append("review.lapsed", act, about=sorted({id_ for pair in pairs for id_ in pair}), pairs=len(pairs))
        for a, _ in pairs:
            publish(Happened(type="review.lapsed", giver="suar", thing=a, subject=a, classes=("person",)), act)
    return len(pairs)
