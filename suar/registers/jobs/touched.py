"""The protection side is told when an entry against somebody touches one of its own. It is told behind the wall; nothing flows back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.registers.acts import HOLDING
from suar.persons.queries import subjects
from suar.persons.queries.found import matching_policy, same_behind
from suar.policies.queries import in_force
from suar.registers.queries.law import legal_basis
from suar.registers.queries.native import Done, act_with
from suar.vault.queries import PROTECTION


def tell_protection(done: UUID, *, act: Act) -> int:
    """Look behind the wall for whoever this act is against. Idempotent. Returns of how many of the protected it tells."""
    with transaction.atomic():
        as_hub()
        one = act_with(done)
        if one is None or one.act not in HOLDING or not legal_basis(act.at)[one.kind].enforcement:
            return 0
        described = [subject.description for subject in subjects([one.subject]).values()]
    policy = matching_policy(in_force(act.at))
    with transaction.atomic(using=PROTECTION):
        as_hub(wall=PROTECTION)
        own = sorted({subject for one_said in described for subject in same_behind(one_said, policy)})
        return write(one, own, act)


def write(one: Done, own: Sequence[UUID], act: Act) -> int:
    with connections[PROTECTION].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO registers_touched (entry, own, subject, kind, at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [[one.entry, subject, one.subject, one.kind, act.at] for subject in own],
        )
        told = cursor.rowcount if own else 0
    if told:
        append("register.touched", act, about=[*own], wall=PROTECTION)
    return max(0, told)
