"""A receiver says under which number of its own it keeps what an event told it: the receipt that somebody waits for."""

from __future__ import annotations

from django.db import transaction

from suar.agencies.access import DoorShut, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.exchange.access.view import NoAgreement
from suar.exchange.queries.sharing import fields_given, forbidding
from suar.exchange.queries.views import behind, numbered, row_known_as

LONGEST = 80


class NumberUnfit(Refusal):
    """A number of one line, at most 80 characters long."""

    code = "events.number"
    status = 422


class NoNumberWanted(Refusal):
    """Nobody waits for a number of what this event tells of."""

    code = "events.number_not_wanted"
    status = 422


def number(id_: str, told: str, *, types: frozenset[str] | None, act: Act) -> None:
    """Keep the receiver's own number. The same again changes nothing. Refuses: DoorShut; NotFound; NoAgreement, written down before it is
    said; NoNumberWanted; NumberUnfit; and what the room that waits for it refuses.
    """
    if not told.strip() or len(told) > LONGEST or not told.isprintable():
        raise NumberUnfit(longest=LONGEST)
    if not kept(id_, told.strip(), types, act):
        raise NoAgreement(purpose=act.purpose)


@transaction.atomic(durable=True)
def kept(id_: str, told: str, types: frozenset[str] | None, act: Act) -> bool:
    enter(act, "events.number")
    row = row_known_as(id_, act.agency)
    if row is None:
        raise NotFound()
    if types is not None and row.type not in types:
        raise DoorShut(door=f"events:{row.type}")
    if not fields_given(row, act.agency, act.purpose, act.at):
        by = " ".join(forbidding(row, act.agency, act.purpose, act.at))
        append(
            "events.number_refused",
            act,
            about=[row.subject or row.thing],
            event=id_,
            code=NoAgreement.code,
            policies=by,
        )
        return False
    if row.type not in numbered:
        raise NoNumberWanted()
    if row.type not in behind:  # else the trace stands where the thing does
        append("events.numbered", act, about=[row.subject or row.thing], event=id_)
    numbered[row.type](row.thing, told, act)
    return True
