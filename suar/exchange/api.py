"""Events for an agency's machine: the keys that signed them, the feed, its receipts, and what an event tells of."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from suar.core.problem import PROBLEMS
from suar.vault.queries.signing import public_keys

router = Router(tags=["events"])


class Key(Schema):
    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class Keys(Schema):
    keys: list[Key]


@router.get("/keys", response={200: Keys, **PROBLEMS}, auth=None, operation_id="keys")
def keys(request: HttpRequest) -> dict[str, Any]:
    """Every key with which the hub signs or signed its events, as a JWK Set (RFC 7517): the one that signs now first. Open to everybody."""
    return {"keys": public_keys()}
