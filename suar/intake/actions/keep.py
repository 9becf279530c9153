"""Tx 1: what an agency sent is kept as received, with its hash and a receipt, before anybody reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.connectors.sending import Cut, Sending, cut
from suar.vault.queries import DEFAULT, new_id, seal

PIECES = 1_000  # at most so many records, and about a second, a transaction (DESIGN 5)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets: the batches in which its sending is kept, its hash and its size."""

    batches: tuple[UUID, ...]
    sha256: str
    size: int
    pieces: int


def open_run(source: str, stream: str, *, act: Act, wall: str = DEFAULT) -> UUID:
    """Begin one run over a stream; all its batches name it."""
    run = new_id(act.at)
    with transaction.atomic(using=wall), connections[wall].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_run (id, source, stream, started_at) VALUES (%s, %s, %s, %s)",
            [run, source, stream, act.at],
        )
    return run


def keep(
    sending: Sending,
    *,
    source: str,
    agency: str,
    run: UUID,
    act: Act,
    wall: str = DEFAULT,
    announce: bool = True,
    key: str = "",
) -> Receipt:
    """Keep one sending, cut into batches of at most 1,000 pieces, and return its receipt. `key`: by which key its sender signed it.

    Raises connectors' Unreadable where it cannot even be cut; then nothing is kept but the finding that the caller opens.
    """
    parts = cut(sending)
    groups = [parts.pieces[start : start + PIECES] for start in range(0, len(parts.pieces), PIECES)] or [[]]
    digest = hashlib.sha256(sending.body).digest()
    with transaction.atomic(using=wall):
        batches = tuple(
            keep_batch(
                sending,
                Cut(parts.head, group, parts.tail),
                digest,
                source=source,
                agency=agency,
                run=run,
                act=act,
                wall=wall,
                key=key,
            )
            for group in groups
        )
        append(
            "batch.kept",
            act,
            about=batches,
            wall=wall,
            source=source,
            stream=sending.stream,
            sha256=digest.hex(),
            size=len(sending.body),
            pieces=len(parts.pieces),
        )
        if announce and wall == DEFAULT:  # a puller reads on by itself; the sweep takes up what it left
            publish_many([Happened(type="batch.kept", giver=agency, thing=batch) for batch in batches], act)
    return Receipt(batches, digest.hex(), len(sending.body), len(parts.pieces))


def keep_batch(
    sending: Sending, parts: Cut, digest: bytes, *, source: str, agency: str, run: UUID, act: Act, wall: str, key: str
) -> UUID:
    batch = new_id(act.at)
    around = json.dumps({"head": parts.head.hex(), "tail": parts.tail.hex(), "meta": dict(sending.meta)}).encode()
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_batch (id, run, source, agency, stream, media, received_at, sha256, size, head, doubt, cursor_after,"
            " key)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                batch, run, source, agency, sending.stream, sending.media, act.at, digest, len(sending.body),
                seal(around, about=batch.bytes, wall=wall), sending.doubt, sending.cursor_after, key,
            ],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO intake_piece (batch, position, sealed) SELECT %s, position, sealed"
            " FROM unnest(%b::int[], %b::bytea[]) AS row (position, sealed)",
            [batch, list(range(len(parts.pieces))), sealed_pieces(batch, parts.pieces, wall)],
        )
    return batch


def sealed_pieces(batch: UUID, pieces: Sequence[bytes], wall: str) -> list[bytes]:
    return [seal(piece, about=piece_place(batch, position), wall=wall) for position, piece in enumerate(pieces)]


def piece_place(batch: UUID, position: int) -> bytes:
    """What a piece is bound to, so that none can be moved to another batch or place."""
    return b"piece" + batch.bytes + position.to_bytes(4, "big")
