"""What the policy pages show: each table with its versions, a proposal with its changes, its trial, its shadow runs and the word on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.core.act import Act
from suar.core.advice.values import ADVICE_IN_ORDER
from suar.core.changes import Changed, changes
from suar.core.errors import NotFound
from suar.policies.access import check, opens
from suar.policies.actions import EDITABLE
from suar.policies.actions.propose import text_of
from suar.policies.models import Proposal, Ruling, Run, Trial, Version
from suar.policies.panels import names_of
from suar.policies.queries import Shadow, in_force, newest_version, running, seat_office, shadows, waiting

MOST_VERSIONS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One table that analysts change, with its version in force."""

    name: str
    folder: str
    stem: str
    since: datetime
    by: str  # "" where the program brought it
    waiting: UUID | None  # a proposal without a word on it
    shadow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One adopted version of a table, and what it changed."""

    id: UUID
    from_at: datetime
    holds: bool
    later: bool
    by: str
    proposed_by: str
    reason: str  # of the second person
    why: str  # of the proposer
    proposal: UUID | None
    changes: Sequence[Changed]


def named(name: str) -> dict[str, str]:
    """A table's name, and the two halves of it that stand in its address."""
    folder, _, stem = name.partition("/")
    return {"name": name, "folder": folder, "stem": stem}


@transaction.atomic
def tables_for(act: Act) -> list[TableRow]:
    """Every table that analysts change. Refuses: DoorShut."""
    check(act, "policy.see")
    held = [
        one for name in sorted(in_force(act.at).tables) if EDITABLE.fullmatch(name) and (one := newest_version(name))
    ]
    names = names_of(one.adopted_by for one in held)
    return [
        TableRow(
            **named(one.name),
            since=one.in_force_from,
            by=names.get(one.adopted_by, ""),
            waiting=next((proposal.id for proposal in waiting(one.name)), None),
            shadow=running(one.name, act.at) is not None,
        )
        for one in held
    ]


@transaction.atomic
def waiting_for(act: Act) -> list[Proposal]:
    """The proposals that wait for this officer's word: of another office than his, oldest first."""
    check(act, "policy.adopt")
    office = seat_office(act)
    rows = [one for name in in_force(act.at).tables if EDITABLE.fullmatch(name) for one in waiting(name)]
    return sorted((one for one in rows if one.office != office and one.by != act.actor), key=lambda one: one.id)


@transaction.atomic
def table_for(act: Act, name: str) -> dict[str, Any]:
    """The versions of one table, newest first, each with what it changed, when, by whom and why. Refuses: NotFound; DoorShut."""
    check(act, "policy.see")
    if not EDITABLE.fullmatch(name):
        raise NotFound()
    versions = list(Version.objects.filter(name=name).order_by("-in_force_from", "-id")[: MOST_VERSIONS + 1])
    if not versions:
        raise NotFound()
    return {
        **named(name),
        "versions": history(versions, act.at),
        "waiting": next((one.id for one in waiting(name)), None),
        "may_propose": opens(act, "policy.propose"),
    }


def history(versions: Sequence[Version], at: datetime) -> list[VersionRow]:
    stood_on = {
        one.id: one for one in Proposal.objects.filter(id__in=[one.proposal for one in versions if one.proposal])
    }
    names = names_of([*(one.adopted_by for one in versions), *(one.by for one in stood_on.values())])
    holding = next((one.id for one in versions if one.in_force_from <= at), None)
    found = []
    for one, before in zip(versions[:MOST_VERSIONS], [*versions[1:], None][:MOST_VERSIONS], strict=False):
        proposed = stood_on.get(one.proposal) if one.proposal else None
        row = VersionRow(
            id=one.id, from_at=one.in_force_from, holds=one.id == holding, later=one.in_force_from > at, by=names.get(one.adopted_by, ""),
            proposed_by=names.get(proposed.by, "") if proposed else "", reason=one.reason if proposed else "",
            why=proposed.reason if proposed else "", proposal=one.proposal,
            changes=changes(before.content, one.content) if before else (),
        )  # fmt: skip
        found.append(row)
    return found


@transaction.atomic
def text_for(act: Act, name: str) -> str:
    """The text of the newest version, to be changed. Refuses: NotFound; DoorShut."""
    check(act, "policy.propose")
    found = newest_version(name) if EDITABLE.fullmatch(name) else None
    if found is None:
        raise NotFound()
    return text_of(found)


@transaction.atomic
def proposal_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One proposal with all that is known of it, and what this officer may do with it. Refuses: NotFound; DoorShut."""
    check(act, "policy.see")
    one = Proposal.objects.filter(id=id_).first()
    if one is None:
        raise NotFound()
    of, ruling = Version.objects.get(id=one.of), Ruling.objects.filter(proposal=id_).first()
    names = names_of([one.by, *([ruling.by] if ruling else [])])
    newest = newest_version(one.name)
    return {
        **named(one.name), "id": one.id, "at": one.at, "by": names.get(one.by, ""), "agency": one.agency, "office": one.office, "why": one.reason,
        "again": one.again, "changes": changes(of.content, one.content), "moved": bool(newest and newest.id != one.of and not ruling),
        "ruling": ruling_of(ruling, names), "trial": trial_of(one), "runs": runs_of(id_, act.at),
        "may_try": opens(act, "policy.propose") and not ruling, "may_withdraw": one.by == act.actor and not ruling,
        "may_rule": opens(act, "policy.adopt") and not ruling and one.by != act.actor and one.office != seat_office(act),
        "same_office": opens(act, "policy.adopt") and one.office == seat_office(act), "may_compare": opens(act, "policy.compare"),
    }  # fmt: skip


def ruling_of(ruling: Ruling | None, names: dict[UUID, str]) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "ruling": ruling.ruling, "at": ruling.at, "by": names.get(ruling.by, ""), "agency": ruling.agency, "reason": ruling.reason,
        "from_at": ruling.in_force_from,
    }  # fmt: skip


def trial_of(proposal: Proposal) -> dict[str, Any] | None:
    """The newest trial: how far it is, and what it counted: the advices that change first."""
    trial = Trial.objects.filter(proposal=proposal.id).order_by("-id").first()
    if trial is None:
        return None
    advice = [(*pair.split(">"), count) for pair, count in trial.counts.get("advice", {}).items()]
    order = [one.value for one in ADVICE_IN_ORDER]
    rows = sorted(advice, key=lambda row: (row[0] == row[1], order.index(row[0]), order.index(row[1])))
    return {
        "id": trial.id, "at": trial.at, "done": trial.done, "of": trial.of, "finished_at": trial.finished_at, "last": trial.last,
        "rows": [{"live": live, "shadow": shadow, "count": count, "same": live == shadow} for live, shadow, count in rows],
        "changed": sum(count for live, shadow, count in rows if live != shadow),
        "reasons": reasons_of(trial.counts.get("gained", {}), trial.counts.get("lost", {}), proposal),
        "without": trial.counts.get("without", {}).get("grounds", 0),
    }  # fmt: skip


def reasons_of(gained: dict[str, int], lost: dict[str, int], proposal: Proposal) -> list[dict[str, Any]]:
    return [
        {"name": reason_name(code, proposal), "gained": gained.get(code, 0), "lost": lost.get(code, 0)}
        for code in sorted({*gained, *lost})
    ]


def reason_name(code: str, proposal: Proposal) -> Any:
    """As the proposal itself names it, else as the catalogue does."""
    if not code.startswith("indicator."):
        return code
    own = {row["code"]: row["name"] for row in proposal.content["rules"]} if "rules" in proposal.content else {}
    return own.get(code.removeprefix("indicator."), f"{code}.name")


def runs_of(proposal: UUID, at: datetime) -> list[dict[str, Any]]:
    """The shadow runs of a proposal, newest first."""
    return [run_row(one, at) for one in shadows(Run.objects.filter(proposal=proposal).order_by("-id"))]


def run_row(one: Shadow, at: datetime) -> dict[str, Any]:
    return {"id": one.run.id, "from_at": one.run.from_at, "until": one.until, "runs": one.run.from_at <= at < one.until}
