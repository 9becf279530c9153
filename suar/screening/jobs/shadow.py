"""A proposed table weighed on the facts of stored screenings: those of before, as a trial, and those just answered, as a shadow.

Both run after the desk has its answer and write nothing that a desk reads; what leaves here are counts, codes and the ids of screenings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.advice.advise import Advised
from suar.core.advice.grounds import advised_on
from suar.core.identity.dates import ages_on, bounds_or_none
from suar.core.standard.tables import BadTable
from suar.policies.actions.shadow import note_compared, note_tried
from suar.policies.models import Compared, Proposal, Trial
from suar.policies.queries import (
    Shadow,
    compared_among,
    compared_until,
    due_trial,
    proposal,
    shadows_since,
)
from suar.screening.access import body_of
from suar.screening.actions.grounds import Kept, read_grounds, weighers
from suar.screening.models import Screening
from suar.vault.queries import first_id

AT_ONCE = 1_000
#: So long after it was asked a screening may still be on its way into the books.
LATE = timedelta(minutes=2)
#: A shadow that has ended is looked at for so long, to compare what came last.
AFTER_THE_END = timedelta(hours=1)
AGES = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 120))
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A stored screening with its grounds, and what else the comparison counts it by."""

    row: Screening
    kept: Kept
    traveller: Mapping[str, str]
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a proposal makes of one screening, beside what was advised."""

    live: str
    shadow: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def outcome(one: Opened, proposed: Proposal) -> Outcome | None:
    """The stored facts under the stored tables, with the proposed one in the place of its own. None where a stored table names a fact that
    is no longer one: that screening cannot be weighed again.
    """
    try:
        rules, policy = weighers({**one.kept.tables, proposed.name: proposed.sha256})
    except (LookupError, BadTable):
        return None
    advised: Advised = advised_on(one.kept.grounds, rules, policy)
    codes = {reason.code for reason in advised.reasons}
    return Outcome(
        live=one.row.advice,
        shadow=advised.advice.value,
        gained=tuple(sorted(codes - one.reasons)),
        lost=tuple(sorted(one.reasons - codes)),
    )


def opened(rows: Iterable[Screening]) -> Iterator[Opened]:
    """Those that kept their grounds."""
    for row in rows:
        body = body_of(row)
        kept = read_grounds(body)
        if kept:
            reasons = frozenset(one["code"] for one in body["advised"]["reasons"])
            yield Opened(row=row, kept=kept, traveller=body["traveller"], reasons=reasons)


# Past screenings --------------------------------------------------------------------------------------------------------------------


def try_due(*, act: Act, stop: Callable[[], bool] = lambda: False) -> int:
    """Go on with the trials that were asked for, oldest first, a part at a time. Returns how many screenings were weighed."""
    weighed = 0
    while not stop():
        with transaction.atomic():
            trial = due_trial()
            if trial is None:
                return weighed
            weighed += try_part(trial, act)
    return weighed


def try_part(trial: Trial, act: Act) -> int:
    """One part of a trial; where fewer are left than a part holds, the last one."""
    as_hub()
    if trial.of is None:
        trial.of = Screening.objects.order_by("-id")[: trial.last].count()
        trial.save(update_fields=["of"])
    proposed = proposal(trial.proposal)
    assert proposed is not None, "a trial is of a proposal"
    wanted = min(AT_ONCE, trial.of - trial.done)
    older = Screening.objects.filter(id__lt=trial.place) if trial.place else Screening.objects
    rows = list(older.order_by("-id")[:wanted]) if wanted else []
    note_tried(trial, len(rows), rows[-1].id if len(rows) == AT_ONCE else None, counted(rows, proposed), act)
    return len(rows)


def counted(rows: list[Screening], proposed: Proposal) -> dict[str, Counter[str]]:
    """From which advice to which, and which reasons came and went: numbers alone."""
    found = [came for one in opened(rows) if (came := outcome(one, proposed))]
    return {
        "advice": Counter(f"{one.live}>{one.shadow}" for one in found),
        "gained": Counter(code for one in found for code in one.gained),
        "lost": Counter(code for one in found for code in one.lost),
        "without": Counter({"grounds": len(rows) - len(found)}),
    }


# What was just answered -------------------------------------------------------------------------------------------------------------


def follow_shadows(*, act: Act) -> int:
    """Weigh what was answered since the last turn by every proposal that runs in shadow. Doing it again adds nothing. Returns how many."""
    return sum(follow(shadow, act.at) for shadow in shadows_since(act.at - AFTER_THE_END))


@transaction.atomic
def follow(shadow: Shadow, at: datetime) -> int:
    as_hub()
    run, proposed = shadow.run, proposal(shadow.run.proposal)
    assert proposed is not None, "a shadow is of a proposal"
    begins = max(run.from_at, (compared_until(run.id) or run.from_at) - LATE)
    asked = Screening.objects.filter(id__gte=first_id(begins), id__lt=first_id(min(shadow.until, at)))
    ids = list(asked.values_list("id", flat=True))
    fresh = sorted({*ids} - compared_among(run.id, ids))[:AT_ONCE]
    told = opened(Screening.objects.filter(id__in=fresh))
    rows = [compared(run.id, one, came) for one in told if (came := outcome(one, proposed))]
    note_compared(rows)
    return len(rows)


def compared(run: UUID, one: Opened, came: Outcome) -> Compared:
    return Compared(
        run=run, screening=one.row.id, at=one.row.at, office=one.row.office or UNKNOWN, province=one.kept.region[:2] or UNKNOWN,
        sex=one.traveller.get("sex", "") or UNKNOWN, age_band=band(one.traveller.get("birth_date", ""), one.row.at),
        live=came.live, shadow=came.shadow, gained=list(came.gained), lost=list(came.lost),
    )  # fmt: skip


def band(born: str, at: datetime) -> str:
    """The age band of a partial birth date, where all days that it may mean fall into one."""
    if bounds_or_none(born) is None:
        return UNKNOWN
    youngest, oldest = ages_on(born, at.date())
    return next((f"{low}-{high}" for low, high in AGES if low <= youngest and oldest <= high), UNKNOWN)
