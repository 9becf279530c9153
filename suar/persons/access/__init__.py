"""The one door to a person: whoever comes through it leaves one entry that names every subject and every field class shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, mask_of, opens
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.audit.queries import looks_at
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.core.identity.person import Description
from suar.core.linking.propose import propose
from suar.intake.queries.health import states
from suar.intake.queries.records import subjects_numbered
from suar.persons import panels
from suar.persons.access.history import rulings_about
from suar.persons.queries import PERSONAL, Claim, Subject, conflicts, measurements, newest_said, subjects
from suar.persons.queries.found import count, matches, matching_policy
from suar.persons.queries.membership import members, person_of
from suar.policies.queries import in_force

#: What a role with masked matches still sees of somebody: who he may be, not how to find him (SECURITY 3.2).
UNMASKED = frozenset({"full_name", "birth_date"})
YEAR = 4
#: A search shows so many at most; past that the officer says more of whom he looks for.
MOST_HITS = 10


class CaseNotOpen(Refusal):
    """The reference names no case that is open at this office."""

    code = "person.case_not_open"
    status = 422


class FieldShut(Refusal):
    """This role may not open this field, also not one at a time."""

    code = "person.field_shut"


class RevealReason(Refusal):
    """Say by a reason of the list, one of this purpose, why the field is opened."""

    code = "person.reveal_reason"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person as this act may see him. `looked_at` is None for a role that is not entitled to it."""

    person: dict[str, Any]
    sources: list[dict[str, Any]]
    looked_at: list[dict[str, Any]] | None
    reveal: list[str]  # the masked fields that this role may open one at a time
    rulings: list[dict[str, Any]]  # what people ruled about these records


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Who may be the one looked for: a name, a birth year and how sure it is, never more; and what could not be read in full."""

    persons: list[dict[str, Any]]
    more: bool  # there were more than are shown: say more of whom you look for
    sources: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """One masked field, opened: what each source says of it, for a short time."""

    field: str
    values: list[dict[str, str]]
    why: str
    seconds: int


@transaction.atomic
def person_for(act: Act, person: UUID, reference: str) -> Seen:
    """The person who holds this id now; any subject's id, also one that once named a person, leads to him.

    Refuses: DoorShut, ReferenceMissing, CaseNotOpen; NotFound, alike for nobody and for somebody none of whose subjects this act may read.
    """
    act = justified(act, reference)
    holder = person_of(person) or person
    of = list(subjects(members([holder]).get(holder, [])).values())
    if not of:
        raise NotFound()
    masked = mask_of(act)["matches"] == "masked"
    entitled = opens(act, "person.looked_at")
    before = looks_at([subject.id for subject in of]) if entitled else []
    shown = sorted({name for subject in of for name in subject.values})
    rulings = rulings_about([subject.id for subject in of], act)
    append(
        "person.shown",
        act,
        about=[subject.id for subject in of],
        fields=[*shown, "timeline", *(["looked_at"] if entitled else []), *(["rulings"] if rulings else [])],
    )
    return Seen(
        person=described(holder, of, act, masked=masked),
        sources=[source_row(state) for state in states(act.at, region=region_of(of))],
        looked_at=looks(before, act) if entitled else None,
        reveal=[name for name in revealable(act) if name in shown] if masked else [],
        rulings=rulings,
    )


@transaction.atomic
def search_for(act: Act, wanted: Description, number: str, *, typed: str, reference: str) -> Hits:
    """Persons by NIK, passport number, name with birth date, or the number of one of their records; one entry keeps what was typed, sealed.

    Refuses: DoorShut, ReferenceMissing, CaseNotOpen.
    """
    act = justified(act, reference)
    numbered = subjects(subjects_numbered(number, act.at)) if number else {}
    found = [(one.id, one.description, "numbered") for one in numbered.values()] or alike(wanted, act)
    persons: dict[UUID, dict[str, Any]] = {}
    for subject, described_, verdict in found:
        holder = person_of(subject) or subject
        persons.setdefault(holder, hit(holder, described_, verdict))
    append(
        "person.searched",
        act,
        about=list(persons)[:MOST_HITS],
        fields=["birth_date", "full_name"] if persons else [],
        personal=typed,
        hits=len(persons),
    )
    silent = [source_row(state) for state in states(act.at)]
    return Hits(persons=list(persons.values())[:MOST_HITS], more=len(persons) > MOST_HITS, sources=silent)


@transaction.atomic
def quality_for(act: Act) -> list[dict[str, Any]]:
    """Measurements of the matcher, newest first; nobody is in them. Refuses: DoorShut."""
    enter(act, "matching.quality")
    return measurements()


def alike(wanted: Description, act: Act) -> list[tuple[UUID, Description, str]]:
    """Subjects like the one described, best first, each with what the comparison comes to."""
    if not (wanted.nik or wanted.passport_no or wanted.full_name):
        return []
    policy = matching_policy(in_force(act.at)).for_register(count())
    return [
        (match.subjects[0], match.description, propose(match.explanation, policy).value)
        for match in matches(wanted, policy)
    ]


def hit(person: UUID, described_: Description, verdict: str) -> dict[str, Any]:
    year = described_.birth_date[:YEAR]
    return {
        "person": str(person),
        "name": described_.full_name,
        "birth_year": year if year.isdigit() else "",
        "verdict": verdict,
    }


def revealable(act: Act) -> list[str]:
    """The masked fields that this role may open one at a time; none without the door."""
    return list(mask_of(act).get("reveal", ())) if opens(act, "person.reveal") else []


def reveal_reasons(act: Act) -> dict[str, Any]:
    """Why a field may be opened for this purpose: the list in force, by code, in both languages."""
    listed: Mapping[str, Any] = in_force(act.at).tables.get("sharing/reasons", {}).get("reveal", {})
    return {code: words for code, words in listed.items() if act.purpose in words["for"]}


def reveal_choices(act: Act, fields: Sequence[str]) -> dict[str, Any]:
    """What the form that opens one masked field offers."""
    reasons = [{"code": code, "text": words} for code, words in reveal_reasons(act).items()]
    return {"fields": list(fields), "reasons": reasons}


@transaction.atomic
def reveal_for(act: Act, person: UUID, field: str, why: str, reference: str) -> Revealed:
    """One masked field of a person, opened from his page, with an entry of its own. Refuses: as `reveal`, and as `person_for`."""
    act = justified(act, reference)
    return reveal(act, person, field, why)


def reveal(act: Act, person: UUID, field: str, why: str) -> Revealed:
    """Exactly this field, from every source that this act may read, and an entry that says so. Runs in the caller's transaction.

    Refuses: DoorShut, ReferenceMissing; NotFound, alike for nobody and for a field that nobody states; RevealReason; FieldShut.
    """
    enter(act, "person.reveal")
    holder = person_of(person) or person
    of = list(subjects(members([holder]).get(holder, [])).values())
    if not of:
        raise NotFound()
    if field not in revealable(act):
        raise FieldShut(field=field if field in PERSONAL else "")
    if why not in reveal_reasons(act):
        raise RevealReason()
    stating = [one for one in of if one.values.get(field)]
    if not stating:
        raise NotFound()
    append("person.revealed", act, about=[one.id for one in stating], fields=[field], why=why)
    values = [value for one in stating for value in said_of(one, field)]
    return Revealed(
        field=field, values=values, why=why, seconds=int(in_force(act.at).tables["sharing/masks"]["reveal_seconds"])
    )


def said_of(subject: Subject, field: str) -> list[dict[str, str]]:
    """The newest word of one source on one field."""
    claims = [claim for claim in subject.claims if claim.values.get(field)]
    return [
        {"source": subject.source, "value": str(claim.values[field]), "as_of": claim.stated_at} for claim in claims[-1:]
    ]


def justified(act: Act, reference: str, *, door: str = "person.see") -> Act:
    """The act with the case that justifies it, after the door. Refuses: DoorShut, ReferenceMissing, CaseNotOpen."""
    act = replace(act, reference=reference.strip())
    enter(act, door)
    if not panels.case_is_open(act):
        raise CaseNotOpen()
    return act


def described(holder: UUID, of: Sequence[Subject], act: Act, *, masked: bool) -> dict[str, Any]:
    clashing = {conflict["field"]: conflict for conflict in conflicts(of)}
    hidden = sorted({name for subject in of for name in subject.values if name not in UNMASKED}) if masked else []
    return {
        "id": str(holder),
        "name": newest_name(of),
        "subjects": [
            subject_row(subject, clashing, masked=masked)
            for subject in sorted(of, key=lambda one: (one.source, one.id))
        ],
        "conflicts": [conflict_row(conflict) for conflict in clashing.values()],
        "timeline": panels.lines([subject.id for subject in of], act),
        "masked": hidden,
    }


def newest_name(of: Sequence[Subject]) -> str:
    return newest_said(of, "full_name")


def subject_row(subject: Subject, clashing: Mapping[str, Any], *, masked: bool) -> dict[str, Any]:
    """Every value of one source with where and when it was said; later claims win, in the canonical order of claims."""
    said: dict[str, tuple[str, Claim]] = {}
    for claim in subject.claims:
        said.update({name: (str(value), claim) for name, value in claim.values.items() if value != ""})
    values = [
        {
            "field": name,
            "value": shown_value(name, said[name][0], masked=masked),
            "masked": masked and name not in UNMASKED,
            "conflict": name in clashing,
            "source": subject.source,
            "kind": said[name][1].kind,
            "as_of": said[name][1].stated_at,
        }
        for name in PERSONAL
        if name in said
    ]
    return {"id": subject.id, "source": subject.source, "agency": subject.agency, "values": values}


def shown_value(name: str, value: str, *, masked: bool) -> str:
    if not masked:
        return value
    if name == "birth_date":
        return value[:YEAR]
    return value if name in UNMASKED else ""


def conflict_row(conflict: Mapping[str, Any]) -> dict[str, Any]:
    """Which field the sources do not agree on, and how many say what; the values stand beside their sources."""
    sources = sorted({source for said in conflict["values"] for source in said["sources"]})
    return {
        "code": "person.conflict",
        "params": {"field": conflict["field"], "ways": len(conflict["values"]), "sources": len(sources)},
    }


def region_of(of: Sequence[Subject]) -> str:
    """The kabupaten of residence as last said; "" where nobody knows, and then the worst state holds."""
    return newest_said(of, "region_code")[:4]


def source_row(state: Any) -> dict[str, Any]:
    return {"source": state.source, "state": state.state.value, "age_s": state.age_s or 0, "covers": state.covers}


def looks(entries: Sequence[Any], act: Act) -> list[dict[str, Any]]:
    """Who was shown something of this person, newest first. A colleague's name is for his own agency; of others the agency stands alone."""
    bodies = [json.loads(bytes(entry.body)) for entry in entries]
    names = officer_names([entry.actor for entry in entries if entry.agency == act.agency])
    return [
        {
            "at": entry.at,
            "agency": entry.agency,
            "role": body["role"],
            "purpose": body["purpose"],
            "by": names.get(entry.actor, ""),
        }
        for entry, body in zip(entries, bodies, strict=True)
    ]
