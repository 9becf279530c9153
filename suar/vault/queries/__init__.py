"""What the keys are used for. Every function takes the wall whose ring it uses (DESIGN 7, SECURITY 5)."""

from __future__ import annotations

import functools
import hmac
import os
import secrets
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

import uuid_utils

from suar.vault.keyring import ring

DEFAULT = "default"
PROTECTION = "protection"


def new_id(at: datetime) -> UUID:
    """A UUIDv7 whose time is `at`, so that month partitions and the act agree."""
    return UUID(int=uuid_utils.uuid7(nanoseconds=int(at.timestamp() * 1_000_000) * 1_000).int)


RANDOM_BITS, STEP_BITS = 74, 40  # of a UUIDv7; by so much at most the next of the same millisecond is greater


def new_ids(at: datetime, count: int, *, after: UUID | None = None) -> list[UUID]:
    """As many UUIDv7s whose time is `at`, each greater than the one before it, and than `after` where that is of the same millisecond: random
    numbers that only grow (RFC 9562 section 6.2, method 2). The highest bit is left for growing: two to the 33rd fit behind any first one.
    """
    moment = new_id(at).int >> 80
    grown = random_part(after) if after is not None and after.int >> 80 == moment else secrets.randbits(RANDOM_BITS - 1)
    made = []
    for _ in range(count):
        grown += 1 + secrets.randbits(STEP_BITS)
        assert grown >> RANDOM_BITS == 0, "so many do not fit into one millisecond"
        made.append(UUID(int=moment << 80 | 7 << 76 | grown >> 62 << 64 | 2 << 62 | grown & (1 << 62) - 1))
    return made


def random_part(id_: UUID) -> int:
    """The 74 bits of a UUIDv7 that are neither time, version nor variant."""
    return (id_.int >> 64 & 0xFFF) << 62 | id_.int & (1 << 62) - 1


def first_id(at: datetime) -> UUID:
    """Below every id that was made at `at` or later, above every one made in an earlier millisecond. Before 1970 there is none below 0."""
    return UUID(int=max(0, int(at.timestamp() * 1_000)) << 80)


def token(kind: str, value: str, *, wall: str = DEFAULT) -> bytes:
    """A keyed token of an identifier, 16 bytes: equal only for the same normalised value under the same ring."""
    held = ring(wall)
    return hmac.digest(held.key("token"), f"{kind}.{held.current}.{value}".encode(), "sha256")[:16]


def blocking(kind: str, *values: str, wall: str = DEFAULT) -> list[int]:
    """Keyed 32-bit hashes of blocking keys, signed as PostgreSQL's int4 is. Two keys in four thousand million share one, which costs a
    comparison too many and never a wrong answer; half as many bits are half as much to index, and to guess from.
    """
    key = ring(wall).key("blocking")
    digests = [blake2b(f"{kind}\x1f{value}".encode(), digest_size=4, key=key).digest() for value in values]
    return [int.from_bytes(digest, "big", signed=True) for digest in digests]


def drawn(what: str, value: str, among: int) -> int:
    """A number below `among` that always follows from these and that nobody without the key foresees."""
    digest = blake2b(f"{what}\x1f{value}".encode(), digest_size=8, key=ring(DEFAULT).key("blocking")).digest()
    return int.from_bytes(digest, "big") % among


def derived_id(*parts: str, wall: str = DEFAULT) -> UUID:
    """The id that always follows from these parts (a subject's from source + the source's own id); keyed, so it tells nothing."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=16, key=ring(wall).key("subject")).digest()
    bits = int.from_bytes(digest, "big") & ~(
        0xF << 76 | 0x3 << 62
    )  # RFC 9562 version 8; the standard library makes none yet
    return UUID(int=bits | 0x8 << 76 | 0x2 << 62)


def seal(plain: bytes, *, about: bytes, wall: str = DEFAULT) -> bytes:
    """AES-256-GCM: key id (1 byte), nonce (12), ciphertext and tag. `about` binds it to its table, column and row."""
    held = ring(wall)
    nonce = os.urandom(12)
    return bytes((held.current,)) + nonce + held.ciphers[held.current].encrypt(nonce, plain, about)


def unseal(sealed: bytes, *, about: bytes, wall: str = DEFAULT) -> bytes:
    """The plain bytes. Raises cryptography's InvalidTag when the row was moved, changed, or belongs behind another wall."""
    sealed = bytes(sealed)
    return ring(wall).ciphers[sealed[0]].decrypt(sealed[1:13], sealed[13:], about)


def pairwise(agency: str, thing: UUID) -> str:
    """The id under which one agency knows a thing; two agencies cannot compare theirs. HMAC(agency key, id), 128 bits in hex."""
    return hmac.digest(agency_key(ring(DEFAULT).key("pairwise"), agency), thing.bytes, "sha256")[:16].hex()


@functools.lru_cache(maxsize=256)
def agency_key(key: bytes, agency: str) -> bytes:
    return hmac.digest(key, agency.encode(), "sha256")
