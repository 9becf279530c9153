"""Ask that a pair be looked at again, whatever was ruled on it: the way to undo a join or a split."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.actions.ask_about import put
from suar.persons.actions.rule import ReasonUnknown
from suar.persons.queries import subjects
from suar.policies.queries import in_force


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
