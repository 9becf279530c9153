"""An officer at a desk has a number verified at the agency that gave it, for the case that is open there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.agencies.queries import office_of
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Refusal
from suar.intake import panels
from suar.intake.queries.verifying import DOOR, Verified, answer_of, place_of, said_of
from suar.vault.queries import new_id, seal


class NoCase(Refusal):
    """The reference names no case that is open at this office."""

    code = "verification.no_case"
    status = 422


INSERT = """
INSERT INTO intake_verification (id, at, what, source, outcome, fault, by, agency, office, desk, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def verify_at_desk(what: str, number: str, addresses: Mapping[str, Any], *, act: Act) -> Verified:
    """Ask, and keep that it was asked: by whom, for which case, where and how it came out; not the number, and nothing that was said of it.

    Outside any transaction, since the agency's own system is waited for. Refuses: NoCase; and as `answer_of`.
    """
    with transaction.atomic():
        enter(act, DOOR)
        if not panels.case_is_open(act):
            raise NoCase()
    found = answer_of(what, number, addresses, act=act)
    keep(found, act)
    return found


@transaction.atomic(durable=True)
def keep(found: Verified, act: Act) -> None:
    """The row of the officer's own history, and the log's entry of what he is about to be shown."""
    enter(act, DOOR)
    id_ = new_id(act.at)
    row: list[Any] = [
        id_, act.at, found.what, found.source, found.outcome, found.fault, act.actor, act.agency, office_of(act.desk), act.desk,
        seal(canonical({"reference": act.reference}), about=place_of(id_)),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
    append("verification.answered", act, about=[id_], **said_of(found))
