"""Tokens: given for an assertion that is taken once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from suar.agencies.models import Client, Pass, UsedAssertion


def use_assertion(id_: str, *, until: datetime) -> bool:
    """Take a client assertion; False where it was taken before (RFC 7523 section 3: `jti`)."""
    _, fresh = UsedAssertion.objects.get_or_create(id=id_, defaults={"until_at": until})
    return fresh


def give_pass(
    sha256: str,
    client: Client,
    scopes: Sequence[str],
    *,
    key: UUID,
    certificate: UUID | None,
    until: datetime,
    at: datetime,
) -> Pass:
    """A token for a while, tied to the key that asked for it and the certificate it was asked with; and away with those whose time is over."""
    Pass.objects.filter(until_at__lt=at).delete()
    UsedAssertion.objects.filter(until_at__lt=at).delete()
    return Pass.objects.create(
        sha256=sha256, client=client, scopes=list(scopes), key=key, certificate=certificate, until_at=until
    )
