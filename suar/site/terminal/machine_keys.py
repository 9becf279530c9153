"""`suar machine-keys`: which machines may come in, with which keys; and the switch that shuts one out at once."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

from suar.agencies.access.machines import machine_for, machines_for
from suar.agencies.actions.machines import end_key as end_one_key
from suar.agencies.actions.machines import end_machine
from suar.agencies.queries.machines import proposals
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.site.auth import system_act
from suar.site.sentences import say


def machine_keys(agency: str, *, end: str | None, end_key: str | None) -> int:
    """List them; or end a machine, a key or a certificate. New ones take two persons, so they are made on the page. Exit status 1 where there
    is none such.
    """
    act = system_act("machine keys")
    try:
        if end:
            end_machine(end, act=act)
        for one in matching(end_key, act) if end_key else []:
            end_one_key(one, act=act)
    except Refusal as error:
        print(say(error.code, None, "en"), file=sys.stderr)
        return 1
    for row in machines_for(act)["rows"]:
        if agency in ("", row["agency"]):
            tell(row, act)
    return 0


def matching(thumbprint: str, act: Act) -> list[UUID]:
    found = [one.id for one in proposals("p.thumbprint = %s", thumbprint) if one.in_force(act.at)]
    if not found:
        raise NotFound()
    return found


def tell(row: dict[str, Any], act: Act) -> None:
    print(
        f"{row['id']}  {row['agency']}  {said('machine_state', row['state'])}  {said('machines', 'bound' if row['bound'] else 'unbound')}"
    )
    print(f"  scopes    {' '.join(row['scopes'])}")
    print(f"  networks  {' '.join(row['networks']) or said('machines', 'anywhere')}")
    print("  used      " + ", ".join(f"{one['kind']} {one['taken']:,}/{one['most']:,}" for one in row["quotas"]))
    for one in machine_for(act, row["id"])["credentials"]:
        until = f"{one['until_at']:%Y-%m-%d}"
        print(
            f"  {said('machine_kind', one['kind']):<11} {one['thumbprint']}  until {until}  {said('machine_state', one['state'])}"
        )


def said(space: str, code: object) -> str:
    return say(f"{space}.{code}", None, "en")
