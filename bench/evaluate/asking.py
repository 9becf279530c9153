"""What a desk asks about a traveller: his papers and what he says, as the nation has them; and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID, uuid4

from sandbox.nation.model import Crossing, DepartureDeferral, Happening, Passport, PassportApplication

COUNTER, PASSPORTS = ("TPI-CGK-A1", "A1", "bima"), ("PASPOR-MLG-1", "", "ayu")
REFERRED = frozenset({"assist", "secondary", "hold"})  # somebody beside the counter looks, or helps
HELP = "assist"
#: A paper is missing, or the company's licence ended: the KP2MI desk helps to mend it, and nobody is suspected of anything.
MENDED_AT_KP2MI = frozenset(
    f"indicator.{code}" for code in ("recommendation_missing", "placement_missing", "p3mi_licence_ended")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One time that somebody stands at a desk."""

    person: str
    at: datetime
    step: str  # passport_application | departure
    lane: str
    passed: bool  # whether he went through in the nation's own history
    traveller: dict[str, str]
    journey: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewed:
    """What came of the interview: the same question asked again with what was said."""

    style: str  # truthful | shy | coached | lying
    advice: str
    score: int
    elements: tuple[str, ...]  # of UU 21/2007 Ps 1(1) that a fact supports
    helping: tuple[str, ...] = ()  # reasons for which help is to be offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the desk said of one occasion."""

    occasion: Occasion
    advice: str
    score: int
    reasons: tuple[str, ...]
    asking: tuple[str, ...] = ()  # of the reasons those that want help offered, or a second officer
    helping: tuple[str, ...] = ()  # of them those that want help offered
    grounds: Mapping[str, Any] = field(default_factory=dict)  # as the screening keeps them
    matches: Sequence[Mapping[str, Any]] = ()  # who it may be: verdicts and weights
    law: Sequence[Mapping[str, Any]] = ()
    interview: Interviewed | None = None

    @property
    def referred(self) -> bool:
        """Whether somebody beside the counter looks, because it may be trafficking. The offer to help with what is missing is counted apart."""
        return self.advice in REFERRED and not self.help_only

    @property
    def entry_only(self) -> bool:
        """Nothing was raised but that he may be whom an entry of a register is about."""
        return bool(self.asking) and all(code.startswith("register.") for code in self.reasons)

    @property
    def help_only(self) -> bool:
        return self.advice == HELP and set(self.asking) <= MENDED_AT_KP2MI


class Reasons(TypedDict):
    """Of an answer: every reason, and which of them want what (`Answered`)."""

    reasons: tuple[str, ...]
    asking: tuple[str, ...]
    helping: tuple[str, ...]


def wanting(reasons: Iterable[tuple[str, str]]) -> Reasons:
    """Reasons, each with what it suggests, as `Answered` holds them."""
    told = list(reasons)
    return {
        "reasons": tuple(code for code, _ in told),
        "asking": tuple(code for code, suggests in told if suggests in REFERRED),
        "helping": tuple(code for code, suggests in told if suggests == HELP),
    }


def heard(style: str, again: Answered) -> Interviewed:
    """What the second question came to."""
    supported = tuple(one["element"] for one in again.law if one["state"] == "supported")
    return Interviewed(style=style, advice=again.advice, score=again.score, elements=supported, helping=again.helping)


class Papers:
    """What of everybody's papers a desk reads; learned from the history before the day."""

    def __init__(self) -> None:
        self.passports: dict[str, Passport] = {}
        self.applied: dict[str, PassportApplication] = {}

    def learn(self, told: Sequence[Happening]) -> None:
        for one in told:
            if isinstance(one.of, Passport):
                self.passports[one.of.no] = one.of
            elif isinstance(one.of, PassportApplication):
                self.applied[one.of.person.id] = one.of

    def occasion(self, one: Happening) -> Occasion | None:
        """The desk's question where this happening is somebody at a desk: an application handed in, or a departure tried."""
        of = one.of
        if isinstance(of, PassportApplication) and one.kind == "passport_application.submitted":
            return application(of, one.at)
        if isinstance(of, Crossing) and of.direction == "exit":
            lane = "autogate" if of.lane == "autogate" else "counter"
            return self.departure(of, one.at, of.purpose, of.place, of.carrier, lane, passed=of.outcome == "allowed")
        if isinstance(of, DepartureDeferral):
            return self.departure(of, one.at, of.purpose, of.destination, "", "counter", passed=False)
        return None

    def departure(
        self,
        of: Crossing | DepartureDeferral,
        at: datetime,
        purpose: str,
        place: str,
        carrier: str,
        lane: str,
        *,
        passed: bool,
    ) -> Occasion | None:
        passport = self.passports.get(of.passport_no)
        if passport is None:
            return None
        person = of.person
        return Occasion(
            person=person.id, at=at, step="departure", lane=lane, passed=passed,
            traveller={
                "full_name": passport.endorsement or passport.printed_name, "nik": person.nik, "passport_no": of.passport_no,
                "birth_date": passport.printed_birth_date.isoformat(), "birth_place": person.birth_place, "sex": str(person.sex),
            },
            journey=said({"destination": place, "declared_purpose": purpose, "departure_date": at.date().isoformat(), "carrier": carrier}),
        )  # fmt: skip


def application(of: PassportApplication, at: datetime) -> Occasion:
    stated = of.stated
    return Occasion(
        person=of.person.id, at=at, step="passport_application", lane="", passed=of.status not in {"deferred", "refused"},
        traveller=said({
            "full_name": stated.full_name, "nik": stated.nik, "birth_date": stated.birth_date.isoformat(), "birth_place": stated.birth_place,
            "sex": str(stated.sex), "mother_name": stated.mother_name, "phone": stated.phone, "address": stated.address,
            "region_code": stated.region_code, "passport_no": of.previous_passport,
        }),
        journey=said({"destination": of.destination, "declared_purpose": of.purpose, "payer_phone": of.payer_phone, "p3mi": of.sponsor}),
    )  # fmt: skip


def said(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value and value != "return"}


class Desks:
    """The two desks of the demo, at any instant of the evaluated days."""

    def __init__(self) -> None:
        from suar.agencies.models import Officer

        named = Officer.objects.filter(username__in=[COUNTER[2], PASSPORTS[2]])
        self.officers: dict[str, UUID] = dict(named.values_list("username", "id"))

    def interview(
        self, occasion: Occasion, reference: str, at: datetime, style: str, said: Mapping[str, str]
    ) -> Interviewed | None:
        """The second officer's question, with what was said."""
        again = self.ask(occasion, reference, at, said)
        return heard(style, again) if again.grounds else None

    def ask(self, occasion: Occasion, reference: str, at: datetime, said: Mapping[str, str] | None = None) -> Answered:
        """The whole question as the desk asks it, at that instant. What it cannot read is answered as nothing at all: nobody is referred for it."""
        from suar.screening.actions.ask import screen
        from suar.screening.actions.question import Asked, BadQuestion

        departure = occasion.step == "departure"
        desk, lane, name = COUNTER if departure else PASSPORTS
        act = self.act(name, desk, departure, reference, at)
        asked = Asked(
            purpose=occasion.step,
            desk=desk,
            lane=lane,
            officer=name,
            reference=reference,
            traveller=occasion.traveller,
            journey=occasion.journey,
            answers=said or {},
        )
        try:
            made = screen(asked, act=act, client="evaluate", key="", elapsed_ms=lambda: 0)
        except BadQuestion:
            return Answered(occasion=occasion, advice="unreadable", score=0, reasons=())
        return self.answered(occasion, made)

    def act(self, name: str, desk: str, departure: bool, reference: str, at: datetime) -> Any:
        from suar.core.act import Act

        return Act(
            actor=self.officers[name], agency="imigrasi", role="counter_officer" if departure else "passport_officer", desk=desk,
            purpose="departure_screening" if departure else "passport_application", basis="UU 6/2011 Ps 9", reference=reference,
            at=at - timedelta(seconds=1), correlation=uuid4(),
        )  # fmt: skip

    def answered(self, occasion: Occasion, made: UUID) -> Answered:
        from django.db import transaction

        from suar.agencies.access import as_hub
        from suar.screening.access import body_of
        from suar.screening.models import Screening

        with transaction.atomic():
            as_hub()
            body = body_of(Screening.objects.get(id=made))
        advised, grounds = body["advised"], dict(body["grounds"])
        del grounds["tables"]
        return Answered(
            occasion=occasion, advice=advised["advice"], score=advised["score"],
            **wanting((reason["code"], reason["suggests"]) for reason in advised["reasons"]), grounds=grounds, law=advised["law"],
            matches=[{name: one[name] for name in ("verdict", "weight", "explanation")} for one in body["matches"]],
        )  # fmt: skip
