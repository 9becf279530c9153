"""The one way a value becomes bytes to be hashed or signed: RFC 8785 (JCS), with floats forbidden.

For ASCII keys and no floats, sorted compact JSON equals RFC 8785; `tests/core/test_canonical.py` pins it with the RFC's vectors.
"""

from __future__ import annotations

import hashlib
import json


def packed(value: object) -> bytes:
    """The same bytes, unlooked at: for values whose type already rules floats out (records of the standard, explanations)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def canonical(value: object) -> bytes:
    """Canonical JSON of `value`. Raises TypeError on a float or a key that is not ASCII text: neither may be hashed."""
    refuse_floats(value)
    return packed(value)


def refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float may not be hashed: {value!r}")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"a key must be ASCII text: {key!r}")
            refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            refuse_floats(inner)


def sha256(value: object) -> str:
    """Hexadecimal SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()
