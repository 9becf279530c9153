"""The only way a page gets a screening, and what of it this role may see."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from suar.agencies.access import check, enter, mask_of, opens
from suar.agencies.queries import desk as desk_named
from suar.agencies.queries import machines_of, officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import unpacked
from suar.core.errors import NotFound
from suar.persons.access import Revealed, reveal
from suar.persons.queries.cleared import ruled_apart
from suar.persons.queries.membership import person_of
from suar.policies.queries import once_a_request
from suar.screening.models import Screening
from suar.screening.queries import PURPOSES, marked_again, namesake_reasons
from suar.vault.queries import seal, token, unseal

WAITS = timedelta(days=3)  # an older question is history: the traveller has left, and a new one is asked
OF_THE_OFFICE = frozenset({"secondary_officer", "supervisor"})
MOST_ROWS = 200  # of a list; past that the oldest wait until the newer ones are done
#: Beginnings of facts that are spoken of and never printed: what was said in confidence, what an officer saw, who stands behind the journey.
#: Whoever travels with him may take the paper from him, and whoever recruits him may read it.
IN_CONFIDENCE = (
    "answered.", "asks_for_help", "protection_marker", "family_permission", "payer", "companions", "shared_payer", "signal_", "complaints_",
)  # fmt: skip
SEEN = ("advice", "reasons", "matches", "timeline")


def screening_for(act: Act, id_: UUID, *, door: str = "screening.see", lock: bool = False) -> Screening:
    """The screening, if this act may have it. Runs in the caller's transaction. Refuses: NotFound alike for none and for not yours."""
    enter(act, door)
    rows = Screening.objects.select_for_update() if lock else Screening.objects
    found = rows.filter(id=id_, agency=act.agency).first()
    if found is None:
        raise NotFound()
    return found


def answer_for(act: Act, id_: UUID, *, first: bool = False) -> dict[str, Any]:
    """The stored answer as this role may see it, in codes; the names of masked fields are listed in `masked`.

    `first` when the screening may have been made in this very request: then its own entry in the log already says what is shown.
    """
    made = made_here(act, id_) if first else None
    return answered(*made, act) if made else seen_again(act, id_)


@transaction.atomic
def seen_again(act: Act, id_: UUID) -> dict[str, Any]:
    screening = screening_for(act, id_)
    append("screening.seen", act, about=[screening.id, *screening.subjects], fields=SEEN)
    return answered(screening, body_of(screening), act, changed=bool(marked_again([screening.id])))


def answered(screening: Screening, body: dict[str, Any], act: Act, *, changed: bool = False) -> dict[str, Any]:
    apart = named(body.get("apart", []), act)
    return masked(shaped(screening, body) | {"apart": apart, "changed": changed}, act)


def made_now(screening: Screening, said: bytes) -> None:
    """Keep in mind, until this request is answered, what it has just written."""
    once_a_request(("made", screening.id), lambda: (screening, said))


def made_here(act: Act, id_: UUID) -> tuple[Screening, dict[str, Any]] | None:
    """The screening that this very request has made and committed, without reading it back; through the same door as any other."""
    check(act, "screening.see")
    made: tuple[Screening, bytes] | None = once_a_request(("made", id_), lambda: None)
    if made is None or made[0].agency != act.agency:
        return None
    return made[0], unpacked(made[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One screening in a list: ids, codes and times, nothing of the traveller."""

    id: UUID
    at: datetime
    office: str
    desk: str
    purpose: str
    advice: str
    decision: str
    decided_at: datetime | None
    superseded: bool
    by: UUID  # who asked
    changed_at: datetime | None = None  # since when it is to be asked again


def row_of(screening: Screening, changed_at: datetime | None = None) -> Row:
    return Row(
        id=screening.id, at=screening.at, office=screening.office, desk=screening.desk, purpose=screening.purpose, advice=screening.advice,
        decision=screening.decision or "", decided_at=screening.decided_at, superseded=bool(screening.superseded_by), by=screening.officer,
        changed_at=changed_at,
    )  # fmt: skip


@transaction.atomic
def numbered_for(act: Act, reference: str) -> list[Row]:
    """This agency's screenings under one application or crossing number, newest first, none opened."""
    enter(act, "screening.see")
    rows = Screening.objects.filter(
        reference=token("reference", reference), agency=act.agency, purpose__in=asked_for(act)
    )
    return [row_of(one) for one in rows.order_by("-id")[:MOST_ROWS]]


@transaction.atomic
def open_for(act: Act) -> list[Row]:
    """The screenings that wait for somebody here: at a counter its own, for a supervisor or second officer those of the office. None opened."""
    enter(act, "screening.list")
    mine = Screening.objects.filter(
        agency=act.agency, purpose__in=asked_for(act), decision=None, superseded_by=None, at__gt=act.at - WAITS
    ).exclude(purpose="prelist")  # nobody stands there yet: those have a list of their own
    # Of whom another system's counter asked, and who needs nobody beside that counter, that counter lets go by itself.
    mine = mine.exclude(advice__in=["clear", "advise"], officer__in=machines_of(act.agency))
    place = desk_named(act.desk)
    mine = mine.filter(office=place.office_id) if place and act.role in OF_THE_OFFICE else mine.filter(desk=act.desk)
    found = list(mine.order_by("-id")[:MOST_ROWS])
    marked = marked_again([one.id for one in found])
    return [row_of(one, marked.get(one.id)) for one in found]


def open_screening(reference: str, act: Act) -> bool:
    """Whether this reference is an application or crossing, or a screening's own id, on which this act's office works now: undecided, or
    decided so lately that an interview, a referral or an objection may still go on. Runs inside a door.
    """
    place = desk_named(act.desk)
    if place is None:
        return False
    named = Q(reference=token("reference", reference))
    with suppress(ValueError):
        named |= Q(id=UUID(reference))
    rows = Screening.objects.filter(named, agency=act.agency, office=place.office_id, purpose__in=asked_for(act))
    return rows.filter(Q(decision=None, at__gt=act.at - WAITS) | Q(decided_at__gt=act.at - WAITS)).exists()


def asked_for(act: Act) -> list[str]:
    """For what screenings are asked under this act's purpose."""
    return [name for name, purpose in PURPOSES.items() if purpose == act.purpose]


@transaction.atomic
def reveal_at(act: Act, id_: UUID, person: UUID, field: str, why: str) -> Revealed:
    """One masked field of somebody whom a screening found, opened at the desk that asked, while it is open.

    Refuses: as `persons.access.reveal`; NotFound alike for another desk's screening, one that is done, and somebody it did not find.
    """
    screening = screening_for(act, id_, door="person.reveal")
    found = {match["person"] for match in body_of(screening)["matches"]}
    done = screening.decided_at or screening.superseded_by
    if done or screening.desk != act.desk or str(person) not in found:
        raise NotFound()
    return reveal(act, person, field, why)


def sealed_body(said: bytes, id_: UUID) -> bytes:
    """Question and answer as they are kept: a third of their bytes (RFC 1950, at its quickest), then sealed."""
    return seal(zlib.compress(said, 1), about=b"screening" + id_.bytes)


def body_of(screening: Screening) -> dict[str, Any]:
    """Question and answer as they were kept, opened."""
    kept = unseal(bytes(screening.sealed), about=b"screening" + screening.id.bytes)
    return dict(unpacked(zlib.decompress(kept)))


def shaped(screening: Screening, body: dict[str, Any]) -> dict[str, Any]:
    """The answer of DESIGN 8, still in codes."""
    advised = body["advised"]
    return {
        "id": str(screening.id),
        "at": screening.at.isoformat(),
        "advice": screening.advice,
        "reasons": [one | {"in_confidence": in_confidence(one)} for one in advised["reasons"]],
        "matches": body["matches"],
        "timeline": body["timeline"],
        "sources": advised["sources"],
        "unknown": advised["unknown"],
        "law": advised["law"],
        "remarks": body["remarks"],
        "civil": body["civil"],
        "policy": body["policy"],
        "took_ms": screening.took_ms,
        "by": str(screening.officer),
        "desk": screening.desk,
        "superseded_by": str(screening.superseded_by or ""),
        "again": body.get("again"),
        "decision": {
            "decision": screening.decision,
            "reason": screening.reason,
            "by": str(screening.decided_by),
            "by_name": officer_names([screening.decided_by]).get(screening.decided_by, ""),
            "at": screening.decided_at.isoformat() if screening.decided_at else "",
        }
        if screening.decision and screening.decided_by
        else None,
        "asked": {
            "traveller": body["asked"]["traveller"],
            "journey": body["asked"]["journey"],
            "purpose": screening.purpose,
            "read": body["journey"],
        },
    }


def in_confidence(reason: Mapping[str, Any]) -> bool:
    """Whether a reason rests on something that no paper says: known before the mask takes the evidence away."""
    return any(str(name).startswith(IN_CONFIDENCE) for name, _value in reason["evidence"])


def named(apart: list[dict[str, Any]], act: Act) -> list[dict[str, Any]]:
    """Who was set apart, with the words of the reason and the name of the officer who said so."""
    if not apart:
        return []
    names = officer_names([UUID(one["by"]) for one in apart])
    said = namesake_reasons(act.at)
    return [
        one | {"text": said.get(one["reason"], one["reason"]), "by_name": names.get(UUID(one["by"]), "")}
        for one in apart
    ]


@transaction.atomic
def clearable_for(act: Act, id_: UUID) -> dict[str, str]:
    """Of each who was set apart from this screening: `cleared` where it holds at every desk by now, else why this officer may not confirm
    it (`no_record` of the traveller's own, `own_word`), `may` where he may, "" where his role may not.
    """
    screening = screening_for(act, id_)
    own = own_person(screening)
    cleared = ruled_apart([own]) if own else set()
    return {
        one["person"]: state_of(one, screening, cleared, act) if own else "no_record"
        for one in body_of(screening).get("apart", ())
    }


def state_of(one: Mapping[str, Any], screening: Screening, cleared: set[UUID], act: Act) -> str:
    if {person_of(UUID(id_)) or UUID(id_) for id_ in one["subjects"]} <= cleared:
        return "cleared"
    if not opens(act, "person.clear"):
        return ""
    return "own_word" if one["by"] == str(act.actor) else "may"


def own_person(screening: Screening) -> UUID | None:
    """The one person in the books who is certainly the traveller; None where nobody is, or where two fit alike."""
    persons = {person_of(subject) or subject for subject in screening.subjects}
    return persons.pop() if len(persons) == 1 else None


def masked(answer: dict[str, Any], act: Act) -> dict[str, Any]:
    """Leave out what this role may not see (SECURITY 3.2), and say what was left out."""
    mask = mask_of(act)
    hidden: list[str] = []
    if not mask["evidence"]:
        answer["reasons"] = [reason | {"evidence": [], "weight": 0} for reason in answer["reasons"]]
        hidden.append("evidence")
    if mask["timeline"] == "lines":
        answer["timeline"] = [
            line
            if line["agency"] == act.agency
            else line | {"params": {"state": "", "country": "", "place": ""}, "state": "", "country": ""}
            for line in answer["timeline"]
        ]
        hidden.append("timeline_details")
    if mask["matches"] == "masked":
        answer["matches"] = [
            match | {"explanation": None, "weight": 0, "probability": 0} for match in answer["matches"]
        ]
        hidden.append("match_details")
    return answer | {"masked": hidden}
