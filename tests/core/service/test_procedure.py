"""The procedure as data: it names no office, and every traveller stands at one step of it."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from suar.core.service.procedure import BadProcedure, Procedure, Standing, followed, offered, read
from suar.core.service.stop import Stop

POLICY = Path(__file__).resolve().parents[3] / "policy"
ITEMS = yaml.safe_load((POLICY / "service_standard.yaml").read_text())["standard"]
DOORS = yaml.safe_load((POLICY / "sharing" / "doors.yaml").read_text())["doors"]
ROLES = frozenset(role for rule in DOORS.values() for role in rule)
ASKED = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((POLICY / "procedures" / f"{name}.yaml").read_text())
    return found


def tpi() -> Procedure:
    return read(table("tpi"), ITEMS, ROLES)


def stop(decision: str = "", *notes: str, child: bool = False) -> Stop:
    return Stop(
        screening=UUID(int=1), office="TPI-CGK", lane="counter", purpose="departure", asked_at=ASKED, decision=decision, child=child,
        decided_at=ASKED + timedelta(minutes=1) if decision else None,
        steps={note: ASKED + timedelta(minutes=2 + number) for number, note in enumerate(notes)},
    )  # fmt: skip


def here(one: Stop | None) -> str:
    return next((step.code for step, standing in followed(tpi(), one) if standing is Standing.HERE), "")


def test_both_procedures_read_and_cover_every_purpose_once() -> None:
    purposes = [purpose for name in ("tpi", "passport") for purpose in read(table(name), ITEMS, ROLES).purposes]
    assert sorted(purposes) == ["departure", "passport_application", "prelist"]


@pytest.mark.parametrize(
    ("one", "step"),
    [
        (None, "read"),
        (stop(), "decide"),
        (stop("allow"), ""),
        (stop("", "stop_begun"), "inform"),
        (stop("", "stop_begun", "rights_read"), "decide"),
        (stop("interview"), "inform"),
        (stop("interview", "rights_read"), "interview"),
        (stop("interview", "rights_read", "second_officer"), "finish"),
        (stop("postpone", "rights_read"), "notice"),
        (stop("postpone", "rights_read", "notice_given"), "finish"),
        (stop("postpone", "rights_read", "notice_given", "ended"), ""),
    ],
)
def test_a_traveller_stands_at_the_first_step_that_is_not_over(one: Stop | None, step: str) -> None:
    assert here(one) == step


def test_the_honest_traveller_goes_through_two_steps() -> None:
    assert [step.code for step, _ in followed(tpi(), stop("allow"))] == ["read", "decide"]


def test_what_the_page_offers_follows_the_procedure_and_what_was_noted() -> None:
    assert [one.note for one in offered(tpi(), stop())] == ["stop_begun"]
    begun = offered(tpi(), stop("", "stop_begun"))
    assert [one.note for one in begun if one.now] == [
        "rights_read",
        "interpreter_offered",
        "interpreter_needed",
        "call_allowed",
    ]
    child = offered(tpi(), stop("", "stop_begun", child=True))
    assert "guardian_present" in {one.note for one in child}
    assert "interpreter_present" in {one.note for one in offered(tpi(), stop("interview", "interpreter_needed"))}
    assert "second_officer" in {
        one.note for one in offered(tpi(), stop("interview"))
    }  # also where rights were not read
    assert offered(tpi(), stop("interview", "ended")) == [] == offered(tpi(), stop("allow"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("offices",), {"TPI-CGK": {}}),  # the same everywhere
        (("steps", 0, "owner"), "director"),
        (("steps", 0, "clock"), "as_long_as_it_takes"),
        (("steps", 0, "until"), "tired"),
        (("steps", 1, "for"), "women"),
        (("steps", 1, "offers"), ["search_bags"]),
        (("steps", 2, "law"), []),
    ],
)
def test_a_procedure_that_a_page_could_not_follow_is_not_read(path: tuple[Any, ...], value: Any) -> None:
    wrong = deepcopy(table("tpi"))
    place: Any = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(BadProcedure):
        read(wrong, ITEMS, ROLES)
