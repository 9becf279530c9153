"""The doors to notices: an entry's own notices and papers, the clocks of all, and the proof that anybody may ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import office
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.registers.notice import EntryFacts, NoticeTerms
from suar.core.registers.notice_code import read_code
from suar.core.registers.notice_words import ADDRESSEES
from suar.policies.queries import in_force
from suar.registers.queries.facts import facts_of, runs
from suar.registers.queries.law import legal_of
from suar.registers.queries.notices import (
    Counted,
    Made,
    clocks,
    counted,
    notice,
    notice_with,
    notices_of,
    paper_of,
    readable,
    terms_of,
    wording,
)

DOOR = "register.notice"
#: As far back as clocks are shown: longer than the longest objection.
LOOKED_BACK = timedelta(days=180)
#: What of a person stands on a notice.
FIELDS = ("birth_date", "full_name", "nik", "passport_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry with its notices: who is to be told of it, and who was."""

    facts: EntryFacts
    terms: NoticeTerms
    made: list[Made]
    tellable: bool  # policy has words for a notice of this kind

    @property
    def open_to(self) -> list[str]:
        """To whom a notice of the newest act can still be made, those whom the law names first."""
        told = {one.to_whom for one in self.made if one.act == self.facts.act}
        ordered = [*self.terms.to, *(whom for whom in ADDRESSEES if whom not in self.terms.to)]
        return [whom for whom in ordered if whom not in told] if self.tellable else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The clocks of all notices: counts, and those that are due or missed."""

    counted: list[Counted]
    missed: list[Made]
    due: list[Made]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """All that anybody learns of a notice from its code: no name, nothing that leads to one."""

    number: str
    office: str
    kind: str
    made_at: datetime
    zone: str
    runs: bool


@transaction.atomic
def notices_for(act: Act, entry: UUID) -> Told:
    """An entry's notices. Refuses: DoorShut; NotFound, alike for none and for one that this act may not read."""
    facts = facts_for(act, entry)
    bundle = in_force(act.at)
    append("notice.listed", replace(act, reference=str(entry)), about=[facts.subject, entry], fields=["register"])
    return Told(
        facts=facts,
        terms=terms_of(facts.kind, legal_of(bundle)),
        made=notices_of(entry),
        tellable=facts.kind in wording(bundle).kinds,
    )


def facts_for(act: Act, entry: UUID) -> EntryFacts:
    """An entry, for whoever makes its notices, in the caller's transaction. Refuses: DoorShut; NotFound."""
    enter(replace(act, reference=str(entry)), DOOR)
    facts = facts_of(entry, act.at)
    if facts is None:
        raise NotFound()
    return facts


@transaction.atomic
def paper_for(act: Act, id_: UUID) -> tuple[Made, bytes]:
    """The paper of a notice as it was given. Refuses: DoorShut; NotFound."""
    found = notice_for(act, id_)
    paper = paper_of(id_)
    if paper is None:
        raise NotFound()
    append("notice.shown", replace(act, reference=str(found.entry)), about=[found.entry, id_], fields=FIELDS)
    return found, paper


def notice_for(act: Act, id_: UUID) -> Made:
    """A notice whose paper this act may read, in the caller's transaction. Refuses: DoorShut; NotFound."""
    enter(replace(act, reference=str(id_)), DOOR)
    found = notice(id_)
    if found is None or not readable(id_):
        raise NotFound()
    return found


@transaction.atomic
def clocks_for(act: Act) -> Watched:
    """How the notice clocks of all agencies stand; nobody is named. Refuses: DoorShut."""
    enter(act, "notice.clocks")
    found = clocks(act.at - LOOKED_BACK)
    return Watched(
        counted=counted(found, act.at),
        missed=[one for one in found if one.clock(act.at) == "missed"],
        due=[one for one in found if one.clock(act.at) == "due"],
    )


@transaction.atomic
def proof_for(act: Act, code: str) -> Proven:
    """What a code proves, to anybody, by the hub's own act. Refuses: NotFound, alike for a code that is none and for one nobody was given.

    There is no limit on asking: 128 keyed bits are not guessed, and whoever holds the code holds the paper, which says more.
    """
    enter(act, DOOR)
    read = read_code(code)
    found = notice_with(read) if read else None
    if found is None:
        raise NotFound()
    place = office(found.office)
    return Proven(
        number=found.number,
        office=place.name if place else found.office,
        kind=found.kind,
        made_at=found.made_at,
        zone=place.zone if place else "",
        runs=runs(found.entry, act.at),
    )
