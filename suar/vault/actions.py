"""What is done to keys while the hub runs."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

from django.conf import settings

from suar.vault.keyring import SIGNING, with_new_key, write_private


def renew_signing() -> str:
    """A new key signs from here on. The old one's private half is gone with this; its public half stays. Returns the new key's id."""
    path = Path(settings.KEYS) / SIGNING
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        table = with_new_key(json.loads(path.read_text()))
        write_private(path, json.dumps(table))
    return str(table["current"])
