"""The values behind one event, for one receiver, for one purpose: as far as the agreement in force goes, and written into the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from suar.agencies.access import DoorShut, enter
from suar.agencies.actions.quota import spend
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.exchange.queries import Row
from suar.exchange.queries.sharing import fields_given, forbidding
from suar.exchange.queries.views import behind, row_known_as, values_of
from suar.vault.queries import DEFAULT, PROTECTION


class NoAgreement(Refusal):
    """No agreement in force gives this receiver a field of this event for this purpose. It stands in the log that he asked."""

    code = "events.no_agreement"
    status = 403


@dataclass(frozen=True, slots=True)
class View:
    """One event's values, by class and field."""

    row: Row
    values: dict[str, dict[str, Any]]


def view_for(act: Act, id_: str, *, types: frozenset[str] | None) -> View:
    """Refuses: DoorShut, NotFound, NoAgreement, QuotaSpent. The refusal is written down before it is said."""
    view = viewed(act, id_, types)
    if view is None:
        raise NoAgreement(purpose=act.purpose)
    return view


@transaction.atomic(durable=True)
def viewed(act: Act, id_: str, types: frozenset[str] | None) -> View | None:
    enter(act, "events.view")
    row = row_known_as(id_, act.agency)
    if row is None:
        raise NotFound()
    if types is not None and row.type not in types:
        raise DoorShut(door=f"events:{row.type}")
    about = [row.subject or row.thing]
    given = fields_given(row, act.agency, act.purpose, act.at)
    if not given:
        by = " ".join(forbidding(row, act.agency, act.purpose, act.at))
        append("events.view_refused", act, about=about, event=id_, code=NoAgreement.code, policies=by)
        return None
    spend(act.actor, "views_a_day", act.at)
    return behind_wall(row, given, act, id_) if row.type in behind else opened(row, given, act, id_)


def opened(row: Row, given: Mapping[str, frozenset[str]], act: Act, id_: str, *, wall: str = DEFAULT) -> View:
    values = values_of(row, given)
    shown = [f"{kind}.{name}" for kind, named in values.items() for name in named]
    append("events.viewed", act, about=[row.subject or row.thing], fields=shown, event=id_, wall=wall)
    return View(row, values)


# law: UU 21/2007 Ps 44
def behind_wall(row: Row, given: Mapping[str, frozenset[str]], act: Act, id_: str) -> View:
    """What stands behind the wall is read there, under its own door, and the trace of the reading stays there."""
    with transaction.atomic(using=PROTECTION):
        enter(act, "events.view", wall=PROTECTION)
        return opened(row, given, act, id_, wall=PROTECTION)
