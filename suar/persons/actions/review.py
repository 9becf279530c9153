"""A pair in a reviewer's hands: take it, return it, rule on it, ask that it be looked at again; and what was asked in vain lapses.

A ruling becomes a judgement at once, or waits for a second person: on a sample that nobody can know beforehand, and wherever a
restriction is attached (SECURITY 3.3, T08). Whoever is second is drawn, was not the first, and decides without seeing what the first
said; where the two differ a third decides. Until there is a judgement, who is one person stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, may_read
from suar.agencies.queries import posted
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import packed
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.linking.decide import Ruling
from suar.core.matching.explain import explain
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.access.review import NotTaken, Question, explanation_of, opinion_place, question_of, questions
from suar.persons.actions import evidence_of, sealed_link
from suar.persons.actions.judge import Voice, judge, pinned
from suar.persons.queries import matching_policy, subjects
from suar.policies.queries import in_force
from suar.vault.queries import blocking, new_id, seal

REVIEWER = "identity_reviewer"
PURPOSE = "identity_review"
LONGEST_NOTE = 2_000
LAST_TURN = 3


class Taken(Conflict):
    """A colleague has this pair in hand."""

    code = "review.taken"


class ReasonUnknown(Refusal):
    """Say by a reason of the list, one that this ruling can have."""

    code = "review.reason_unknown"
    status = 422


class ChangedMeanwhile(Conflict):
    """What was compared has changed since the page was shown: look again before you rule."""

    code = "review.changed_meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one reviewer said in one round."""

    ruling: Ruling
    reason: str
    voice: Voice


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
    waiting = [one for one in questions(act) if one.taken_by is None or one.mine]
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


@transaction.atomic(durable=True)
def rule(a: UUID, b: UUID, ruling: Ruling, *, reason: str = "", note: str = "", seen: UUID | None, act: Act) -> str:
    """Record what the reviewer who has the pair in hand says of it. Returns `judged`, or `waits` where another person is still needed.

    `seen` is the evidence that was on the page; without a `reason` the first of the list that fits the ruling is meant.
    Refuses: DoorShut; NotFound; NotTaken; ReasonUnknown; ChangedMeanwhile.
    """
    act = on(a, b, act)
    enter(act, "review.rule")
    one = in_hand(a, b, act)
    if seen != one.evidence or one.evidence is None:
        raise ChangedMeanwhile()
    fitting = identity_reasons(act, ruling)
    if reason and reason not in fitting:
        raise ReasonUnknown()
    said = Opinion(
        ruling=ruling, reason=reason or fitting[0], voice=Voice(by=act.actor, desk=act.desk, agency=act.agency)
    )
    round_ = one.round or new_id(act.at)
    earlier = opinions_in(round_)
    write_opinion(one, said, round_, turn=len(earlier) + 1, note=note.strip()[:LONGEST_NOTE], act=act)
    two = pinned(one.a, one.b)
    settled = outcome([*earlier, said], two=two, sampled=sampled(one, act))
    if settled is None:
        if len(earlier) + 1 == LAST_TURN:
            undecided(one, act)
        else:
            wait(one, round_, [*earlier, said], two=two, act=act)
        return "waits"
    close(one)
    first, second = settled
    judge(
        [(one.a, one.b)], first.ruling, reason=first.reason, first=first.voice, second=second.voice if second else None, evidence=[one.evidence],
        round_=round_, needs_two=two, act=act,
    )  # fmt: skip
    return "judged"


def identity_reasons(act: Act, ruling: Ruling) -> list[str]:
    """The codes of the reasons that this ruling may have, the usual one first."""
    listed: Sequence[Mapping[str, Any]] = in_force(act.at).tables["sharing/reasons"]["identity"]
    return [str(reason["code"]) for reason in listed if ruling.value in reason["for"]]


def sampled(one: Question, act: Act) -> bool:
    """Whether this pair is one of the sample that gets a second opinion: by a keyed hash of the pair, the same at every asking."""
    share = int(in_force(act.at).tables["matching/review"]["second_opinion_permille"])
    return blocking("sample", f"{one.a}{one.b}") % 1000 < share


def outcome(said: Sequence[Opinion], *, two: bool, sampled: bool) -> tuple[Opinion, Opinion | None] | None:
    """The ruling that counts, with the second person behind it; None while another person is needed, or where three disagree about a pair
    to which a restriction is attached.
    """
    if len(said) == 1:
        return None if two or sampled else (said[0], None)
    last = said[-1]
    agreeing = [
        one for one in said[:-1] if one.ruling is last.ruling and (not two or one.voice.desk != last.voice.desk)
    ]
    if agreeing:
        return agreeing[0], last
    return (last, None) if len(said) == LAST_TURN and not two else None


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
    return fitting[blocking("draw", f"{round_}{len(said)}") % len(fitting)] if fitting else None


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


@transaction.atomic(durable=True)
def look_again(a: UUID, b: UUID, reason: str, *, act: Act) -> None:
    """Put a pair before the reviewers, whatever was ruled on it before: the way to undo a join or a split. Asking twice asks once.

    Refuses: DoorShut, ReferenceMissing; NotFound, alike for nobody and for somebody this act may not read; ReasonUnknown.
    """
    enter(act, "review.ask")
    if len(subjects([a, b])) < 2:
        raise NotFound()
    if reason not in in_force(act.at).tables["sharing/reasons"]["look_again"]:
        raise ReasonUnknown()
    as_hub()
    put(min(a, b), max(a, b), because="look_again", act=act)
    append("review.asked", act, about=[a, b], reason=reason)
    publish(Happened(type="review.asked", giver="suar", thing=min(a, b), subject=min(a, b), classes=("person",)), act)


PUT = """
INSERT INTO persons_review (a, b, asked_at, asked_by, because, explanation, evidence)
SELECT %(a)s, %(b)s, %(at)s, %(by)s, %(because)s, %(explanation)s, %(evidence)s
ON CONFLICT (a, b) DO UPDATE SET asked_at = excluded.asked_at, asked_by = excluded.asked_by, because = excluded.because,
    explanation = excluded.explanation, evidence = excluded.evidence
WHERE persons_review.round IS NULL AND persons_review.asked_at IS NULL
"""


def put(a: UUID, b: UUID, *, because: str, act: Act) -> UUID:
    """Ask about a pair, with the comparison as it is now where the machine keeps none of its own. As the hub. Returns its evidence."""
    both = subjects([a, b])
    policy = matching_policy(in_force(act.at))
    explanation = explain(both[a].description, both[b].description, candidate=str(b), policy=policy)
    told: dict[str, Any] = {
        "a": a, "b": b, "at": act.at, "by": act.actor, "because": because, "evidence": evidence_of(explanation),
        "explanation": sealed_link((a, b), explanation, policy),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PUT, told)
    return evidence_of(explanation)


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
