"""Signatures: an assertion that says who we are (RFC 7523), and the hub's own under each event (Ed25519 over RFC 8785)."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE_S = 240


class BadSignature(Exception):
    """It was not signed by this key, or was changed since. Nothing of it may be believed."""


class Keys:
    """The hub's public keys by their ids (a JWK Set, RFC 7517). An id that is not there is fetched again, once."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]]) -> None:
        self._fetch = fetch
        self._held: dict[str, Ed25519PublicKey] = {}

    def __getitem__(self, key: str) -> Ed25519PublicKey:
        """Raises BadSignature for a key that the hub does not publish."""
        if key not in self._held:
            self._held = {
                one["kid"]: Ed25519PublicKey.from_public_bytes(decoded(one["x"])) for one in self._fetch()["keys"]
            }
        if key not in self._held:
            raise BadSignature(f"the hub publishes no key {key!r}")
        return self._held[key]


def verified(event: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """The event, if the hub signed just this. Raises BadSignature."""
    body = {name: value for name, value in event.items() if name != "signature"}
    try:
        keys[str(event.get("keyid", ""))].verify(decoded(str(event.get("signature", ""))), canonical(body))
    except (InvalidSignature, ValueError, TypeError) as why:
        raise BadSignature(f"event {str(event.get('id'))[:60]!r} was not signed so") from why
    return dict(event)


def canonical(value: object) -> bytes:
    """RFC 8785 of what has no floats and ASCII keys, which is all that the hub signs. Raises TypeError on a float."""
    refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("the hub signs no floats")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            refuse_floats(one)


def private_key(path: Path) -> Ed25519PrivateKey:
    """Our own key. Raises ValueError where the file holds another kind."""
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is no Ed25519 key")
    return key


def assertion(client: str, audience: str, key: Ed25519PrivateKey) -> str:
    """A signed statement that we are this client: taken once, for four minutes."""
    at = int(time.time())
    claims = {
        "iss": client, "sub": client, "aud": audience, "jti": secrets.token_hex(16), "iat": at, "exp": at + ASSERTION_LIFE_S,
    }  # fmt: skip
    text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "typ": "JWT"}, claims))
    return f"{text}.{encoded(key.sign(text.encode()))}"


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
