"""Which doors the tables in force open (SECURITY 3.1); and what of proposals, trials and shadow runs a page may show.

`agencies.access.enter` asks `check` and then tells the database whose rows may be seen; behind the doors of this room stands no person.
"""

from __future__ import annotations

from collections.abc import Mapping

from suar.core.act import Act
from suar.core.errors import Refusal
from suar.policies.queries import in_force


class DoorShut(Refusal):
    """This role may not do this, or not for this purpose. Says no more than that."""

    code = "door.shut"
    status = 403


class ReferenceMissing(Refusal):
    """Every read of a person needs the application, crossing or case that justifies it."""

    code = "door.reference_missing"
    status = 422


def check(act: Act, door: str) -> None:
    """Raise unless the tables in force let this role through this door for this purpose, with a reference where one is due."""
    if not opens(act, door):
        raise DoorShut(door=door)
    of_a_person = door not in in_force(act.at).tables["sharing/doors"]["without_person"]
    if of_a_person and needs_reference(act) and not act.reference.strip():
        raise ReferenceMissing(door=door)


def needs_reference(act: Act) -> bool:
    """Whether whoever acts for this purpose looks at somebody only for an application, crossing or case."""
    return bool(in_force(act.at).tables["sharing/purposes"]["purposes"][act.purpose]["needs_reference"])


def opens(act: Act, door: str) -> bool:
    """Whether this role may come through this door for this purpose at all: for menus, which show only what opens."""
    doors: Mapping[str, Mapping[str, list[str]]] = in_force(act.at).tables["sharing/doors"]["doors"]
    return act.purpose in doors.get(door, {}).get(act.role, ())


def open_doors(act: Act) -> frozenset[str]:
    """All doors through which this role may come for this purpose."""
    doors: Mapping[str, Mapping[str, list[str]]] = in_force(act.at).tables["sharing/doors"]["doors"]
    return frozenset(door for door, rule in doors.items() if act.purpose in rule.get(act.role, ()))
