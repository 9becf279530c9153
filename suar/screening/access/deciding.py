"""What an officer may decide on a screening, by the lists in force; and what came of a decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import opens
from suar.core.act import Act
from suar.core.advice.deciding import RESTRICTING, Deciding, way_of
from suar.core.advice.values import Advice, Decision
from suar.policies.queries import in_force
from suar.screening.access import own_person, screening_for
from suar.screening.access.refusals import proposed_on
from suar.screening.access.tasks import led_to
from suar.screening.actions.decide import restricts
from suar.screening.actions.entry import entered
from suar.screening.queries import tables
from suar.screening.queries.deciding import coded_said, deciding, entry_kind, entry_reasons, ground_said


@transaction.atomic
def choices_for(act: Act, id_: UUID) -> dict[str, Any]:
    """Every decision that is open here, with what the form of each must ask. Nothing of the traveller is opened."""
    screening = screening_for(act, id_, door="screening.decide")
    bundle = in_force(act.at)
    lists, expected, advice = deciding(bundle), tables(bundle).expected, Advice(screening.advice)
    return {
        "id": str(id_), "advice": screening.advice, "purpose": screening.purpose, "number": str(id_)[-12:].upper(),
        "done": bool(screening.decided_at or screening.superseded_by),
        "desks": list(lists.file.desks), "least_words": lists.file.least_words,
        "choices": [
            {
                "decision": one.value, "way": (way := way_of(one, advice, expected)), "restricts": one in RESTRICTING,
                "grounds": [ground_said(code, act.at) for code in lists.choice(screening.purpose, one).grounds],
                "reasons": reasons_of(lists, one, way, screening.purpose, act),
                "refers": one is Decision.REFER, "needs_words": bool(way) or one in RESTRICTING,
            }
            for one in lists.open_for(screening.purpose)
        ],
    }  # fmt: skip


def reasons_of(lists: Deciding, decision: Decision, way: str, purpose: str, act: Act) -> list[dict[str, Any]]:
    """The coded reasons that the form of a decision offers: the entry's where it restricts, else those of a departure in its direction."""
    if decision in RESTRICTING:
        return [
            {"code": code, "text": {"id": row.id, "en": row.en}}
            for code, row in entry_reasons(purpose, decision, act.at).items()
        ]
    return departing(lists, way)


def departing(lists: Deciding, way: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "text": {"id": row.id, "en": row.en}}
        for code, row in lists.file.departing.items()
        if way and row.way in {way, "either"}
    ]


@transaction.atomic
def aftermath_for(act: Act, id_: UUID) -> dict[str, Any]:
    """What stands beside a decision: ground and coded reason in words, the desks it led to, the proposal it came from, its entry."""
    screening = screening_for(act, id_)
    decision = screening.decision or ""
    kind = entry_kind(screening.purpose, decision, screening.decided_at or act.at)
    asked = entered(id_) if kind else None
    return {
        "ground": ground_said(screening.ground, act.at),
        "coded": coded_said(screening.purpose, decision, screening.coded, act.at),
        "tasks": led_to(id_, act),
        "proposed": proposed_on(id_, act),
        "entry_kind": kind,
        "entry": str(asked or ""),
        "may_enter": restricts(screening)
        and not asked
        and screening.decided_by == act.actor
        and own_person(screening) is not None
        and opens(act, "register.request"),
    }
