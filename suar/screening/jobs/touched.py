"""A change of person, register or policy re-asks what is still open, bounded and coalesced; whoever has left is looked at again for help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.persons.queries.membership import members, person_of
from suar.policies.queries import in_force
from suar.screening.actions.late_hit import look_late
from suar.screening.queries.deciding import work_at
from suar.screening.queries.touched import (
    later,
    let_pass,
    mark_for_persons,
    mark_for_policy,
    take_touched,
    touch,
)


def touch_later(events: Sequence[UUID], things: Sequence[UUID]) -> None:
    """A job of many things, in the publisher's transaction: these persons were touched, each once, until the worker has time for them."""
    touch(things, events)


def catch_up(*, act: Act) -> int:
    """Mark what is to be asked again and look for late hits. Returns how many screenings were marked. Doing it twice changes nothing."""
    marked, late = mark(act)
    for screening in late:
        look_late(screening, act=act)
    return marked


@transaction.atomic
def mark(act: Act) -> tuple[int, list[UUID]]:
    """Some of those who were touched: their open screenings are marked; returns how many, and who is to be looked at though he left."""
    as_hub()
    work = work_at(act.at).file
    open_for, since = (
        timedelta(hours=work.rescreening.open_hours),
        act.at - timedelta(days=work.late_hits.looks_back_days),
    )
    touched = whole(take_touched(work.rescreening.at_once))
    marked = mark_for_persons(touched, act.at, open_for) if touched else 0
    marked += mark_for_policy(in_force(act.at).sha256, act.at, open_for, work.rescreening.at_once)
    if marked:
        append("screening.asked_again", act, screenings=marked)
    late = let_pass(touched, since, work.late_hits.at_once) if touched else []
    return marked, list(dict.fromkeys([*late, *later(since, work.late_hits.at_once)]))


def whole(touched: dict[UUID, UUID]) -> dict[UUID, UUID]:
    """Touched persons grown to all their subjects; a subject that was named itself to those of its person."""
    grown = dict(touched)
    of = members([person_of(id_) or id_ for id_ in touched])
    for id_, event in touched.items():
        for subject in of.get(person_of(id_) or id_, ()):
            grown[subject] = max(event, grown.get(subject, event))
    return grown
