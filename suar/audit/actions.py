"""Append to the log, in the caller's transaction: no record, no effect; no record, no answer."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from uuid import UUID

from django.db import connections

from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.ledger import leaf
from suar.vault.queries import DEFAULT, new_id, seal
from suar.vault.queries.prepared import put

INSERT = (
    "INSERT INTO audit_entry (id, at, what, agency, actor, shown, about, body, leaf)"
    " VALUES (%b, %b, %b, %b, %b, %b, %b::uuid[], %b, %b)"
)


def append(
    what: str,
    act: Act,
    *,
    about: Iterable[UUID] = (),
    fields: Iterable[str] = (),
    personal: str = "",
    wall: str = DEFAULT,
    alone: bool = False,
    **params: str | int | bool | None,
) -> UUID:
    """Write one entry and return its id. `what` is `noun.verb`; `about` names subjects or records, `fields` the classes shown.

    `personal` is sealed before it is hashed, so that destroying the key erases it while the proof stays (SECURITY 4.1).
    Asserts that it runs inside a transaction: an entry must commit with its effect or not at all. One that stands `alone`, before what it
    tells of, is committed by itself where no transaction is open.
    """
    assert alone or connections[wall].in_atomic_block, "append belongs inside the transaction of what it records"
    entry = new_id(act.at)
    named = sorted(set(about))
    body: dict[str, object] = {
        "id": str(entry),
        "at": act.at.isoformat(),
        "what": what,
        "actor": str(act.actor),
        "agency": act.agency,
        "role": act.role,
        "desk": act.desk,
        "purpose": act.purpose,
        "basis": act.basis,
        "reference": act.reference,
        "correlation": str(act.correlation),
        "about": [str(one) for one in named],
        "fields": sorted(set(fields)),
        "params": params,
    }
    if personal:
        body["sealed"] = base64.b64encode(seal(personal.encode(), about=entry.bytes, wall=wall)).decode()
    text = canonical(body)
    shown = bool(body["fields"])
    put(INSERT, [entry, act.at, what, act.agency, act.actor, shown, named, text, leaf(text)], wall=wall)
    return entry
