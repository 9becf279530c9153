"""The one way a value becomes bytes to be hashed or signed: RFC 8785 (JCS), with floats forbidden.

For ASCII keys and no floats, sorted compact JSON equals RFC 8785; `tests/core/test_canonical.py` pins it beside the package rfc8785.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def packed(value: object) -> bytes:
    """The same bytes, unlooked at: for values whose type already rules floats out (records of the standard, explanations)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def unpacked(kept: bytes) -> Any:
    """What `packed` made bytes of. Only for our own bytes: an agency's may hold numbers that this would round."""
    return orjson.loads(kept)


def canonical(value: object) -> bytes:
    """Canonical JSON of `value`. Raises TypeError on a float, a key that is not ASCII text, or a whole number beyond 53 bits: none may be
    hashed. Past 2^53 RFC 8785 writes a number as ECMAScript rounds it (2^60 as 1152921504606847000), and no receiver would verify our digits.
    """
    refuse_floats(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


#: What holds nothing else. Asked for by its exact type: nearly all that is kept is text, and there is much of it.
PLAIN = frozenset({str, int, bool, type(None)})


def refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float may not be hashed: {value!r}")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"a key must be ASCII text: {key!r}")
            if type(inner) not in PLAIN:
                refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if type(inner) not in PLAIN:
                refuse_floats(inner)


def sha256(value: object) -> str:
    """Hexadecimal SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()
