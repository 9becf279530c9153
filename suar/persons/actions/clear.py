"""Not this person: a namesake's clearance, once confirmed, holds at every desk."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.core.linking.decide import Ruling
from suar.persons.access.review import question_of
from suar.persons.actions.ask_about import put
from suar.persons.actions.judge import Voice, judge, pinned
from suar.persons.actions.opinion import Opinion, opinions_in, wait, write_opinion
from suar.persons.actions.rule import ReasonUnknown
from suar.persons.actions.take import locked
from suar.persons.queries import subjects
from suar.persons.queries.membership import person_of
from suar.policies.queries import in_force
from suar.vault.queries import new_id


class OnePerson(Conflict):
    """The two are one person in the books: that is a split, and the reviewers are to be asked for it."""

    code = "person.is_one"


@transaction.atomic(durable=True)
def clear(own: UUID, others: Sequence[UUID], reason: str, *, seen_by: Voice, act: Act) -> str:
    """Rule that the traveller, who is `own`, is none of `others`, as `seen_by` saw at his desk and this officer confirms; whoever asks for
    him finds them no more. They are found for everybody else, and stay cleared when they are listed anew, under their own id or another,
    until something is known that speaks for the traveller. Undone by the opposite ruling, as any other.

    Returns `judged`, or `waits` where a restriction is attached to anybody concerned: then a reviewer at another desk, drawn by the
    system, rules on it too without seeing this one. Refuses: DoorShut, ReferenceMissing; NotFound; ReasonUnknown; OnePerson.
    """
    enter(act, "person.clear")
    readable = subjects([own, *others])
    if own not in readable or not set(others) & set(readable):
        raise NotFound()
    if reason not in in_force(act.at).tables["sharing/reasons"]["namesake"]:
        raise ReasonUnknown()
    as_hub()
    apart = sorted({other for other in others if other in readable} - {own}, key=str)
    if person_of(own) in {person_of(other) for other in apart}:
        raise OnePerson()
    said = Opinion(ruling=Ruling.NOT_SAME, reason=reason, voice=Voice(by=act.actor, desk=act.desk, agency=act.agency))
    if any(pinned(own, other, act.at) for other in apart):
        for other in apart:
            request(own, other, said, act)
        return "waits"
    pairs = [(own, other) for other in apart]
    judge(
        pairs, Ruling.NOT_SAME, reason=reason, first=seen_by, second=said.voice, evidence=[None] * len(pairs), round_=None, needs_two=False,
        act=act,
    )  # fmt: skip
    return "judged"


def request(own: UUID, other: UUID, said: Opinion, act: Act) -> None:
    """The first of two words about a pair to which a restriction is attached; where such a word is given already, it stays the first."""
    a, b = min(own, other), max(own, other)
    put(a, b, because="clearance", act=act)
    with suppress(NotFound):  # somebody else has been drawn for it already
        one = locked(a, b, act)
        if one.round is None and question_of(act, a, b):
            round_ = new_id(act.at)
            write_opinion(one, said, round_, turn=1, note="", act=act)
            wait(one, round_, opinions_in(round_), two=True, act=act)
            return
    append("review.ruled", act, about=[a, b], turn=0, needs_two=True)
