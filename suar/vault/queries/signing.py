"""The hub's own signature under what it sends: Ed25519 (RFC 8032), the key named beside it, every public half published (RFC 7517, RFC 8037)."""

from __future__ import annotations

import base64

from suar.vault.keyring import signing_ring


def sign(body: bytes) -> str:
    """The signature of these bytes by the key that signs now, in base64url without padding."""
    return encoded(signing_ring().private.sign(body))


def signing_key() -> str:
    """The id of the key that signs now."""
    return signing_ring().current


def public_keys() -> list[dict[str, str]]:
    """A JWK for each key that signs or ever signed, the newest first."""
    held = signing_ring()
    return [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": encoded(public)}
        for kid, public in reversed(held.public.items())
    ]


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
