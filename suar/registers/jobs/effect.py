"""After each change: ask as a desk does until every desk's answer is what the change made of it, and note when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub, enter
from suar.agencies.queries import desk_kinds
from suar.core.act import Act
from suar.intake.queries.batches import batch, subjects_in
from suar.registers.actions.effect import DESKS, MIRRORED, note_effect
from suar.registers.queries import in_force_for
from suar.registers.queries.effect import change_of, unmeasured
from suar.registers.queries.law import law_on
from suar.registers.queries.native import SUAR, act_with, acts_of, standing_of
from suar.registers.queries.pending import lacks_word

#: Which desks act on entries, and for which purpose they ask.
ASKS_FOR = {"departure": "departure_screening", "passport": "passport_application"}
AT_ONCE = 20  # changes that are looked at again in one turn


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom a change is about, and which of its source's entries are in force for them by now."""

    subjects: Sequence[UUID]
    source: str
    entries: frozenset[UUID]
    touched: frozenset[UUID] | None  # only these were touched; None: whatever the source states of them


def measure(change: UUID, *, act: Act) -> bool:
    """Whether every desk answers by this change at `act.at`; then it is noted. Doing it twice changes nothing."""
    with transaction.atomic():
        as_hub()
        expected = _expected(change, act)
        felt = expected is not None and all(
            _answers(
                expected, replace(act, agency=agency, role="machine", purpose=ASKS_FOR[kind], reference=str(change))
            )
            for agency, kind in desk_kinds()
            if kind in ASKS_FOR
        )
        if felt:
            note_effect([change], [DESKS], act.at)
    return felt


def measure_again(*, act: Act) -> int:
    """Look again at changes that no desk was seen to answer by, as after a job that was lost or an agreement that came late.

    Returns how many are felt by now.
    """
    return sum(measure(change, act=act) for change in unmeasured(act.at, AT_ONCE))


def _expected(change: UUID, act: Act) -> Expected | None:
    known = change_of(change)
    if known is None:
        return None
    return _of_batch(change, act) if known == MIRRORED else _of_act(change, act)


def _of_act(change: UUID, act: Act) -> Expected | None:
    """By the state machine's own word, not by the query that the desks use."""
    done = act_with(change)
    if done is None:
        return None
    of_entry = acts_of([done.entry])[done.entry]
    standing = standing_of(of_entry)
    row = law_on(done.kind, done.first_day, act.at)
    withheld = row.enforcement and lacks_word(done.entry, done.subject, act.at)
    holds = standing is not None and standing.acted_on(act.at) and not withheld
    entries = frozenset({done.entry} if holds else ())
    return Expected([done.subject], SUAR, entries, frozenset({done.entry}))


def _of_batch(change: UUID, act: Act) -> Expected | None:
    kept = batch(change)
    if kept is None:
        return None
    subjects = subjects_in(change)
    entries = frozenset(entry.id for entry in in_force_for(subjects, act.at) if entry.source == kept.source)
    return Expected(subjects, kept.source, entries, None)


def _answers(expected: Expected, act: Act) -> bool:
    """Whether a desk through this act's agreements sees just these entries."""
    enter(act, "screening.make")
    seen = {entry.id for entry in in_force_for(expected.subjects, act.at) if entry.source == expected.source}
    return (seen if expected.touched is None else seen & expected.touched) == expected.entries
