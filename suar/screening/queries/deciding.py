"""The lists by which an officer decides, as adopted: grounds, reasons, clocks and queues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from suar.core.advice.deciding import Deciding
from suar.core.advice.values import Decision
from suar.core.desks import DeskWork
from suar.core.identity.zones import WIB
from suar.core.registers.law import ReasonRow, UnknownLaw
from suar.policies.queries import Bundle, in_force, once_a_version
from suar.registers.queries.law import legal_basis


@once_a_version
def deciding(bundle: Bundle) -> Deciding:
    return Deciding.read(bundle.tables["desk/decisions"])


@once_a_version
def desk_work(bundle: Bundle) -> DeskWork:
    return DeskWork.read(bundle.tables["desk/queues"])


def work_at(at: datetime) -> DeskWork:
    return desk_work(in_force(at))


def entry_reasons(purpose: str, decision: Decision, at: datetime) -> Mapping[str, ReasonRow]:
    """The coded reasons of the kind of entry that this decision leads to; none where it leads to none."""
    row = deciding(in_force(at)).file.purposes.get(purpose, {}).get(decision)
    if row is None or not row.reasons_of:
        return {}
    try:
        law = legal_basis(at).on(row.reasons_of, at.astimezone(WIB).date())
    except UnknownLaw:
        return {}
    return {one.code: one for one in law.reasons}


def entry_kind(purpose: str, decision: str, at: datetime) -> str:
    """The kind of entry that a decision leads to; "" for none."""
    row = deciding(in_force(at)).file.purposes.get(purpose, {}).get(Decision(decision)) if decision else None
    return row.entry if row else ""


def ground_said(code: str, at: datetime) -> dict[str, Any]:
    """A ground in words with its law, as the list in force says it."""
    row = deciding(in_force(at)).file.grounds.get(code)
    return {"code": code, "text": {"id": row.id, "en": row.en}, "law": list(row.law)} if row else {}


def coded_said(purpose: str, decision: str, code: str, at: datetime) -> dict[str, str]:
    """A coded reason in words: of the entry where the decision restricts, else of the list of departures."""
    if not code or not decision:
        return {}
    reasons = entry_reasons(purpose, Decision(decision), at)
    row: Any = reasons.get(code) or deciding(in_force(at)).file.departing.get(code)
    return {"id": row.id, "en": row.en} if row else {}
