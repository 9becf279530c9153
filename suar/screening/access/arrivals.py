"""Who is about to arrive to work, for the mission of that country: what the agreements give, and every look on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, officer_at
from suar.agencies.queries import office
from suar.agencies.queries.agreements import givers_of
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.intake.queries.batches import stated_of
from suar.journeys.queries import steps_numbered
from suar.persons.queries import subjects
from suar.policies.queries import in_force
from suar.screening.queries.departures import Departure, arriving, countries_of

LIST, SEE = "arrival.list", "arrival.see"
DEPARTURE, PLACEMENT = "departure", "placement"  # data classes of the agreements
#: Of a placement, what a mission reads: with whom, as what, for how long, through whom.
CONTRACT = ("employer", "job", "contract_from", "contract_to", "p3mi_name")
OF_PERSON = ("full_name", "passport_no", "birth_date", "sex")
YEAR = 4


@transaction.atomic
def arrivals_for(act: Act) -> list[dict[str, Any]]:
    """The departures to this mission's countries, as days and codes; nobody is opened by this. One entry names all that are shown."""
    enter(act, LIST)
    rows = [row_of(one, act) for one in here(act)]
    if rows:
        append("arrival.listed", act, about=[row["id"] for row in rows])
    return rows


def here(act: Act, *, of: UUID | None = None) -> list[Departure]:
    """Those of this desk's countries, from whoever gives the class of departures under an agreement in force. Runs inside a door."""
    since = act.at - timedelta(days=int(in_force(act.at).tables["sharing/missions"]["shown_days"]))
    givers = givers_of(DEPARTURE, receiver=act.agency, purpose=act.purpose, at=act.at)
    found = arriving(countries_of(officer_at(act).desk.office_id, act.at), since, of=of)
    return [one for one in found if one.agency in givers]


def row_of(one: Departure, act: Act) -> dict[str, Any]:
    return {
        "id": one.id, "at": one.at, "leaves_on": one.leaves_on, "country": one.country, "place": place_of(one), "how": one.how, "purpose": one.purpose,
        "contract": contract_state(one, act),
    }  # fmt: skip


def place_of(one: Departure) -> str:
    """The office whose counter let him pass, by its name; of a crossing the checkpoint's code."""
    found = office(one.place) if one.how == "decided" else None
    return found.name if found else one.place


def contract_state(one: Departure, act: Act) -> str:
    """`known` or `not_known` where somebody gives placements under an agreement; `not_given` where nobody does."""
    if not givers_of(PLACEMENT, receiver=act.agency, purpose=act.purpose, at=act.at):
        return "not_given"
    return "known" if one.placement else "not_known"


@transaction.atomic
def arrival_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One of them, opened: who it is, and with whom his contract is. It is itself the case that justifies the look. Refuses: NotFound alike for
    none, for another country's, and where no agreement gives it.
    """
    act = replace(act, reference=str(id_))
    enter(act, SEE)
    one = next(iter(here(act, of=id_)), None)
    if one is None:
        raise NotFound()
    person, contract = person_of(one), contract_of(one, act)
    append("arrival.seen", act, about=[one.id, *one.subjects], fields=[*person, *contract])
    return row_of(one, act) | {"person": person, "carrier": one.said.get("carrier", ""), "contract_rows": contract}


def person_of(one: Departure) -> dict[str, str]:
    """By what the mission knows him: as typed at the desk, else as the records of whoever gives them say; of a birth date the year."""
    typed = one.said
    for known in subjects(one.subjects).values():
        typed = {name: str(known.values[name]) for name in OF_PERSON if known.values.get(name)} | typed
    found = {name: typed[name] for name in OF_PERSON if typed.get(name)}
    if "birth_date" in found:
        found["birth_year"] = found.pop("birth_date")[:YEAR]
    return found


def contract_of(one: Departure, act: Act) -> dict[str, str]:
    """What his placement says, where its giver's agreement names that class."""
    step = steps_numbered([one.placement]).get(one.placement) if one.placement else None
    if step is None or step.agency not in givers_of(PLACEMENT, receiver=act.agency, purpose=act.purpose, at=act.at):
        return {}
    records = [record for record in stated_of([step.subject]) if record.kind == PLACEMENT and not record.withdrawn]
    if not records:
        return {}
    newest = max(records, key=lambda record: (str(record.values.get("contract_from", "")), record.id))
    return {name: str(newest.values[name]) for name in CONTRACT if newest.values.get(name)}
