"""What a shadow run made of each screening beside the live version: the whole, and by group, with small cells hidden; and the ids behind a number.

It stands behind a door of its own (policy.compare): sex, age and province are here to see whom a change would touch, and weigh nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.values import ADVICE_IN_ORDER
from suar.core.comparing import LEAST, Rate, hidden, wilson
from suar.core.errors import NotFound, Refusal
from suar.policies.access import check
from suar.policies.access.proposals import reason_name, run_row
from suar.policies.models import Proposal, Run
from suar.policies.panels import region_name
from suar.policies.queries import Shadow, shadows

GROUPS = ("office", "province", "sex", "age_band")
RATES = ("assist", "secondary")
BY = frozenset({"live", "shadow", "gained", "lost", *GROUPS})
MOST_ROWS = 200

WHOLE = "SELECT live, shadow, count(*) FROM policies_compared WHERE run = %s GROUP BY live, shadow"
REASONS = """
SELECT code, sum(gained)::bigint, sum(lost)::bigint FROM (
    SELECT unnest(gained) AS code, 1 AS gained, 0 AS lost FROM policies_compared WHERE run = %s
    UNION ALL SELECT unnest(lost), 0, 1 FROM policies_compared WHERE run = %s) both_ways GROUP BY code ORDER BY code
"""
BY_GROUP = """
SELECT {}, count(*), count(*) FILTER (WHERE live = 'assist'), count(*) FILTER (WHERE shadow = 'assist'),
    count(*) FILTER (WHERE live = 'secondary'), count(*) FILTER (WHERE shadow = 'secondary')
FROM policies_compared WHERE run = %s GROUP BY 1 ORDER BY 1
"""


class TooFew(Refusal):
    """So few that a list of them could point at somebody."""

    code = "policy.too_few"
    status = 404


@transaction.atomic
def compared_for(act: Act, id_: UUID) -> dict[str, Any]:
    """The comparison of one shadow run. Refuses: NotFound; DoorShut."""
    check(act, "policy.compare")
    shadow = shadow_of(id_)
    proposal = Proposal.objects.get(id=shadow.run.proposal)
    cells, count = whole(id_)
    append("policy.compared", act, about=[proposal.id, id_], screenings=count)
    return {
        **run_row(shadow, act.at), "proposal": proposal.id, "name": proposal.name, "why": proposal.reason, "count": count,
        "changed": cell(sum(n for (live, other), n in cells.items() if live != other)), "matrix": matrix(cells), "advices": advices(),
        "reasons": reasons(proposal, id_), "groups": [{"by": by, "rows": group(id_, by)} for by in GROUPS] if count else [], "least": LEAST,
    }  # fmt: skip


def shadow_of(id_: UUID) -> Shadow:
    found = shadows(Run.objects.filter(id=id_))
    if not found:
        raise NotFound()
    return found[0]


def advices() -> list[str]:
    return [one.value for one in ADVICE_IN_ORDER]


def whole(run: UUID) -> tuple[dict[tuple[str, str], int], int]:
    with connection.cursor() as cursor:
        cursor.execute(WHOLE, [run])
        cells = {(live, shadow): int(count) for live, shadow, count in cursor.fetchall()}
    return cells, sum(cells.values())


def matrix(cells: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Live down, shadow across; a hidden cell has no number."""
    unseen = hidden(cells)
    return [
        {
            "live": live,
            "cells": [
                {"shadow": shadow, "count": cells.get((live, shadow), 0), "hidden": (live, shadow) in unseen, "same": live == shadow}
                for shadow in advices()
            ],
        }
        for live in advices()
    ]  # fmt: skip


def reasons(proposal: Proposal, run: UUID) -> list[dict[str, Any]]:
    """Which reasons the shadow would give besides, and which it would not."""
    with connection.cursor() as cursor:
        cursor.execute(REASONS, [run, run])
        return [
            {"code": code, "name": reason_name(code, proposal), "gained": cell(int(gained)), "lost": cell(int(lost))}
            for code, gained, lost in cursor.fetchall()
        ]


def cell(count: int) -> dict[str, Any]:
    return {"count": count, "hidden": 0 < count < LEAST}


def group(run: UUID, by: str) -> list[dict[str, Any]]:
    """Each value of one grouping: how many, and the share that was and would be offered help or a second interview."""
    assert by in GROUPS
    with connection.cursor() as cursor:
        cursor.execute(BY_GROUP.format(by), [run])
        rows = cursor.fetchall()
    unseen = hidden({value: int(of) for value, of, *_ in rows})
    return [
        {"value": value, "name": group_name(by, value), "count": int(of), "hidden": value in unseen,
         "rates": [] if value in unseen else rates(int(of), [int(one) for one in counts])}
        for value, of, *counts in rows
    ]  # fmt: skip


def rates(of: int, counts: list[int]) -> list[dict[str, Any]]:
    """Live beside shadow for each kind of advice. `rises`: the shadow's interval lies wholly above the live one's."""
    found = []
    for advice, live, shadow in zip(RATES, counts[::2], counts[1::2], strict=True):
        one, other = wilson(live, of), wilson(shadow, of)
        few = bool(hidden_rate(one) or hidden_rate(other))
        found.append(
            {"advice": advice, "live": shown(one), "shadow": shown(other), "rises": not few and other.low > one.high}
        )
    return found


def hidden_rate(rate: Rate) -> bool:
    return 0 < rate.count < LEAST


def shown(rate: Rate) -> dict[str, Any]:
    if hidden_rate(rate):
        return {"hidden": True}
    return {"hidden": False, "count": rate.count, "permille": rate.permille, "low": rate.low, "high": rate.high}


def value_name(by: str, value: str, proposal: Proposal) -> Any:
    if by in {"gained", "lost"}:
        return reason_name(value, proposal)
    return group_name(by, value)


def group_name(by: str, value: str) -> str:
    if by == "age_band":
        return value.replace("45-120", "45+").replace("-", "–")
    return region_name(value) if by == "province" else value


@transaction.atomic
def rows_for(act: Act, id_: UUID, where: Mapping[str, str]) -> dict[str, Any]:
    """The ids of the screenings behind one number, newest first. Refuses: NotFound; TooFew; DoorShut."""
    check(act, "policy.compare")
    shadow = shadow_of(id_)
    if (
        not set(where) <= BY or len(set(where) & {*GROUPS, "gained", "lost"}) > 1
    ):  # groups are not crossed: that would point at somebody
        raise NotFound()
    columns = [f"{name} @> ARRAY[%s::text]" if name in {"gained", "lost"} else f"{name} = %s" for name in where]
    condition = " AND ".join(["run = %s", *columns])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM policies_compared WHERE {condition}", [id_, *where.values()])
        count = int(cursor.fetchone()[0])
        if where and 0 < count < LEAST:
            raise TooFew()
        cursor.execute(
            f"SELECT screening, at FROM policies_compared WHERE {condition} ORDER BY at DESC, screening LIMIT {MOST_ROWS}",
            [id_, *where.values()],
        )
        rows = cursor.fetchall()
    append("policy.compared_rows", act, about=[id_], count=count, where=" ".join(f"{k}={v}" for k, v in where.items()))
    proposal = Proposal.objects.get(id=shadow.run.proposal)
    told = [{"by": by, "value": value, "name": value_name(by, value, proposal)} for by, value in where.items()]
    return {
        "run": id_, "name": shadow.run.name, "count": count, "where": told, "rows": [{"id": one, "at": at} for one, at in rows],
        "most": MOST_ROWS if count > MOST_ROWS else 0,
    }  # fmt: skip
