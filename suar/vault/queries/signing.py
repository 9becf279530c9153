"""The hub's own signature under what it sends: Ed25519 (RFC 8032), the key named beside it, every public half published (RFC 7517, RFC 8037)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from suar.vault.keyring import signing_ring


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now, and its id: taken once for what it signs, since a new one may come at any moment."""

    kid: str
    key: Ed25519PrivateKey

    def sign(self, body: bytes) -> str:
        """In base64url without padding."""
        return encoded(self.key.sign(body))


def signer() -> Signer:
    held = signing_ring()
    return Signer(held.current, held.private)


def public_keys() -> list[dict[str, str]]:
    """A JWK for each key that signs or ever signed, the newest first."""
    held = signing_ring()
    return [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": encoded(public)}
        for kid, public in reversed(held.public.items())
    ]


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
