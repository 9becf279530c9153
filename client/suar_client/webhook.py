"""What the hub sends to our own address: Standard Webhooks with Ed25519 (`v1a`)."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .signing import BadSignature

PREFIX = "whpk_"
TOLERANCE_S = 300  # Standard Webhooks: older than this may be a replay


def webhook_key(text: str) -> Ed25519PublicKey:
    """A key as the integration desk hands it over: `whpk_…`. Raises ValueError for anything else."""
    if not text.startswith(PREFIX):
        raise ValueError(f"a key of the hub's webhooks begins with {PREFIX}")
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix(PREFIX), validate=True))


def verified_webhook(
    headers: Mapping[str, str], body: bytes, keys: Sequence[Ed25519PublicKey], *, now: float | None = None
) -> dict[str, Any]:
    """The event in a delivery, if the hub signed its id, time and body, and just now. Two keys hold while one is renewed. Raises BadSignature.

    The same `webhook-id` may come again: answer it with 2xx and do nothing.
    """
    told = {name.lower(): value for name, value in headers.items()}
    id_, stamp = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not id_ or not stamp.isdigit() or abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE_S:
        raise BadSignature("no id, or not of these minutes")
    signed, shown = f"{id_}.{stamp}.".encode() + body, told.get("webhook-signature", "").split()
    if not any(holds(one, signed, key) for one in shown for key in keys):
        raise BadSignature("none of its signatures is the hub's")
    event = json.loads(body)
    if not isinstance(event, dict):
        raise BadSignature("no event")
    return event


def holds(signature: str, signed: bytes, key: Ed25519PublicKey) -> bool:
    kind, _, text = signature.partition(",")
    if kind != "v1a":
        return False
    try:
        key.verify(base64.b64decode(text, validate=True), signed)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
