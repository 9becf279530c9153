"""The doors of journeys: the placements that a KP2MI office has to verify, and the findings that somebody has to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, mask_of
from suar.agencies.queries import desk, officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.manipulation.policy import read
from suar.journeys.jobs.dossier import record_of
from suar.journeys.queries import (
    Found,
    Step,
    civil_numbered,
    finding_numbered,
    steps_numbered,
    to_verify,
    waiting_findings,
)
from suar.persons.access import UNMASKED, shown_value
from suar.persons.queries import PERSONAL, Claim, Subject, subjects
from suar.policies.queries import in_force

PROVINCE = 2  # digits of a region's code that name its province: a BP3MI answers for one
MOST = 200


@transaction.atomic
def placements_for(act: Act) -> list[Step]:
    """Placements before departure of people of this office's province, newest first: codes and days, no person opened."""
    enter(act, "placement.list")
    return to_verify(province_of(act), limit=MOST)


def open_placement(reference: str, act: Act) -> bool:
    """Whether this reference is a placement on the list of this act's office. Runs inside a door."""
    try:
        step = UUID(reference)
    except ValueError:
        return False
    return act.purpose == "placement_verification" and bool(to_verify(province_of(act), limit=1, of=step))


def province_of(act: Act) -> str:
    """The province whose people this desk's office looks after; "" for a desk that nobody knows, and then nothing is found."""
    place = desk(act.desk)
    return place.office.region[:PROVINCE] if place else ""


#: What stands on the left of a finding: what was there first; all else is laid beside it on the right.
FIRST = frozenset({"stands", "before", "number", "old", "deferred", "death", "agrees", "member"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One finding with its evidence side by side, as this act may see it."""

    finding: Found
    left: list[dict[str, Any]]
    right: list[dict[str, Any]]
    reasons: list[str]  # with which it may be explained
    agency: str  # to whom it may be passed on
    taken_by: str
    mine: bool


@transaction.atomic
def findings_for(act: Act) -> list[Found]:
    """The queue: what nobody has explained or passed on, of which this act may read all evidence. Codes and days; nobody is opened."""
    enter(act, "finding.list")
    return waiting_findings(MOST)


@transaction.atomic
def finding_for(act: Act, finding: UUID) -> Laid:
    """One finding, opened: it is itself the case that justifies the look. Refuses: DoorShut; NotFound, alike for none and for one whose
    evidence this act may not read in full.
    """
    act = replace(act, reference=str(finding))
    found = finding_open(act, finding, door="finding.see")
    opened = subjects({UUID(one["subject"]) for one in found.evidence if one["subject"]})
    masked = mask_of(act)["matches"] == "masked"
    lines = [*claim_lines(found, opened, masked=masked), *step_lines(found)]
    fields = {line["field"] for line in lines if line["field"]}
    append("finding.shown", act, about=[found.id, *opened], fields=[*fields, "timeline"])
    kind = read(in_force(act.at).under("matching")).kind(found.kind)
    names = officer_names([found.taken_by]) if found.taken_by else {}
    return Laid(
        finding=found, left=[one for one in lines if one["role"] in FIRST], right=[one for one in lines if one["role"] not in FIRST],
        reasons=list(kind.explained_by), agency=kind.agency, taken_by=names.get(found.taken_by, "") if found.taken_by else "",
        mine=found.taken_by == act.actor,
    )  # fmt: skip


def finding_open(act: Act, finding: UUID, *, door: str) -> Found:
    """The finding's row, in the caller's transaction. Refuses: DoorShut; NotFound."""
    enter(replace(act, reference=str(finding)), door)
    found = finding_numbered(finding)
    if found is None:
        raise NotFound()
    return found


def claim_lines(found: Found, opened: Mapping[UUID, Subject], *, masked: bool) -> list[dict[str, Any]]:
    """What each record says today; the values are read from the subject and were never kept with the finding."""
    stated: dict[str, Claim] = {
        str(record_of(subject.source, claim.kind, claim.record)): claim
        for subject in opened.values()
        for claim in subject.claims
    }
    lines = []
    for one in found.evidence:
        claim = stated.get(one["record"])
        if one["field"] not in PERSONAL or claim is None:
            continue
        shown = shown_value(one["field"], str(claim.values.get(one["field"], "")), masked=masked)
        hidden = masked and one["field"] not in UNMASKED
        name = shown_value("full_name", str(claim.values.get("full_name", "")), masked=masked)
        lines.append({**one, "value": shown, "masked": hidden, "name": name, "code": ""})
    return sorted(lines, key=lambda line: (line["role"], line["on"], line["source"]))


def step_lines(found: Found) -> list[dict[str, Any]]:
    """What befell whom: steps of journeys and answers of the civil register, as coded lines."""
    ids = [UUID(one["record"]) for one in found.evidence if one["field"] not in PERSONAL]
    steps, civil = steps_numbered(ids), civil_numbered(ids)
    lines = []
    for one in found.evidence:
        record = UUID(one["record"])
        if one["field"] not in PERSONAL and record in steps:
            step = steps[record]
            where = {"state": step.state, "country": step.country, "place": step.place}
            code = f"timeline_in.{step.kind}" if step.country else f"timeline.{step.kind}"
            lines.append({**one, "on": step.at, "until": step.until_at, "field": "", "code": code, "params": where})
        elif record in civil:
            outcome, at = civil[record]
            lines.append({**one, "on": at, "field": "", "code": f"finding_civil.{outcome}", "params": {}})
    return lines
