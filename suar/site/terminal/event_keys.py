"""`suar event-key`: the keys with which the hub signs its events."""

from __future__ import annotations

from suar.exchange.actions.renew_key import renew_key
from suar.site.auth import system_act
from suar.vault.queries.signing import public_keys, signer


def event_key(*, renew: bool) -> int:
    """Every program signs with the new key from its next event on; agencies find it beside the old ones at /api/v1/keys."""
    if renew:
        renew_key(act=system_act("event key"))
    current = signer().kid
    for key in public_keys():
        print(f"{key['kid']:<10} {key['x']}  {'signs' if key['kid'] == current else 'signed before'}")
    return 0
