"""Counts traces from happenings alone, by definitions written apart from the generator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar, cast

from sandbox.nation.model import (
    Complaint,
    Crossing,
    DepartureDeferral,
    Happening,
    JobOrder,
    P3mi,
    PassportApplication,
    Placement,
    PreventionRecord,
    RecommendationLetter,
    Registration,
    RegistryEntry,
    Repatriation,
    Suspect,
    Tip,
)

T = TypeVar("T")
SHORT = {"tourism", "umrah", "haji", "family_visit", "business", "medical"}


class Seen:
    """The last state of every thing, and of every person the traces that the records show."""

    def __init__(self, happenings: Iterable[Happening], now: datetime) -> None:
        self.now = now
        self.traces: dict[str, set[str]] = defaultdict(set)
        self.dead_since: dict[str, date] = {}
        self.exhausted: dict[str, date] = {}
        self._things: dict[type, dict[str, object]] = defaultdict(dict)
        for happening in happenings:
            thing = happening.of
            key = thing.nik + thing.person_id if isinstance(thing, RegistryEntry) else thing.id
            self._things[type(thing)][key] = thing
            if isinstance(thing, P3mi) and happening.kind != "p3mi.licensed":
                self.dead_since[thing.id] = happening.at.date()
            if isinstance(thing, JobOrder) and happening.kind == "job_order.exhausted":
                self.exhausted[thing.id] = happening.at.date()
        self.approved: dict[str, list[PassportApplication]] = defaultdict(list)
        for application in self.all(PassportApplication):
            if application.status == "approved":
                self.approved[application.person.id].append(application)
        for look in (self._lists, self._shared, self._forms, self._letters, self._register, self._work, self._away):
            look()

    def all(self, kind: type[T]) -> list[T]:
        return cast("list[T]", list(self._things[kind].values()))

    def _lists(self) -> None:
        for prevented in self.all(PreventionRecord):
            if any(prevented.at < one.submitted_at for one in self.approved[prevented.person.id]):
                self.traces[prevented.person.id].add("prevented_before")
        for complaint in self.all(Complaint):
            self.traces[complaint.person.id].add("complaint_abroad")
        for repatriation in self.all(Repatriation):
            self.traces[repatriation.person.id].add("repatriated")
        for deferral in self.all(DepartureDeferral):
            if deferral.reason == "suspected_non_procedural":
                self.traces[deferral.person.id].add("departure_deferred_before")

    def _shared(self) -> None:
        """A payer's phone, or a sponsor and a day, that four families have in common."""
        by_phone: dict[str, set[str]] = defaultdict(set)
        by_day: dict[tuple[str, date], set[str]] = defaultdict(set)
        for applications in self.approved.values():
            for one in applications:
                by_phone[one.payer_phone].add(one.person.kk)
                if one.sponsor:
                    by_day[one.sponsor, one.submitted_at.date()].add(one.person.kk)
        for person, applications in self.approved.items():
            if any(len(by_phone[one.payer_phone]) >= 4 for one in applications):
                self.traces[person].add("agent_phone")
            if any(len(by_day.get((one.sponsor, one.submitted_at.date()), ())) >= 4 for one in applications):
                self.traces[person].add("group_same_day")

    def _forms(self) -> None:
        suspects = {suspect.phone for suspect in self.all(Suspect)}
        tips = {tip.recruiter_phone for tip in self.all(Tip)} - {""}
        niks: dict[str, set[str]] = defaultdict(set)
        for one in self.all(PassportApplication):
            found = self.traces[one.person.id]
            niks[one.person.id].add(one.stated.nik)
            if one.status == "deferred":
                found.add("deferred_before")
            elif one.office.region_code[:2] != one.stated.region_code[:2]:
                found.add("far_office")
            if suspects & {one.contact.phone, one.payer_phone, one.stated.phone}:
                found.add("suspect_phone")
            if one.stated.phone in tips:
                found.add("tip_names_agent")
        for person, used in niks.items():
            if len(used) > 1:
                self.traces[person].add("second_identity")

    def _letters(self) -> None:
        letters = {letter.no: letter for letter in self.all(RecommendationLetter)}
        works_since = {one.person.id: one.contract_from for one in self.all(Placement)}
        for person, applications in self.approved.items():
            for one in applications:
                if one.purpose not in ("work", "internship"):
                    continue
                if works_since.get(person, date.max) < one.submitted_at.date():
                    continue  # back to a running contract: no letter is asked for
                if not one.letter_no:
                    self.traces[person].add("letter_missing")
                elif one.purpose == "work" and one.letter_no not in letters:
                    self.traces[person].add("letter_unknown")
                elif one.purpose == "work" and letters[one.letter_no].status == "cancelled":
                    self.traces[person].add("letter_cancelled")

    def _register(self) -> None:
        rows = {entry.nik: entry for entry in self.all(RegistryEntry)}
        for person, applications in self.approved.items():
            last = max(applications, key=lambda one: one.submitted_at)
            entry = rows.get(last.stated.nik)
            if entry is None:
                continue
            on = last.submitted_at.date()
            if entry.birth_date != last.stated.birth_date:
                self.traces[person].add("birth_date_differs")
            lately = entry.corrected_on and timedelta(0) <= on - entry.corrected_on <= timedelta(days=180)
            if lately and entry.earlier_birth_date and entry.birth_date < entry.earlier_birth_date:
                self.traces[person].add("birth_date_raised")
            if entry.spouse_nationality and entry.married_on and on - entry.married_on <= timedelta(days=60):
                self.traces[person].add("new_marriage")

    def _work(self) -> None:
        placed = {one.person.id for one in self.all(Placement)}
        for one in self.all(Registration):
            purposes = {application.purpose for application in self.approved[one.person.id]}
            if not purposes & {"work", "crew"}:
                self.traces[one.person.id].add("work_record")
            order, agreed = one.job_order, one.agreement_on
            if order is not None and agreed is not None:
                if self.dead_since.get(order.p3mi.id, date.max) <= agreed:
                    self.traces[one.person.id].add("licence_dead")
                if self.exhausted.get(order.id, date.max) <= agreed:
                    self.traces[one.person.id].add("over_quota")
        for placement in self.all(Placement):
            order = placement.job_order
            if order is not None and (placement.job, placement.country) != (order.job, order.country):
                self.traces[placement.person.id].add("other_job")
        for crossing in self.all(Crossing):
            if crossing.purpose == "crew" and crossing.person.id not in placed:
                self.traces[crossing.person.id].add("crew_unrecorded")

    def _away(self) -> None:
        """Out on a short stay and not back in twice the stay and a month."""
        entries: dict[str, list[datetime]] = defaultdict(list)
        for crossing in self.all(Crossing):
            if crossing.direction == "entry":
                entries[crossing.person.id].append(crossing.at)
        for crossing in self.all(Crossing):
            if crossing.direction == "entry" or crossing.outcome != "allowed" or crossing.purpose not in SHORT:
                continue
            stay = max((one.stay_days for one in self.approved[crossing.person.id]), default=0)
            until = crossing.at + timedelta(days=2 * stay + 30)
            if until < self.now and not any(crossing.at < at <= until for at in entries[crossing.person.id]):
                self.traces[crossing.person.id].add("no_return")
