"""The keys with which deliveries are signed: one for each endpoint, so that what one receiver was sent is no message to another."""

from __future__ import annotations

import base64
import functools
import hmac
import json
import os
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from suar.core.webhook import signed_text

PREFIX = "whpk_"  # Standard Webhooks: a public key as it is handed over


def signatures(endpoint: UUID, id_: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature a key, the newest first, so that a key is changed while both hold."""
    text = signed_text(id_, timestamp, body)
    return " ".join(f"v1a,{base64.b64encode(key.sign(text)).decode()}" for key in signers(endpoint))


def public_keys(endpoint: UUID) -> list[str]:
    """What the endpoint's agency is given to verify with, the newest first."""
    return [PREFIX + base64.b64encode(key.public_key().public_bytes_raw()).decode() for key in signers(endpoint)]


def signers(endpoint: UUID) -> list[Ed25519PrivateKey]:
    file = f"{settings.KEYS}/webhook.json"  # looked at for each signature: a Path would take longer than the look
    return [key_of(secret, endpoint) for secret in secrets_held(file, os.stat(file).st_mtime_ns)]  # noqa: PTH116


@functools.lru_cache(maxsize=4)
def secrets_held(path: str, changed_ns: int) -> tuple[bytes, ...]:
    """The secrets in the file, the newest first; read again when it changes, so that a change needs no restart."""
    file = Path(path)
    if file.stat().st_mode & 0o077:
        raise PermissionError(f"{file} may be read by its owner only: chmod 600 it")
    held: dict[str, str] = json.loads(file.read_text())["keys"]
    return tuple(base64.b64decode(held[number]) for number in sorted(held, key=int, reverse=True))


@functools.lru_cache(maxsize=1024)
def key_of(secret: bytes, endpoint: UUID) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"webhook" + endpoint.bytes, "sha256"))
