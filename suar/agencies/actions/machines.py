"""A machine of an agency: its terms, keys and certificates, each proposed by one person and confirmed by another, one of the agency and one of the
hub; and ended by either of them alone, at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_public_key
from django.db import connection, transaction

from suar.agencies.access import enter
from suar.agencies.models import Client, Pass
from suar.agencies.queries import agency_codes
from suar.agencies.queries.machines import HUB, Proposal, client, known_thumbprint, manner, proposal, proposals_of
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.machine import ROOM, certificate_thumbprint, encoded, key_thumbprint
from suar.policies.queries import in_force
from suar.vault.queries import derived_id, new_id

NAME = re.compile("(?=.{3,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)+")  # with a hyphen, so that none is called as a page is
LONGEST_PEM = 16_384
SHORTEST_RSA = 2048
TERMS_DAYS = 3650  # what ends is keys and certificates; terms hold until others do, or until they are ended
#: What a token may be for, besides single types of events (`events:TYPE`).
SCOPES = ("screening", "health", "intake.push", "intake.report", ROOM)


class Unfit(Refusal):
    """What was handed in is no key, no certificate or no terms that a machine can have; the code says why."""

    code = "machine.unfit"
    status = 422


class OthersTurn(Refusal):
    """Whoever proposed it cannot confirm it, and no colleague in the same house can: one is of the agency, the other of the hub."""

    code = "machine.second"
    status = 403


class AlreadyRuled(Conflict):
    """Somebody was quicker, or its time has run out."""

    code = "machine.ruled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a machine may: ask for these scopes, from these networks (none: from anywhere), with tokens bound to a certificate or not."""

    client: str
    agency: str
    scopes: Sequence[str]
    networks: Sequence[str] = ()
    bound: bool = False

    def body(self) -> dict[str, object]:
        return {"scopes": sorted(set(self.scopes)), "networks": sorted(set(self.networks)), "bound": self.bound}


@transaction.atomic(durable=True)
def propose_terms(terms: Terms, *, act: Act) -> UUID:
    """Propose a new machine, or other terms for one. Refuses: DoorShut, Unfit, NotFound where another agency has a machine of that name."""
    enter(act, "machine.keep")
    known = client(terms.client)
    if known and known.agency_id != terms.agency:
        raise NotFound()
    fit(terms, act.at)
    return write(terms.client, terms.agency, "terms", "", terms.body(), act.at + timedelta(days=TERMS_DAYS), act=act)


def fit(terms: Terms, at: datetime) -> None:
    if terms.agency not in agency_codes():
        raise Unfit("machine.agency")
    if not NAME.fullmatch(terms.client):
        raise Unfit("machine.name")
    if not terms.scopes or not set(terms.scopes) <= set(scopes_known(at)):
        raise Unfit("machine.scopes")
    for one in terms.networks:
        try:
            ip_network(one)
        except ValueError as error:
            raise Unfit("machine.network") from error


def scopes_known(at: datetime) -> list[str]:
    """Every scope that there is: all events, and each type of them for itself."""
    return [*SCOPES, *(f"{ROOM}:{kind}" for kind in sorted(in_force(at).tables["sharing/events"]["told"]))]


@transaction.atomic(durable=True)
def propose_key(id_: str, pem: str, *, act: Act) -> UUID:
    """Propose a public key (PEM, Ed25519) with which the machine signs its assertions. Refuses: DoorShut, NotFound, Unfit."""
    enter(act, "machine.keep")
    jwk = read_key(pem)
    until = act.at + timedelta(days=manner(act.at)["key_days"])
    return hand_in(id_, "key", key_thumbprint(jwk), jwk, until, act=act)


def read_key(pem: str) -> dict[str, object]:
    """A JWK (RFC 8037). Refuses: Unfit."""
    text = pem_text(pem)
    try:
        key = load_pem_public_key(text)
    except (ValueError, TypeError) as error:
        raise Unfit("machine.key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Unfit("machine.key")
    return {"kty": "OKP", "crv": "Ed25519", "x": encoded(key.public_bytes_raw())}


def pem_text(pem: str) -> bytes:
    """Refuses: Unfit where a private half is shown: somebody has seen it now, so it is no good to anybody."""
    if "PRIVATE" in pem:
        raise Unfit("machine.private")
    if len(pem) > LONGEST_PEM or not pem.isascii():
        raise Unfit()
    return pem.strip().encode()


@transaction.atomic(durable=True)
def propose_certificate(id_: str, pem: str, *, act: Act) -> UUID:
    """Propose a certificate (PEM) with which the machine opens its lines; who signed it is nobody's concern, since two persons compare its
    thumbprint (RFC 8705 section 2.2). Refuses: DoorShut, NotFound, Unfit.
    """
    enter(act, "machine.keep")
    read = read_certificate(pem, act.at)
    until = min(read.not_valid_after_utc, act.at + timedelta(days=manner(act.at)["certificate_days"]))
    body: dict[str, object] = {
        "pem": read.public_bytes(Encoding.PEM).decode(),
        "subject": read.subject.rfc4514_string()[:200],
    }
    thumbprint = certificate_thumbprint(read.public_bytes(Encoding.DER))
    return hand_in(id_, "certificate", thumbprint, body, until, act=act)


def read_certificate(pem: str, at: datetime) -> x509.Certificate:
    try:
        (read,) = x509.load_pem_x509_certificates(pem_text(pem))
        key = read.public_key()
    except (ValueError, TypeError) as error:
        raise Unfit("machine.certificate") from error
    strong = isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey) or (
        isinstance(key, RSAPublicKey) and key.key_size >= SHORTEST_RSA
    )
    if not strong:
        raise Unfit("machine.certificate")
    if not read.not_valid_before_utc <= at < read.not_valid_after_utc:
        raise Unfit("machine.certificate_time")
    return read


def hand_in(id_: str, kind: str, thumbprint: str, body: dict[str, object], until: datetime, *, act: Act) -> UUID:
    known = client(id_)
    if known is None:
        raise NotFound()
    if known_thumbprint(thumbprint, act.at):
        raise Unfit("machine.known")
    return write(id_, known.agency_id, kind, thumbprint, body, until, act=act)


PROPOSE = """
INSERT INTO agencies_proposal (id, client, agency, kind, thumbprint, body, until_at, at, by, by_agency)
VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s)
"""


def write(
    id_: str, agency: str, kind: str, thumbprint: str, body: dict[str, object], until: datetime, *, act: Act
) -> UUID:
    mine(agency, act)
    made = new_id(act.at)
    told: list[Any] = [
        made,
        id_,
        agency,
        kind,
        thumbprint,
        orjson.dumps(body).decode(),
        until,
        act.at,
        act.actor,
        act.agency,
    ]
    with connection.cursor() as cursor:
        cursor.execute(PROPOSE, told)
    append("machine.proposed", act, about=[derived_id("client", id_), made], machine=id_, kind=kind)
    return made


def mine(agency: str, act: Act) -> None:
    """An agency's engineer keeps her own agency's machines, the hub's everybody's. Refuses: NotFound, as of what is not there."""
    if act.agency not in (agency, HUB):
        raise NotFound()


@transaction.atomic(durable=True)
def rule_on_machine(id_: UUID, ruling: str, *, act: Act) -> Proposal:
    """Confirm a proposal, or decline it; whoever proposed it may withdraw it. Refuses: DoorShut, NotFound, OthersTurn, AlreadyRuled."""
    assert ruling in ("confirmed", "declined")
    enter(act, "machine.keep")
    found = proposal(id_)
    if found is None:
        raise NotFound()
    mine(found.agency, act)
    lock(found.client)
    found = proposal(id_) or found
    if not found.waits(act.at) or overtaken(found):
        raise AlreadyRuled()
    if ruling == "confirmed" and not other_side(found, act):
        raise OthersTurn()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_ruling (proposal, agency, made_by, made_by_agency, ruling, at, by, by_agency)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [id_, found.agency, found.by, found.by_agency, ruling, act.at, act.actor, act.agency],
        )
    if ruling == "confirmed":
        hold(found, act.at)
    append(
        f"machine.{ruling}", act, about=[derived_id("client", found.client), id_], machine=found.client, kind=found.kind
    )
    return found


def other_side(found: Proposal, act: Act) -> bool:
    return act.actor != found.by and {HUB, found.agency} == {act.agency, found.by_agency}


def overtaken(found: Proposal) -> bool:
    """Whether terms were proposed before others that hold, or before the machine was ended, or another agency has that name meanwhile: none of
    them may come back unseen.
    """
    if found.kind != "terms":
        return False
    known = client(found.client)
    if known and (known.agency_id != found.agency or (known.until_at and found.at <= known.until_at)):
        return True
    others = [one for one in proposals_of(found.client) if one.kind == "terms" and one.ruling == "confirmed"]
    return any(one.id > found.id for one in others)


def hold(found: Proposal, at: datetime) -> None:
    """What was confirmed holds. A certificate binds the machine's tokens from now on; only terms that two persons confirm unbind them."""
    if found.kind == "terms":
        told = {name: found.body[name] for name in ("scopes", "networks", "bound")}
        _, fresh = Client.objects.get_or_create(
            id=found.client, defaults={"agency_id": found.agency, "from_at": at, **told}
        )
        if not fresh:
            Client.objects.filter(id=found.client, agency_id=found.agency).update(until_at=None, **told)
    elif found.kind == "certificate":
        Client.objects.filter(id=found.client, agency_id=found.agency).update(bound=True)


def lock(id_: str) -> None:
    """One ruling on a machine at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"machine {id_}"])


@transaction.atomic(durable=True)
def end_key(id_: UUID, *, act: Act) -> Proposal:
    """End a key or a certificate now, and with it every token that stands on it. One person may always do that. Refuses: DoorShut, NotFound."""
    enter(act, "machine.keep")
    found = proposal(id_)
    if found is None or found.kind == "terms" or not found.in_force(act.at):
        raise NotFound()
    mine(found.agency, act)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_end (proposal, at, by, by_agency) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [id_, act.at, act.actor, act.agency],
        )
    Pass.objects.filter(key=id_).delete()
    Pass.objects.filter(certificate=id_).delete()
    append(
        "machine.key_ended", act, about=[derived_id("client", found.client), id_], machine=found.client, kind=found.kind
    )
    return found


@transaction.atomic(durable=True)
def end_machine(id_: str, *, act: Act) -> None:
    """End a machine now: it gets no token, and those that it has are no good any more. Terms that two persons confirm bring it back, with keys
    that still hold. Refuses: DoorShut, NotFound.
    """
    enter(act, "machine.keep")
    lock(id_)
    known = client(id_)
    if known is None or (known.until_at and known.until_at <= act.at):
        raise NotFound()
    mine(known.agency_id, act)
    Client.objects.filter(id=id_).update(until_at=act.at)
    Pass.objects.filter(client_id=id_).delete()
    append("machine.ended", act, about=[derived_id("client", id_)], machine=id_)
