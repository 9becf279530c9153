"""A question that is asked again: the newer answer stands beside the older one, which stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict
from suar.screening import access
from suar.screening.models import Screening
from suar.screening.queries import asked_again

INTERVIEW = "interview"  # why a question is asked again; also the decision that sends a traveller to one


class Superseded(Conflict):
    """The question was asked again: act on the newer answer."""

    code = "screening.superseded"


class Decided(Conflict):
    """Decided already: what changes later is a new question."""

    code = "screening.already_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Which screening is asked again, why, and who was set apart from it: persons that an officer says are namesakes."""

    of: UUID
    door: str
    because: str  # namesake; register: something that was weighed has changed; interview: answers were given
    apart: tuple[dict[str, Any], ...] = ()

    @property
    def without(self) -> frozenset[UUID]:
        """Every person and subject that takes no part in the newer answer."""
        return frozenset(UUID(id_) for one in self.apart for id_ in (one["person"], *one["subjects"]))

    @property
    def told(self) -> dict[str, Any]:
        """As the newer screening keeps it."""
        return {"again": {"of": str(self.of), "because": self.because}, "apart": list(self.apart)}


def still_open(screening: Screening) -> None:
    """Refuses: Superseded, Decided."""
    if screening.superseded_by:
        raise Superseded(by=str(screening.superseded_by))
    if screening.decided_at:
        raise Decided()


def supersede(again: Again, newer: UUID, *, act: Act) -> None:
    """Point the older screening to the newer one, with the trace of why. In the transaction that keeps the newer one.

    Refuses: Superseded, Decided; a decision that came in between stands, and the newer answer is not kept. The decision to hold an interview
    is one that waits for its answers: it stands on the older screening, and the newer one is decided anew.
    """
    older = access.screening_for(act, again.of, door=again.door, lock=True)
    if older.superseded_by or not (again.because == INTERVIEW and older.decision == INTERVIEW):
        still_open(older)
    older.superseded_by = newer
    older.save(update_fields=["superseded_by"])
    asked_again(older.id, act.at)
    append(
        "screening.superseded",
        act,
        about=[older.id, newer, *again.without],
        because=again.because,
        reasons=" ".join(sorted({str(one["reason"]) for one in again.apart})),
    )
