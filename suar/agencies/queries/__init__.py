"""Reads of agencies, postings and agreements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from suar.agencies.models import Agency, Agreement, Client, Desk, Office, Officer, Posting
from suar.policies.queries import in_force
from suar.vault.queries import derived_id
from suar.vault.queries.prepared import Question, prepared


def postings_of(officer: UUID, at: datetime) -> list[Posting]:
    """The officer's postings now, each with its desk and office."""
    now = Q(from_at__lte=at) & (Q(until_at=None) | Q(until_at__gt=at))
    return list(
        Posting.objects.select_related("desk__office__agency")
        .filter(now, officer_id=officer)
        .order_by("desk_id", "role")
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """Who may act where, in some role."""

    officer: UUID
    desk: str
    agency: str
    office: str


def posted(role: str, at: datetime) -> list[Seat]:
    """Every active officer who holds this role somewhere now, with the desk and its agency."""
    now = Q(from_at__lte=at) & (Q(until_at=None) | Q(until_at__gt=at))
    held = Posting.objects.filter(now, role=role, officer__is_active=True).order_by("officer_id", "desk_id")
    return [
        Seat(*row) for row in held.values_list("officer_id", "desk_id", "desk__office__agency_id", "desk__office_id")
    ]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Events of one kind from one agency that another is told of, for as long as their agreement holds."""

    kind: str
    giver: str
    receiver: str
    from_at: datetime
    until_at: datetime


def subscriptions(kinds: Sequence[str]) -> list[Subscription]:
    """Every agreement under which events of these kinds go or went out."""
    rows = Agreement.objects.filter(events__overlap=list(kinds)).order_by("giver_id", "receiver_id", "from_at")
    return [
        Subscription(kind, one.giver_id, one.receiver_id, one.from_at, one.until_at)
        for one in rows
        for kind in kinds
        if kind in one.events
    ]


def desk_kinds() -> list[tuple[str, str]]:
    """Which agencies have desks of which kinds."""
    rows = Desk.objects.order_by("office__agency_id", "kind").values_list("office__agency_id", "kind").distinct()
    return [(agency, kind) for agency, kind in rows]


def desk(code: str) -> Desk | None:
    return Desk.objects.select_related("office").filter(code=code).first()


def office_question(desk: str) -> Question:
    """What `office_of` asks, for whoever asks several things in one journey."""
    return "SELECT office_id FROM agencies_desk WHERE code = %b", [desk]


def office_of(desk: str) -> str:
    """The office in which a desk stands; "" for a desk that nobody opened."""
    return next((office for (office,) in prepared(*office_question(desk))), "")


def office(code: str) -> Office | None:
    return Office.objects.filter(code=code).first()


def contact_of(office: str, at: datetime) -> Mapping[str, Any] | None:
    """Where to ask about what this office did: address, phone and hours by the table in force; None where nobody wrote them down."""
    offices: Mapping[str, Mapping[str, Any]] = in_force(at).tables["sharing/offices"].get("offices", {})
    return offices.get(office)


def officer_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Officers' names by their ids; machines and the hub's own acts have none."""
    return dict(Officer.objects.filter(id__in=set(ids)).values_list("id", "full_name"))


def agency_codes() -> list[str]:
    return list(Agency.objects.order_by("code").values_list("code", flat=True))


def agreed(giver: str, receiver: str, purposes: list[str]) -> bool:
    """Whether the two ever agreed for just these purposes."""
    return Agreement.objects.filter(giver_id=giver, receiver_id=receiver, purposes=purposes).exists()


def machines_of(agency: str) -> list[UUID]:
    """As whom this agency's machines act, also those that may no longer log in."""
    return [derived_id("client", id_) for id_ in Client.objects.filter(agency_id=agency).values_list("id", flat=True)]


def client_in_force(id_: str, at: datetime) -> Client | None:
    """A machine client that may log in now."""
    return Client.objects.filter(id=id_, from_at__lte=at).exclude(until_at__lte=at).first()
