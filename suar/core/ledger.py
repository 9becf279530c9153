"""Leaves of the provable log. Source: RFC 6962 section 2.1 (leaf = SHA-256(0x00 || entry))."""

from __future__ import annotations

import hashlib


def leaf(body: bytes) -> bytes:
    """The leaf hash of one audit entry, 32 bytes."""
    return hashlib.sha256(b"\x00" + body).digest()
