"""Proposed refusals: what waits for a supervisor of the office, and one of them with the evidence first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import desk as desk_named
from suar.agencies.queries import officer_names
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.screening.access import MOST_ROWS, answer_for, screening_for
from suar.screening.queries.deciding import coded_said, ground_said
from suar.screening.queries.refusals import Proposal, looked, newest_proposal, proposal, proposals_waiting


def office_of(act: Act) -> str:
    place = desk_named(act.desk)
    return str(place.office_id) if place else ""


@transaction.atomic
def refusals_for(act: Act) -> list[Proposal]:
    """What waits for this supervisor's signature: at his office, not his own. Nobody is opened by this."""
    enter(act, "screening.sign")
    return [one for one in proposals_waiting(office_of(act), act.at, MOST_ROWS) if one.by != act.actor]


def proposal_for(act: Act, id_: UUID) -> Proposal:
    """One proposal of this supervisor's office. In the caller's transaction. Refuses: NotFound alike for none and for another office's."""
    enter(act, "screening.sign")
    found = proposal(id_)
    if found is None or found.office != office_of(act):
        raise NotFound()
    return found


@transaction.atomic
def refusal_for(act: Act, id_: UUID) -> dict[str, Any]:
    """The evidence as the desk had it; and, once this supervisor has looked at it, what the officer says."""
    act = replace(act, reference=str(id_))
    found = proposal_for(act, id_)
    screening = screening_for(act, found.screening, door="screening.sign")
    seen, mine = looked(id_, act.actor), found.by == act.actor
    names = officer_names([one for one in (found.by, found.ruled_by) if one])
    shown: dict[str, Any] = {
        "id": id_, "screening": str(found.screening), "at": found.at, "until": found.until, "desk": found.desk, "seen": seen or mine,
        "mine": mine, "open": found.open_at(act.at) and not screening.decided_at and not screening.superseded_by, "ruling": found.ruling,
        "answer": answer_for(replace(act, reference=str(found.screening)), found.screening),
    }  # fmt: skip
    if not shown["seen"]:
        return shown
    return shown | {
        "by_name": names.get(found.by, ""), "ground": ground_said(found.ground, found.at), "words": found.words,
        "coded": coded_said(screening.purpose, "refuse", found.coded, found.at), "ruled_words": found.ruled_words,
        "ruled_by": names.get(found.ruled_by, "") if found.ruled_by else "", "ruled_at": found.ruled_at,
    }  # fmt: skip


def proposed_on(screening: UUID, act: Act) -> dict[str, Any] | None:
    """What the officer's own page says of the newest proposal on his screening. Runs inside a door."""
    found = newest_proposal(screening)
    if found is None:
        return None
    names = officer_names([found.ruled_by]) if found.ruled_by else {}
    state = found.ruling or ("waits" if found.open_at(act.at) else "lapsed")
    return {
        "id": str(found.id), "state": state, "until": found.until, "words": found.ruled_words,
        "by_name": names.get(found.ruled_by, "") if found.ruled_by else "",
    }  # fmt: skip
