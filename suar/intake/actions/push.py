"""A push: an agency's system sends a batch to us, signed. The same delivery gets the same receipt; another body under its id is refused."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction

from suar.core.act import Act
from suar.core.errors import Conflict, Refusal
from suar.core.standard.mapping import SourceMapping
from suar.intake.actions.findings import open_finding
from suar.intake.actions.keep import keep, open_run
from suar.intake.connectors.sending import Sending, Unreadable
from suar.intake.queries.quarantine import unread
from suar.vault.queries import DEFAULT, token

WINDOW_S = 300  # how far a sender's clock may be off (SECURITY T07)
MOST_WAITING = (
    100  # batches of one source not yet placed, of a thousand records at the most: past that it is told to wait
)

MOST_UNREAD = (
    10_000  # batches of a source in quarantine: past that it is told to wait, for its bytes are kept nowhere else
)
KEY_LETTERS = 12


class BadSignature(Refusal):
    """The signature, its time or its key is not one that we take; which of them is not said."""

    code = "push.signature"
    status = 401


class TooMuchWaiting(Refusal):
    """The source sends faster than we read: come again later, nothing was kept."""

    code = "push.wait"
    status = 429


class NotReadable(Refusal):
    """The body cannot be cut into records; nothing was kept, send it again whole."""

    code = "push.unreadable"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One push as it arrived."""

    id: str
    timestamp: str
    signature: str
    body: bytes


def key_of(address: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    """The name of the key with which a source's pushes are signed: the same for as long as it is not renewed, and it tells nothing of it."""
    return token("push key", str(address[words["secret"]])).hex()[:KEY_LETTERS]


def verify(delivery: Delivery, address: Mapping[str, Any], words: Mapping[str, Any], *, act: Act) -> None:
    """HMAC-SHA256 over `<id>.<timestamp>.<body>`, within the window. Raises BadSignature."""
    secret = str(address[words["secret"]]).encode()
    wanted = hmac.new(
        secret, f"{delivery.id}.{delivery.timestamp}.".encode() + delivery.body, hashlib.sha256
    ).hexdigest()
    shown = delivery.signature.removeprefix(str(words.get("prefix", "v1=")))
    if not hmac.compare_digest(wanted.encode(), shown.encode()):
        raise BadSignature()
    if not delivery.timestamp.isdecimal() or abs(int(delivery.timestamp) - act.at.timestamp()) > WINDOW_S:
        raise BadSignature()


def take_delivery(
    delivery: Delivery, mapping: SourceMapping, stream: str, *, key: str = "", act: Act
) -> tuple[UUID, ...]:
    """Keep a verified push and return its batches; what is in quarantine is kept too.
    Refuses: Conflict, TooMuchWaiting, NotReadable."""
    digest = hashlib.sha256(delivery.body).digest()
    known = earlier(mapping.source, delivery.id)
    if known:
        return receipt_again(known, digest)
    if waiting(mapping.source) >= MOST_WAITING or unread(mapping.source) >= MOST_UNREAD:
        raise TooMuchWaiting()
    words = mapping.reach["streams"][stream]
    sending = Sending(
        stream=stream, media=words["media"], body=delivery.body, cursor_after="", options=words.get("options", {})
    )
    run = open_run(mapping.source, stream, act=act)
    try:
        with transaction.atomic():
            receipt = keep(sending, source=mapping.source, agency=mapping.agency, run=run, act=act, key=key)
            with connections[DEFAULT].cursor() as cursor:
                cursor.execute(
                    "INSERT INTO intake_delivery (source, delivery, sha256, batches, at) VALUES (%s, %s, %s, %s, %s)",
                    [mapping.source, delivery.id, digest, list(receipt.batches), act.at],
                )
                cursor.execute("UPDATE intake_run SET ended_at = %s, state = 'ended' WHERE id = %s", [act.at, run])
    except IntegrityError:
        if known := earlier(mapping.source, delivery.id):  # the same delivery came over two lines at once
            return receipt_again(known, digest)
        raise
    except Unreadable as error:
        with transaction.atomic():
            open_finding(mapping.source, stream, error.code, act=act, params=error.params)
        raise NotReadable(problem=error.code) from error
    return receipt.batches


def receipt_again(known: tuple[bytes, tuple[UUID, ...]], digest: bytes) -> tuple[UUID, ...]:
    """What the first one got, if it is the same. Refuses: Conflict."""
    if known[0] != digest:
        raise Conflict("push.other_body")
    return known[1]


def earlier(source: str, delivery: str) -> tuple[bytes, tuple[UUID, ...]] | None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT sha256, batches FROM intake_delivery WHERE source = %s AND delivery = %s", [source, delivery]
        )
        row = cursor.fetchone()
    return (bytes(row[0]), tuple(row[1])) if row else None


def waiting(source: str) -> int:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_batch WHERE source = %s AND state IN ('kept', 'read')", [source])
        return int(cursor.fetchone()[0])
