"""A victim's case is handed over to the agency of the services: kept behind the wall, told to that agency alone (docs/decisions/0037)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, connections

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.registers.access.hands import hand_of
from suar.registers.queries.handed import HANDED_OVER, KIND, Case, case_place, number_place
from suar.vault.queries import PROTECTION, new_id, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One case before it is written: whence it comes, to whom it goes, by whose word, and what of it."""

    giver: str
    receiver: str
    origin: str
    source: UUID
    child: bool
    consent: str
    code: str
    values: Mapping[str, Any]


CASE = """
INSERT INTO registers_case (id, at, by, agency, office, giver, receiver, origin, source, child, consent, code, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
STEP = """
INSERT INTO registers_case_step ("case", asked_by, step, at, by, agency, office, sealed) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def keep_case(one: Handed, *, act: Act) -> UUID:
    """Write it behind the wall, and tell its receiver unless a second officer has yet to agree. In the caller's two transactions."""
    assert connections[PROTECTION].in_atomic_block
    id_ = new_id(act.at)
    body = seal(canonical(dict(one.values)), about=case_place(id_), wall=PROTECTION)
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(
            CASE,
            [
                id_, act.at, act.actor, act.agency, hand_of(act).office, one.giver, one.receiver, one.origin, one.source, one.child, one.consent,
                one.code, body,
            ],
        )  # fmt: skip
    append("case.kept", act, about=[id_, one.source], fields=sorted(one.values), consent=one.consent, wall=PROTECTION)
    if one.consent != "ppt":
        tell(id_, one.giver, act)
    return id_


def keep_step(one: Case, step: str, *, act: Act, office: str, number: str = "") -> None:
    """The second officer's word, consent taken back, or the receiver's number. In the caller's two transactions. Raises IntegrityError where
    the database knows that step already, or where whoever asked would agree with herself.
    """
    sealed = seal(number.encode(), about=number_place(one.id), wall=PROTECTION) if number else None
    told: list[Any] = [one.id, one.by, step, act.at, act.actor, act.agency, office, sealed]
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(STEP, told)
    append(f"case.{step}", act, about=[one.id], wall=PROTECTION)
    if step == "agreed":
        tell(one.id, one.giver, act)


def tell(case: UUID, giver: str, act: Act) -> UUID:
    """To the receiver that there is a case. Of whom, and why, it reads itself; nothing else of the house listens."""
    assert connection.in_atomic_block
    return publish(Happened(type=HANDED_OVER, giver=giver, thing=case, classes=(KIND,), effect="handed_over"), act)


def tell_again(one: Case, told_at: datetime, act: Act) -> UUID:
    """As `tell`, at the instant at which it was handed over: the event stands where it would have stood."""
    return tell(one.id, one.giver, replace(act, at=told_at))
