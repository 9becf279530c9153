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
from suar.core.errors import NotFound
from suar.intake.queries.health import states
from suar.persons import panels
from suar.persons.queries import PERSONAL, Claim, Subject, conflicts, members, person_of, subjects

#: What a role with masked matches still sees of somebody: who he may be, not how to find him (SECURITY 3.2).
UNMASKED = frozenset({"full_name", "birth_date"})
YEAR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person as this act may see him. `looked_at` is None for a role that is not entitled to it."""

    person: dict[str, Any]
    sources: list[dict[str, Any]]
    looked_at: list[dict[str, Any]] | None


@transaction.atomic
def person_for(act: Act, person: UUID, reference: str) -> Seen:
    """The person who holds this id now; any subject's id, also one that once named a person, leads to him.

    Refuses: DoorShut, ReferenceMissing; NotFound, alike for nobody and for somebody none of whose subjects this act may read.
    """
    act = replace(act, reference=reference.strip())
    enter(act, "person.see")
    holder = person_of(person) or person
    of = list(subjects(members([holder]).get(holder, [])).values())
    if not of:
        raise NotFound()
    masked = mask_of(act)["matches"] == "masked"
    entitled = opens(act, "person.looked_at")
    before = looks_at([subject.id for subject in of]) if entitled else []
    shown = sorted({name for subject in of for name in subject.values})
    append(
        "person.shown",
        act,
        about=[subject.id for subject in of],
        fields=[*shown, "timeline", *(["looked_at"] if entitled else [])],
    )
    return Seen(
        person=described(holder, of, act, masked=masked),
        sources=[source_row(state) for state in states(act.at, region=region_of(of))],
        looked_at=looks(before, act) if entitled else None,
    )


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
    named = [
        (claim.stated_at, str(claim.values["full_name"]))
        for one in of
        for claim in one.claims
        if claim.values.get("full_name")
    ]
    return max(named, default=("", ""))[1]


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
    return {"source": subject.source, "agency": subject.agency, "values": values}


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
    said = [
        (claim.stated_at, str(claim.values["region_code"]))
        for one in of
        for claim in one.claims
        if claim.values.get("region_code")
    ]
    return max(said, default=("", ""))[1][:4]


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
