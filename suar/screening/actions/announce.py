"""A worker who leaves is announced to the mission of the destination: by an event that says that there is one, and a row read by agreement.

It says nothing of what was advised, found or marked: a victim and a stranger are announced alike (UU 18/2017 Ps 21; UU 21/2007 Ps 44).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.values import Decision
from suar.core.canonical import canonical
from suar.exchange.actions import publish
from suar.journeys.queries import Step, steps, steps_numbered
from suar.persons.queries.membership import of_one_person
from suar.screening.access import body_of
from suar.screening.events import worker_departed
from suar.screening.models import Screening
from suar.screening.queries.departures import departure_place, placed, told_until, untold, work_purposes
from suar.vault.queries import new_id, seal

LET_PASS = frozenset({Decision.ALLOW, Decision.ALLOW_WITH_INFORMATION})
EVERY = timedelta(minutes=15)
LOOKED_BACK = timedelta(days=2)  # a crossing may come in a day late
ONE_JOURNEY = timedelta(days=3)  # a decision and the crossing that follows it are one departure
#: What was typed at the desk that a mission needs to know somebody by.
TYPED = ("full_name", "passport_no", "birth_date", "sex")
DAY = len("2026-11-29")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One departure before it is written."""

    agency: str
    how: str
    of: UUID  # the screening, or the crossing
    subjects: Sequence[UUID]
    country: str
    place: str
    leaves_on: date | None
    purpose: str
    placement: Step | None
    said: Mapping[str, str]


# law: UU 18/2017 Ps 21
def announce_decided(screening: Screening, decision: Decision, act: Act) -> UUID | None:
    """Announce a worker who was let pass, in the transaction of the decision. None for whoever does not leave to work, or nobody knows whereto."""
    if screening.purpose != "departure" or decision not in LET_PASS:
        return None
    body = body_of(screening)
    journey: Mapping[str, str] = body["journey"]
    placement = placed(steps(screening.subjects), act.at)
    if placement is None and journey.get("declared_purpose", "") not in work_purposes(act.at):
        return None
    country = journey.get("destination", "") or (placement.country if placement else "")
    typed: Mapping[str, str] = body["asked"]["traveller"]
    said = {name: str(typed[name]) for name in TYPED if typed.get(name)}
    if journey.get("carrier"):
        said["carrier"] = journey["carrier"]
    leaving = Leaving(
        agency=act.agency, how="decided", of=screening.id, subjects=screening.subjects, country=country, place=screening.office,
        leaves_on=whole(journey.get("departure_date", "")), purpose=journey.get("declared_purpose", ""), placement=placement, said=said,
    )  # fmt: skip
    return announce(leaving, act) if country else None


@transaction.atomic(durable=True)
def announce_crossed(*, act: Act) -> int:
    """Announce workers who crossed and whom no decision announced: an autogate, a paper day. Where a look is due; returns how many."""
    as_hub()
    done = told_until()
    if done is not None and act.at < done + EVERY:
        return 0
    exits = untold(act.at - LOOKED_BACK, act.at, ONE_JOURNEY)
    known = steps_numbered([crossing for crossing, _ in exits])
    made = [announce(one, act) for crossing, subject in exits if (one := crossed(known.get(crossing), subject, act))]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO screening_departure_cycle (id, at, until_at, announced) VALUES (%s, %s, %s, %s)",
            [new_id(act.at), act.at, act.at, len(made)],
        )
    return len(made)


def crossed(crossing: Step | None, subject: UUID, act: Act) -> Leaving | None:
    """The departure behind a recorded crossing; None where nothing says that it is one to work, or nobody knows whereto."""
    if crossing is None or crossing.facts.get("result", "allowed") != "allowed":
        return None
    subjects = of_one_person(subject)
    placement = placed(steps(subjects), crossing.at)
    purpose = str(crossing.facts.get("purpose", ""))
    country = crossing.country or (placement.country if placement else "")
    if not country or (placement is None and purpose not in work_purposes(act.at)):
        return None
    return Leaving(
        agency=crossing.agency, how="crossed", of=crossing.id, subjects=[subject, *(one for one in subjects if one != subject)], country=country,
        place=crossing.place, leaves_on=crossing.at.date(), purpose=purpose, placement=placement, said={},
    )  # fmt: skip


INSERT = """
INSERT INTO screening_departure (id, at, agency, how, screening, crossing, subjects, country, place, leaves_on, purpose, placement, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def announce(leaving: Leaving, act: Act) -> UUID:
    """Write it, with its trace and its event. In the caller's transaction."""
    assert connection.in_atomic_block
    id_, decided = new_id(act.at), leaving.how == "decided"
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, act.at, leaving.agency, leaving.how, leaving.of if decided else None, None if decided else leaving.of, list(leaving.subjects),
                leaving.country, leaving.place, leaving.leaves_on, leaving.purpose, leaving.placement.id if leaving.placement else None,
                seal(canonical(dict(leaving.said)), about=departure_place(id_)),
            ],
        )  # fmt: skip
    append("worker.departed", act, about=[id_, *leaving.subjects], how=leaving.how)
    publish(worker_departed(id_, leaving.subjects[0] if leaving.subjects else None, leaving.agency), act)
    return id_


def whole(day: str) -> date | None:
    """A whole day; a partial date is not padded."""
    return date.fromisoformat(day) if len(day) == DAY else None
