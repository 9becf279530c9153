"""By what a machine is known: thumbprints of keys and certificates, the certificate that a TLS terminator passes on, and where a request comes
from.

RFC 7638 and RFC 8037 (thumbprint of an Ed25519 key), RFC 8705 section 3.1 (`x5t#S256`), RFC 9440 (the header `Client-Cert`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from suar.core.canonical import canonical
from suar.core.webhook import within

LONGEST_CERTIFICATE = 16_384
BYTES = re.compile(":([A-Za-z0-9+/]+=*):")  # RFC 8941 section 3.3.5
PEM = re.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----\\s*")
ESCAPED = re.compile("%([0-9A-Fa-f]{2})")
ROOM = "events"
WINDOW = timedelta(seconds=300)  # how far a machine's clock may be off (SECURITY T07)


@dataclass(frozen=True, slots=True)
class Peer:
    """From which address a request came, and the thumbprint of the certificate with which its line was opened; "" without one."""

    address: str
    thumbprint: str


def key_thumbprint(jwk: Mapping[str, object]) -> str:
    return encoded(hashlib.sha256(canonical({name: jwk[name] for name in ("crv", "kty", "x")})).digest())


def certificate_thumbprint(der: bytes) -> str:
    return encoded(hashlib.sha256(der).digest())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def passed_on(header: str) -> bytes | None:
    """The certificate (DER) in the header of a TLS terminator: as RFC 9440 writes it, or as percent-encoded PEM, which is how nginx does. None
    for whatever else stands there, two certificates as well.
    """
    if not header or len(header) > LONGEST_CERTIFICATE:
        return None
    whole = BYTES.fullmatch(header.strip())
    text = whole[1] if whole else pem_body(ESCAPED.sub(lambda found: chr(int(found[1], 16)), header.strip()))
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def pem_body(text: str) -> str:
    found = PEM.fullmatch(text)
    return "".join(found[1].split()) if found else ""


def peer_of(address: str, forwarded: str, certificate: str, proxies: Sequence[str]) -> Peer:
    """Who is at the other end. What the two headers say is believed of a TLS terminator alone, at an address of `proxies`; of the addresses that
    were written on the way, the last one that is not itself a proxy's.
    """
    if not inside(address, proxies):
        return Peer(address, "")
    hops = [one.strip() for one in forwarded.split(",") if one.strip()]
    origin = next((one for one in reversed(hops) if not inside(one, proxies)), address)
    der = passed_on(certificate)
    return Peer(origin, certificate_thumbprint(der) if der else "")


def inside(address: str, networks: Sequence[str]) -> bool:
    """Whether an address stands in one of these networks; what is no address stands in none."""
    found = read_address(address)
    return found is not None and within(found, networks)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def covers(held: str, wanted: str) -> bool:
    """Whether a scope gives another: itself, or all events each type of them."""
    return held == wanted or (held == ROOM and wanted.startswith(f"{ROOM}:"))


def narrowed(wanted: Sequence[str], held: Sequence[str]) -> tuple[str, ...]:
    """Of the scopes that a token carries those that its machine still has, as far as it has them."""
    kept = [one for one in wanted if any(covers(it, one) for it in held)]
    parts = [it for one in wanted for it in held if one not in kept and covers(one, it)]
    return tuple(dict.fromkeys([*kept, *parts]))


def in_time(claims: Mapping[str, object], at: datetime) -> bool:
    """Whether an assertion was made within the window and holds (RFC 7523 section 3). One that is taken is over two windows later, so whoever
    keeps its `jti` that long takes it once.
    """
    made, ends, begins = claims.get("iat"), claims.get("exp"), claims.get("nbf", claims.get("iat"))
    if type(made) is not int or type(ends) is not int or type(begins) is not int:
        return False
    moment, window = at.timestamp(), WINDOW.total_seconds()
    return abs(moment - made) <= window and moment < ends + window and begins <= moment + window and made < ends


def slot_of(at: datetime, seconds: int) -> datetime:
    """The beginning of the minute, or of the day (UTC), in which a quota is counted."""
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, at.tzinfo)
