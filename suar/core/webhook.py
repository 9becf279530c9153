"""A signed webhook: the text that is signed, when a failed delivery is tried again, and the addresses that none may reach.

Standard Webhooks 1.0 (what is signed, ids, retries); IANA special-purpose address registries (what is no public address); RFC 9110
section 10.2.3 (Retry-After).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

#: No address of these is a public one. Named here and not left to the standard library, whose list differs from version to version.
CLOSED_4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
#: Of IPv6 only this is public, less what carries IPv4 addresses inside (6to4, Teredo) or is for papers and tests.
OPEN_6 = IPv6Network("2000::/3")
CLOSED_6 = tuple(IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def signed_text(id_: str, timestamp: int, body: bytes) -> bytes:
    """What the signature is over: id, time and body, so that none of them can be exchanged for another's."""
    return f"{id_}.{timestamp}.".encode() + body


def wait_ms(attempts: int, waits_s: Sequence[int], jitter_permille: int, draw: int) -> int:
    """How long to wait after so many failed attempts: the wait of the table (its last for all later ones), some permille earlier or later, so
    that a receiver that comes back is not met by everybody at once. `draw` is drawn evenly from 0 to 1000.
    """
    wait = waits_s[min(attempts, len(waits_s)) - 1] * 1000
    return wait + wait * jitter_permille * (2 * draw - 1000) // 1_000_000


def retry_after_s(written: str, at: datetime) -> int | None:
    """The seconds that a receiver asks us to wait; None where it asks for nothing that can be read."""
    written = written.strip()
    if written.isascii() and written.isdigit() and len(written) < 10:
        return int(written)
    try:
        moment = parsedate_to_datetime(written)
        return max(0, int((moment - at).total_seconds()))
    except (TypeError, ValueError):
        return None


def may_reach(address: str, networks: Sequence[str]) -> bool:
    """Whether a delivery may go to this address: a public one, or one in a network that two persons have allowed for the endpoint."""
    there = ip_address(address)
    inner = there.ipv4_mapped if isinstance(there, IPv6Address) else None
    return within(inner or there, networks) or public(inner or there)


def within(address: IPv4Address | IPv6Address, networks: Sequence[str]) -> bool:
    return any(address in ip_network(one) for one in networks)


def public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in one for one in CLOSED_4)
    return address in OPEN_6 and not any(address in one for one in CLOSED_6)
