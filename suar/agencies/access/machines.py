"""What engineers see of machines: an agency's her own, the hub's everybody's. No person's data stands behind any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.models import Client
from suar.agencies.queries import agency_codes, officer_names
from suar.agencies.queries.machines import HUB, Proposal, client, clients, manner, proposals, proposals_of, quota, used
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.vault.queries import derived_id


@transaction.atomic
def machines_for(act: Act) -> dict[str, Any]:
    """Every machine with how it stands, and the proposals that wait for the other side."""
    enter(act, "machine.see")
    whose = "" if act.agency == HUB else act.agency
    known = proposals("p.agency = %s OR %s = ''", whose, whose)
    rows = [row_of(one, [it for it in known if it.client == one.id], act.at) for one in clients(whose)]
    waiting = [one for one in known if one.waits(act.at)]
    names = officer_names([one.by for one in waiting])
    return {"rows": rows, "waiting": [proposal_shown(one, names, act) for one in waiting], "agencies": choosable(act)}


def choosable(act: Act) -> list[str]:
    """For which agencies this engineer may propose a machine."""
    return agency_codes() if act.agency == HUB else [act.agency]


def row_of(one: Client, known: Sequence[Proposal], at: datetime) -> dict[str, Any]:
    held = [it for it in known if it.in_force(at)]
    keys, certificates = of_kind(held, "key"), of_kind(held, "certificate")
    quotas = quotas_of(one, at)
    ends = min((newest_end(kind) for kind in (keys, certificates) if kind), default=None)
    return {
        "id": one.id, "agency": one.agency_id, "state": state_of(one, keys, certificates, at), "keys": len(keys),
        "certificates": len(certificates), "bound": one.bound, "scopes": one.scopes, "networks": one.networks, "ends_at": ends,
        "soon": ends is not None and ends - at < timedelta(days=manner(at)["warn_days"]), "quotas": quotas, "taken": [it for it in quotas if it["taken"]],
        "waits": sum(it.waits(at) for it in known),
    }  # fmt: skip


def of_kind(known: Sequence[Proposal], kind: str) -> list[Proposal]:
    return [one for one in known if one.kind == kind]


def newest_end(known: Sequence[Proposal]) -> datetime:
    """Until when the machine has one of them, if none is renewed."""
    return max(one.until_at for one in known)


def state_of(one: Client, keys: Sequence[Proposal], certificates: Sequence[Proposal], at: datetime) -> str:
    """in_force, ended, no_key or no_certificate: the last two get no token."""
    if one.until_at and one.until_at <= at:
        return "ended"
    if not keys:
        return "no_key"
    return "no_certificate" if one.bound and not certificates else "in_force"


def quotas_of(one: Client, at: datetime) -> list[dict[str, Any]]:
    machine = derived_id("client", one.id)
    taken: Mapping[str, int] = used(machine, at)
    return [
        {"kind": kind, "taken": taken.get(kind, 0), "most": quota(machine, kind, at)} for kind in manner(at)["quotas"]
    ]


@transaction.atomic
def machine_for(act: Act, id_: str) -> dict[str, Any]:
    """One machine: its terms, keys and certificates with who proposed, confirmed and ended them, and its quotas. Refuses: DoorShut, NotFound."""
    enter(act, "machine.see")
    one = client(id_)
    known = [it for it in proposals_of(id_) if it.agency == (one.agency_id if one else it.agency)]
    known = [it for it in known if act.agency in (it.agency, HUB)]
    agency = one.agency_id if one else known[0].agency if known else ""
    if not agency or act.agency not in (agency, HUB):
        raise NotFound()
    names = officer_names([who for it in known for who in (it.by, it.ruled_by, it.ended_by) if who])
    shown = [proposal_shown(it, names, act) for it in reversed(known)]
    return {
        "id": id_, "agency": agency, "one": row_of(one, known, act.at) if one else None,
        "waiting": [it for it in shown if it["state"] == "waits"],
        "credentials": [it for it in shown if it["kind"] != "terms" and it["state"] in ("in_force", "ended", "over")],
        "history": [it for it in shown if it["state"] != "waits"],
    }  # fmt: skip


def proposal_shown(one: Proposal, names: Mapping[UUID, str], act: Act) -> dict[str, Any]:
    return {
        "id": one.id, "client": one.client, "agency": one.agency, "kind": one.kind, "thumbprint": one.thumbprint, "body": one.body,
        "until_at": one.until_at, "at": one.at, "by": names.get(one.by, ""), "by_agency": one.by_agency, "mine": one.by == act.actor,
        "theirs": one.by != act.actor and {HUB, one.agency} == {act.agency, one.by_agency}, "ruling": one.ruling,
        "ruled_at": one.ruled_at, "ruled_by": names.get(one.ruled_by, "") if one.ruled_by else "", "ended_at": one.ended_at,
        "ended_by": names.get(one.ended_by, "") if one.ended_by else "", "state": how_it_stands(one, act.at),
        "soon": one.in_force(act.at) and one.until_at - act.at < timedelta(days=manner(act.at)["warn_days"]),
    }  # fmt: skip


def how_it_stands(one: Proposal, at: datetime) -> str:
    """waits, lapsed, declined, in_force, ended or over."""
    if not one.ruling:
        return "waits" if one.waits(at) else "lapsed"
    if one.ruling == "declined" or one.in_force(at):
        return "declined" if one.ruling == "declined" else "in_force"
    return "ended" if one.ended_at else "over"
