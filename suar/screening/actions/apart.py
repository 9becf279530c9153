"""Not this person: an officer sees that somebody who was found is a namesake, and the question is answered without him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from suar.core.act import Act
from suar.core.advice.values import Advice
from suar.core.errors import NotFound, Refusal
from suar.persons.queries.membership import members
from suar.screening import access
from suar.screening.actions.again import Again, still_open
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.models import Screening
from suar.screening.queries import PURPOSES, namesake_reasons


class ReasonUnknown(Refusal):
    """Say by a reason of the list what shows that it is somebody else."""

    code = "screening.apart_reason"
    status = 422


class SupervisorFirst(Refusal):
    """While a decision in force is named, whoever asked does not set its person aside: the supervisor does."""

    code = "screening.apart_needs_supervisor"


def set_apart(screening_id: UUID, person: UUID, reason: str, *, act: Act, elapsed_ms: Callable[[], int]) -> UUID:
    """Answer the question again without this person; returns the newer screening, which names him, the reason and the officer.

    It says something of this screening alone: no record moves, no two subjects are ruled apart, and the next desk finds him again.
    Refuses: NotFound for somebody who was not among the matches; ReasonUnknown; SupervisorFirst; Superseded, Decided.
    """
    with transaction.atomic():
        screening = access.screening_for(act, screening_id, door="screening.apart")
        still_open(screening)
        if reason not in namesake_reasons(act.at):
            raise ReasonUnknown()
        body = access.body_of(screening)
        match = next((one for one in body["matches"] if one["person"] == str(person)), None)
        if match is None:
            raise NotFound()
        if screening.advice == Advice.HOLD.value and not may_lift_a_hold(act, screening):
            raise SupervisorFirst()
        of = [str(id_) for id_ in members([person]).get(person, [])]
    asked = Asked(**body["asked"])
    one = {
        "person": str(person),
        "subjects": of,
        "name": match["name"],
        "birth_year": match["birth_year"],
        "reason": reason,
        "by": str(act.actor),
        "desk": act.desk,
        "at": act.at.isoformat(),
    }
    again = Again(of=screening_id, door="screening.apart", because="namesake", apart=(*body.get("apart", ()), one))
    act = replace(act, reference=asked.reference, purpose=PURPOSES[asked.purpose])
    return screen(asked, act=act, client=str(act.actor), key="", elapsed_ms=elapsed_ms, again=again)


def may_lift_a_hold(act: Act, screening: Screening) -> bool:
    """Four eyes (SECURITY 3.3): a supervisor, and not the officer who asked."""
    return act.role == "supervisor" and act.actor != screening.officer
