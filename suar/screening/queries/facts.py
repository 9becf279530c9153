"""The fact sheet of one traveller, from rows below the desks and from what he declares. Every fact is documented in `core.indicators.facts`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from suar.core.advice.sources import SourceState
from suar.core.identity.dates import ages_on, bounds_or_none
from suar.core.identity.traveller import Traveller
from suar.core.identity.zones import WIB
from suar.core.indicators.answers import answered, promised
from suar.core.indicators.facts import FactSheet
from suar.core.indicators.policy import FactsPolicy, WindowsFile
from suar.intake.queries.civil import CivilAnswer
from suar.journeys.queries import LETTERS, LIVE_PLACEMENT, Step
from suar.persons.queries import Subject, newest_said
from suar.registers.queries import Entry
from suar.screening.queries.earlier import REFUSED, deferred_as_suspected, in_distress, passport_put_off
from suar.screening.queries.things import Behind, Things, counted, permits_behind, strongest
from suar.vault.queries import token

ADULT = 18  # UU 18/2017 Ps 5a; UU 21/2007 Ps 1(5)
PROVINCE = 2  # digits of a region's code


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was found of one traveller before it is weighed."""

    purpose: str
    traveller: Traveller
    subjects: Mapping[UUID, Subject]  # those that are he, as far as a machine may say
    steps: Sequence[Step]
    things: Things
    held: Sequence[Entry]  # register entries and signals in force around him
    registers: Sequence[str]  # kinds of those that are certainly his
    civil: CivilAnswer
    sources: Sequence[SourceState]
    region: str  # kabupaten of residence, "" for unknown
    protection: bool
    second_nik: bool
    answers: Mapping[str, str]


def fact_sheet(known: Known, policy: FactsPolicy, at: datetime) -> FactSheet:
    """All that may be weighed. Runs inside a door: who shares what, and what stands behind a placement, is asked here."""
    parts: dict[str, Any] = (
        of_declared(known.traveller, at)
        | of_placement(known, policy, at)
        | of_earlier(known.steps, policy.windows, at)
        | of_documents(known, at)
        | strongest(known.things, known.held)
        | counted(known.things, known.subjects, applied_at(known, at), policy.windows, at)
        | of_age(known, at)
    )
    return FactSheet(
        **parts,
        asked_for=known.purpose,
        registers=tuple(sorted(set(known.registers))),
        second_nik=known.second_nik,
        protection_marker=known.protection,
        asks_for_help=known.answers.get("asks_for_help") == "yes",
        answered=answered(known.answers),
        sources={state.source: state for state in known.sources},
    )


def of_declared(traveller: Traveller, at: datetime) -> dict[str, Any]:
    going = traveller.journey
    leaves, returns = whole(going.departure_date), whole(going.return_date)
    today = at.astimezone(WIB).date()
    return {
        "declared_purpose": going.declared_purpose,
        "destination": going.destination,
        "route": tuple(place.strip().upper() for place in going.route.split(">") if place.strip()),
        "carrier": going.carrier.upper(),
        "departs_in_days": (leaves - today).days if leaves else None,
        "ticket": going.ticket or ("return" if returns else ""),
        "stay_days": (returns - (leaves or today)).days if returns else None,
        "visa_days": number(going.visa_days),
        "payer": going.payer,
        "companions": number(going.companions),
        "declared_job": going.job,
        "employer_declared": bool(going.employer),
    }


def of_placement(known: Known, policy: FactsPolicy, at: datetime) -> dict[str, Any]:
    going, steps = known.traveller.journey, known.steps
    placements = [s for s in steps if s.kind == "placement"]
    live = [s for s in placements if s.state in LIVE_PLACEMENT and (s.until_at is None or s.until_at > at)]
    registered = [s for s in steps if s.kind == "worker_registration" and s.state != "cancelled"]
    agreed_on = max((str(s.facts.get("agreement_on", "")) for s in registered), default="")
    behind = permits_behind(known.things, live or registered[:1], agreed_on, at)
    there = [
        s for s in live if not going.destination or s.country == going.destination
    ]  # whose employer it is that he goes to
    recorded = [str(s.facts.get("employer_kind", "")) for s in there]
    recorded += [behind.employer_kind] if there or not live else []
    kind = first(*recorded, going.employer_kind, promised(going.job, known.answers))
    letter = standing([s for s in steps if s.kind == LETTERS], {"issued", "used"}, at)
    return {
        "recommendation": "paper" if letter != "in_force" and going.letter_shown == "yes" else letter,
        "placement": standing(placements, LIVE_PLACEMENT, at),
        "registration": standing([s for s in steps if s.kind == "worker_registration"], None, at),
        "letter_number": letter_number(steps),
        "returning_worker": any(
            s.kind in {"placement", "e_pmi"} and s.state in {"departed", "extended", "valid", "active"} for s in steps
        ),
        "placement_country": agreeing(going.destination, [s.country for s in live]),
        "placement_job": first(*(str(s.facts.get("job", "")) for s in live)),
        "visa_kind": going.visa_kind or first(*(str(s.facts.get("visa_kind", "")) for s in live)),
        "employer_kind": kind,
        "moratorium": policy.moratorium(going.destination, kind, at.astimezone(WIB).date()),
    } | of_permits(behind)


def letter_number(steps: Sequence[Step]) -> str:
    """Whether the letter whose number stands in the newest application is one of his, and not cancelled. `steps`: newest first."""
    applied = application([s for s in steps if s.state not in REFUSED])
    if applied is None or applied.token is None:
        return "none" if applied else "unknown"
    bearing = [s.state for s in steps if s.kind == LETTERS and s.token == applied.token]
    if not bearing:
        return "not_found"
    return "cancelled" if set(bearing) == {"cancelled"} else "found"


def applied_at(known: Known, at: datetime) -> datetime | None:
    """When he applied for his passport: now, where that is what he stands at the desk for."""
    if known.purpose == "passport_application":
        return at
    applied = application(known.steps)
    return applied.at if applied else None


def application(steps: Sequence[Step]) -> Step | None:
    """The newest for a passport. `steps`: newest first."""
    return next((s for s in steps if s.kind == "passport_application"), None)


def of_permits(behind: Behind) -> dict[str, Any]:
    return {
        "p3mi_licence": behind.licence,
        "job_order": behind.order,
        "job_order_country": behind.country,
        "job_order_job": behind.job,
        "job_order_quota": behind.quota,
    }


def of_earlier(steps: Sequence[Step], windows: WindowsFile, at: datetime) -> dict[str, Any]:
    deferred = [s for s in steps if s.kind == "departure_deferral"]
    refused = [s for s in steps if s.kind == "passport_application" and s.state in REFUSED]
    prevented = [s for s in steps if s.kind == "prevention_record"]
    latest = max((s.at for s in (*deferred, *refused, *prevented)), default=None)
    since = at - timedelta(days=windows.offices_days)
    applied = [s for s in steps if s.kind == "passport_application" and s.at > since]
    return {
        "days_since_departure_deferral": days_since([s for s in steps if deferred_as_suspected(s)], at),
        "days_since_passport_deferral": days_since([s for s in steps if passport_put_off(s)], at),
        "days_since_prevention": days_since(prevented, at),
        "days_since_distress_return": days_since([s for s in steps if in_distress(s)], at),
        "papers_completed_since": latest is not None
        and any(s.kind in {LETTERS, "placement"} and s.state != "cancelled" and s.at > latest for s in steps),
        "offices_tried": len({s.region for s in applied if s.region}),
        "visa_runs": visa_runs([s for s in steps if s.kind == "crossing"], windows, at),
    }


def of_documents(known: Known, at: datetime) -> dict[str, Any]:
    who, going = known.traveller.described, known.traveller.journey
    applied = application(known.steps)
    asked = str(applied.facts.get("request", "")) if applied else ""
    home, office = known.region, applied.region if applied else ""
    married = whole(going.marriage_date)
    differs = any(remark.code == "traveller.differs_from_mrz" for remark in known.traveller.remarks)
    return {
        "dukcapil": {"verdicts": "agrees", "double": "duplicate"}.get(known.civil.outcome, known.civil.outcome),
        "dukcapil_birth_date": {"agrees": "agrees", "differs": "disagrees"}.get(
            known.civil.fields.get("birth_date", ""), "unknown"
        ),
        "nik_birth_date": nik_birth(who.nik, who.birth_date),
        "birth_dates": all_one([born for _, born in births_of(known)]),
        "mrz_typed": "disagrees" if differs else "unknown",
        "passport": passport_state(who.passport_no, known.steps, at),
        "passport_first": asked == "first" if asked else None,
        "applied_away": home[:PROVINCE] != office[:PROVINCE] if home and office else None,
        "marriage_days": (at.astimezone(WIB).date() - married).days if married else None,
        "marriage_certificate": going.marriage_certificate or "unknown",
    }


def of_age(known: Known, at: datetime) -> dict[str, Any]:
    """A child until disproved, by any source that states a date."""
    births = births_of(known)
    minors = tuple(sorted({source for source, born in births if child(born, at)}))
    stated = any(bounds_or_none(born) for _, born in births)
    return {"under_18": True if minors else (False if stated else None), "under_18_by": minors}


def births_of(known: Known) -> list[tuple[str, str]]:
    """(source, partial birth date) of the traveller's subjects, and what he states himself."""
    said = [(one.source, str(one.values.get("birth_date", ""))) for one in known.subjects.values()]
    return [*said, ("traveller", known.traveller.described.birth_date)]


def residence(stated: str, subjects: Iterable[Subject]) -> str:
    """The kabupaten of residence: as stated, else as the newest record says, else unknown, which takes the worst state."""
    return (stated or newest_said(subjects, "region_code"))[:4]


def visa_runs(crossings: Sequence[Step], windows: WindowsFile, at: datetime) -> int:
    """How often he left again for the same country a few days after a stay there of about a visa's length (DOMAIN E2 I11)."""
    shortest, longest = windows.visa_run_stay
    since = at - timedelta(days=windows.visa_runs_days)
    ordered = sorted((s for s in crossings if since < s.at <= at), key=lambda s: s.at)
    runs = 0
    for out, back, again in zip(ordered, ordered[1:], ordered[2:], strict=False):
        if (out.state, back.state, again.state) != ("exit", "entry", "exit") or out.country != again.country:
            continue
        away, at_home = (back.at - out.at).days, (again.at - back.at).days
        runs += bool(out.country) and shortest <= away <= longest and at_home <= windows.visa_run_home
    return runs


def passport_state(number: str, steps: Sequence[Step], at: datetime) -> str:
    """The passport shown, as SIMKIM's records have it."""
    if not number:
        return "unknown"
    shown = token("passport_no", number)
    found = [s for s in steps if s.kind == "passport" and s.token is not None and bytes(s.token) == shown]
    if not found:
        return "unknown"
    return (
        "in_force" if any(s.state == "active" and (s.until_at is None or s.until_at > at) for s in found) else "ended"
    )


def standing(steps: Sequence[Step], live: set[str] | None, at: datetime) -> str:
    """none, in_force or ended: the best that any record of the kind says."""
    if not steps:
        return "none"
    good = [s for s in steps if (live is None or s.state in live) and (s.until_at is None or s.until_at > at)]
    return "in_force" if good else "ended"


def agreeing(said: str, others: Sequence[str]) -> str:
    told = [other for other in others if other]
    if not said or not told:
        return "unknown"
    return "agrees" if said in told else "disagrees"


def all_one(dates: Sequence[str]) -> str:
    """Whole dates beside each other; a year alone contradicts nothing."""
    told = [born for born in dates if len(born) == 10]
    return "unknown" if len(told) < 2 else "agrees" if len(set(told)) == 1 else "disagrees"


def days_since(steps: Sequence[Step], at: datetime) -> int | None:
    latest = max((step.at for step in steps if step.at <= at), default=None)
    return (at - latest) // timedelta(days=1) if latest else None


def child(born: str, at: datetime) -> bool:
    """Whether somebody born on this partial date could be below 18: a child until disproved (SECURITY 8)."""
    return bounds_or_none(born) is not None and ages_on(born, at.date())[0] < ADULT


def nik_birth(nik: str, birth_date: str) -> str:
    """Digits 7-12 of a NIK beside the stated birth date (DOMAIN B1); evidence, never a reason to reject."""
    if len(nik) != 16 or len(birth_date) != 10:
        return "unknown"
    day = int(nik[6:8]) - (40 if int(nik[6:8]) > 40 else 0)
    same = f"{day:02}{nik[8:12]}" == birth_date[8:10] + birth_date[5:7] + birth_date[2:4]
    return "agrees" if same else "disagrees"


def whole(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == 10 else None


def number(text: str) -> int | None:
    return int(text) if text else None


def first(*words: str) -> str:
    return next((word for word in words if word), "")
