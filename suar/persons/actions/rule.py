"""A reviewer rules on the pair in his hands: a judgement at once, or the first word where a second person is needed.

A second is needed on a sample that nobody can know beforehand, and wherever a restriction is attached (SECURITY 3.3, T08).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.core.act import Act
from suar.core.errors import Conflict, Refusal
from suar.core.linking.decide import Ruling
from suar.persons.access.review import Question
from suar.persons.actions.judge import Voice, judge, pinned
from suar.persons.actions.opinion import Opinion, close, opinions_in, undecided, wait, write_opinion
from suar.persons.actions.take import in_hand, on
from suar.policies.queries import in_force
from suar.vault.queries import drawn, new_id

LONGEST_NOTE = 2_000
LAST_TURN = 3


class ReasonUnknown(Refusal):
    """Say by a reason of the list, one that this ruling can have."""

    code = "review.reason_unknown"
    status = 422


class ChangedMeanwhile(Conflict):
    """What was compared has changed since the page was shown: look again before you rule."""

    code = "review.changed_meanwhile"


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
    two = pinned(one.a, one.b, act.at)
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
    return drawn("sample", f"{one.a}{one.b}", 1000) < share


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
