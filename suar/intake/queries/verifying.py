"""A number verified at the agency that gave it: asked there at this moment, said as far as an agreement goes, and "not available" when it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from suar.agencies.access import check
from suar.agencies.queries.agreements import fields_agreed
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import unpacked
from suar.core.errors import Refusal
from suar.core.standard.mapping import SourceMapping
from suar.core.standard.record import Value
from suar.intake.connectors.verifying import FOUND, Held, ask_number, silence
from suar.intake.queries.asking import Asking, put_question
from suar.intake.queries.mappings import sources
from suar.vault.queries import unseal

DOOR = "source.ask"
LONGEST = 60


class NotVerified(Refusal):
    """Nobody verifies such a thing, or the number cannot be one."""

    code = "verification.unknown"
    status = 422


class NotShared(Refusal):
    """No agreement in force gives a field of this for this purpose. It stands in the log that it was asked for."""

    code = "verification.no_agreement"
    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the agency's own system said. `outcome`: found | not_found | not_available; `valid`: whether what was found holds on this day, None where
    that is not to be said: nothing was found, nobody answered, or no agreement gives it.
    """

    what: str
    source: str
    outcome: str
    valid: bool | None
    values: Mapping[str, Value]
    fault: str
    at: datetime


def verifiable(at: datetime) -> dict[str, SourceMapping]:
    """What can be verified, and at which source."""
    known = sources(at)
    return {what: known[name] for name in known.names for what in known[name].reach.get("asks", {})}


def verify_number(what: str, number: str, addresses: Mapping[str, Any], *, act: Act) -> Verified:
    """Ask the agency that gave this number, for a machine. Outside any transaction. Refuses: as `answer_of`."""
    found = answer_of(what, number, addresses, act=act)
    append("verification.answered", act, alone=True, **said_of(found))
    return found


def said_of(found: Verified) -> dict[str, Any]:
    """What the log says of an answer: what was asked, where, how it came out and which fields were shown; no number and no value."""
    return {"fields": sorted(found.values), "asked": found.what, "source": found.source, "outcome": found.outcome}


def answer_of(what: str, number: str, addresses: Mapping[str, Any], *, act: Act) -> Verified:
    """What the agency that gave this number says of it now. Whoever shows it appends that to the log. Outside any transaction.

    Refuses: DoorShut; ReferenceMissing; NotVerified; NotShared.
    """
    check(act, DOOR)
    mapping, asked = verifiable(act.at).get(what), number.strip()
    if mapping is None or not asked or len(asked) > LONGEST or not asked.isprintable():
        raise NotVerified()
    words = mapping.reach["asks"][what]
    given = fields_given_of(mapping, words, act)
    if not given:
        append("verification.refused", act, alone=True, source=mapping.source, code=NotShared.code)
        raise NotShared(purpose=act.purpose)
    held = held_at(what, asked, addresses, mapping, words, act)
    shown = {name: held.values[name] for name in words["says"] if name in given and name in held.values}
    told = valid(held, words["valid"], act.at) if words["valid"]["field"] in given else None
    return Verified(
        what=what, source=mapping.source, outcome=held.outcome, valid=told, values=shown, fault=held.fault, at=act.at
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """That something was asked, and how it came out. Neither the number nor what was said stands anywhere."""

    id: UUID
    at: datetime
    what: str
    source: str
    outcome: str
    fault: str
    by: UUID
    desk: str
    reference: str  # the case for which it was asked


def place_of(id_: UUID) -> bytes:
    """Where the case of a question is sealed to."""
    return b"intake_verification" + id_.bytes


ASKED = """
SELECT id, at, what, source, outcome, fault, by, desk, sealed FROM intake_verification
WHERE office = %s AND (by = %s OR %s) ORDER BY id DESC LIMIT %s
"""


def kept(office: str, by: UUID, *, whole: bool, most: int) -> list[Kept]:
    """What this officer asked, the newest first; with `whole` what all of the office did. Runs inside a door."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [office, by, whole, most])
        rows = cursor.fetchall()
    return [
        Kept(
            id=id_, at=at, what=what, source=source, outcome=outcome, fault=fault, by=asker, desk=desk,
            reference=str(unpacked(unseal(bytes(sealed), about=place_of(id_)))["reference"]),
        )
        for id_, at, what, source, outcome, fault, asker, desk, sealed in rows
    ]  # fmt: skip


def askable(act: Act) -> list[tuple[str, SourceMapping]]:
    """What this act may have verified, with the source that is asked: all of which an agreement gives it anything."""
    found = verifiable(act.at)
    return [
        (what, mapping)
        for what, mapping in sorted(found.items())
        if fields_given_of(mapping, mapping.reach["asks"][what], act)
    ]


def fields_given_of(mapping: SourceMapping, words: Mapping[str, Any], act: Act) -> frozenset[str]:
    """An agency's own is its own; another's as far as an agreement goes."""
    if mapping.agency == act.agency:
        return frozenset(words["says"])
    kind = mapping.kinds[words["table"]].kind.name
    return fields_agreed(kind, giver=mapping.agency, receiver=act.agency, purpose=act.purpose, at=act.at) & frozenset(
        words["says"]
    )


def held_at(
    what: str, number: str, addresses: Mapping[str, Any], mapping: SourceMapping, words: Mapping[str, Any], act: Act
) -> Held:
    if mapping.source not in addresses:
        return silence("source.not_set_up")
    standard, address = sources(act.at).standard, addresses[mapping.source]
    asking = Asking(source=mapping.source, what="source.asked", fields=[f"{what}.number"], words=words)

    def put(seconds: float) -> tuple[Held, str]:
        return ask_number(number, what, address, mapping, standard, seconds=seconds)

    return put_question(asking, put, silence, act=act)


def valid(held: Held, words: Mapping[str, Any], at: datetime) -> bool | None:
    """By the state that the row has and the last day that it names; None where nothing was found."""
    if held.outcome != FOUND or words["field"] not in held.values:
        return None
    last = str(held.values.get(words["until"], ""))
    today = at.astimezone(ZoneInfo("Asia/Jakarta")).date().isoformat()
    return held.values[words["field"]] in words["is"] and (not last or today <= last)
