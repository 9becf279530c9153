"""Reads of machines: their keys and certificates, who may show which token, and what is left of quotas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from suar.agencies.models import Client
from suar.core.machine import narrowed
from suar.policies.queries import Bundle, in_force, once_a_version
from suar.vault.queries import derived_id
from suar.vault.queries.prepared import Question, prepared

HUB = "suar"
LAPSES = timedelta(hours=24)  # a proposal on which nobody ruled (SECURITY 3.3)
PER = {"minute": 60, "day": 86_400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Terms, a key or a certificate of a machine, as proposed, ruled on and ended."""

    id: UUID
    client: str
    agency: str
    kind: str
    thumbprint: str
    body: Mapping[str, Any]
    until_at: datetime
    at: datetime
    by: UUID
    by_agency: str
    ruling: str
    ruled_at: datetime | None
    ruled_by: UUID | None
    ended_at: datetime | None
    ended_by: UUID | None

    def in_force(self, at: datetime) -> bool:
        return self.ruling == "confirmed" and self.ended_at is None and at < self.until_at

    def waits(self, at: datetime) -> bool:
        return not self.ruling and at < min(self.until_at, self.at + LAPSES)


PROPOSALS = """
SELECT p.id, p.client, p.agency, p.kind, p.thumbprint, p.body, p.until_at, p.at, p.by, p.by_agency, coalesce(r.ruling, ''), r.at, r.by, e.at, e.by
FROM agencies_proposal p LEFT JOIN agencies_ruling r ON r.proposal = p.id LEFT JOIN agencies_end e ON e.proposal = p.id
WHERE {where} ORDER BY p.id
"""


def proposals(where: str, *told: str | UUID) -> list[Proposal]:
    with connection.cursor() as cursor:
        cursor.execute(PROPOSALS.format(where=where), list(told))
        return [proposal_of(row) for row in cursor.fetchall()]


def proposal_of(row: Sequence[Any]) -> Proposal:
    id_, client, agency, kind, thumbprint, body, *rest = row
    read = json.loads(body) if isinstance(body, str) else body
    until_at, at, by, by_agency, ruling, ruled_at, ruled_by, ended_at, ended_by = rest
    return Proposal(
        id=id_, client=client, agency=agency, kind=kind, thumbprint=thumbprint, body=read, until_at=until_at, at=at, by=by,
        by_agency=by_agency, ruling=ruling, ruled_at=ruled_at, ruled_by=ruled_by, ended_at=ended_at, ended_by=ended_by,
    )  # fmt: skip


def proposals_of(client: str) -> list[Proposal]:
    return proposals("p.client = %s", client)


def proposal(id_: UUID) -> Proposal | None:
    return next(iter(proposals("p.id = %s", id_)), None)


def known_thumbprint(thumbprint: str, at: datetime) -> bool:
    """Whether this key or certificate waits or was ever confirmed, for whichever machine: what was ended never comes back."""
    return any(one.ruling == "confirmed" or one.waits(at) for one in proposals("p.thumbprint = %s", thumbprint))


def held_by(client: Client, kind: str, at: datetime) -> list[Proposal]:
    """The machine's keys or certificates in force, the newest first."""
    found = proposals("p.client = %s AND p.agency = %s AND p.kind = %s", client.id, client.agency_id, kind)
    return [one for one in reversed(found) if one.in_force(at)]


def clients(agency: str = "") -> list[Client]:
    rows = Client.objects.order_by("agency_id", "id")
    return list(rows.filter(agency_id=agency) if agency else rows)


def client(id_: str) -> Client | None:
    return Client.objects.filter(id=id_).first()


def client_in_force(id_: str, at: datetime) -> Client | None:
    """A machine that may log in now."""
    return Client.objects.filter(id=id_, from_at__lte=at).exclude(until_at__lte=at).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A token that is in force: whose it is, what it lets him ask, and how it must be shown."""

    client: str
    agency: str
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    bound: bool
    thumbprint: str  # of the certificate with which it must be shown; "" where it was got without one


# A token ends with its machine, with the key that asked for it and with the certificate to which it is bound, whichever ends first.
HELD = """
SELECT c.id, c.agency_id, p.scopes, c.scopes, c.networks, c.bound, coalesce(x.thumbprint, '')
FROM agencies_pass p JOIN agencies_client c ON c.id = p.client_id
LEFT JOIN agencies_proposal k ON k.id = p.key LEFT JOIN agencies_proposal x ON x.id = p.certificate
WHERE p.sha256 = %(sha256)b AND p.until_at > %(at)b AND c.from_at <= %(at)b AND (c.until_at IS NULL OR c.until_at > %(at)b)
  AND (p.key IS NULL OR k.until_at > %(at)b) AND (p.certificate IS NULL OR x.until_at > %(at)b)
  AND NOT EXISTS (SELECT FROM agencies_end e WHERE e.proposal IN (p.key, p.certificate))
"""


def pass_question(sha256: str, at: datetime) -> Question:
    """What `pass_of` asks, for whoever asks several things in one journey."""
    return HELD, {"sha256": sha256, "at": at}


def pass_of(sha256: str, at: datetime) -> Held | None:
    """The token with this hash, while it and all that it stands on are in force."""
    for client, agency, wanted, scopes, networks, bound, thumbprint in prepared(*pass_question(sha256, at)):
        return Held(
            client=client, agency=agency, scopes=narrowed(wanted, scopes), networks=tuple(networks), bound=bound, thumbprint=thumbprint,
        )  # fmt: skip
    return None


# The broker knows agencies, not machines: an agency's line there is open as long as one of its machines may receive events.
SHUT = """
SELECT agency_id FROM agencies_client WHERE EXISTS (SELECT FROM unnest(scopes) s WHERE s = 'events' OR s LIKE 'events:%%')
GROUP BY agency_id HAVING every(from_at > %s OR coalesce(until_at <= %s, false))
"""


def shut_out(at: datetime) -> list[str]:
    """The agencies that had machines which may receive events, and of which none is in force."""
    with connection.cursor() as cursor:
        cursor.execute(SHUT, [at, at])
        return sorted(row[0] for row in cursor.fetchall())


# Quotas ------------------------------------------------------------------------------------------------------------------------------------


def manner(at: datetime) -> Mapping[str, Any]:
    """The table of machines in force."""
    table: Mapping[str, Any] = in_force(at).tables["sharing/machines"]
    return table


@once_a_version
def special(bundle: Bundle) -> dict[UUID, Mapping[str, int]]:
    """As whom the machines act that have quotas of their own, and which."""
    rows: Mapping[str, Mapping[str, int]] = bundle.tables["sharing/machines"].get("machines") or {}
    return {derived_id("client", id_): row for id_, row in rows.items()}


def quota(machine: UUID, kind: str, at: datetime) -> int:
    """How much of one kind this machine may use in its minute or day."""
    bundle = in_force(at)
    usual: Mapping[str, int] = bundle.tables["sharing/machines"]["quotas"]
    return int({**usual, **special(bundle).get(machine, {})}[kind])


def seconds_of(kind: str) -> int:
    """The length of the time in which a kind is counted."""
    return PER[kind.rpartition("_")[2]]


def used(machine: UUID, at: datetime) -> dict[str, int]:
    """How much of each kind the machine has taken in the minute and on the day of `at`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, slot, taken FROM agencies_use WHERE machine = %s AND slot > %s AND slot <= %s",
            [machine, at - timedelta(days=1), at],
        )
        rows = cursor.fetchall()
    return {kind: taken for kind, slot, taken in rows if slot + timedelta(seconds=seconds_of(kind)) > at}
