"""A new key under the hub's events: it signs from here on, in every process, and what the old ones signed stays to be verified."""

from __future__ import annotations

from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.vault.actions import renew_signing


@transaction.atomic
def renew_key(*, act: Act) -> str:
    """Returns the new key's id. Whoever cannot write it into the log gets none."""
    append("event_key.renewed", act)
    return renew_signing()
