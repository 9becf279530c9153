"""The procedure of a desk as data: which steps a traveller goes through, and where he stands (FIELD S3-6, S3-25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from suar.core.service.stop import NOTED, Stop

TO_WHOM = frozenset({"everybody", "stopped", "interviewed", "deferred", "child", "interpreted"})
MOMENTS = frozenset({"asked", "decided", *NOTED})


class BadProcedure(ValueError):
    """The table is not one that a page could follow; says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: whose it is, until when it lasts, by which clock, and what the page offers then."""

    code: str
    name: Mapping[str, str]
    text: Mapping[str, str]
    owner: str
    owed_to: str
    until: str
    clock: str
    offers: tuple[str, ...]
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """policy/procedures, read. It names no office: it is the same everywhere."""

    dated: str
    name: Mapping[str, str]
    purposes: tuple[str, ...]
    steps: tuple[Step, ...]


class Standing(StrEnum):
    """How a traveller stands to a step."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


def read(table: Mapping[str, Any], items: Mapping[str, Any], roles: frozenset[str]) -> Procedure:
    """Raises BadProcedure where a step names a moment, a person, a role, a clock or a note that there is not, or the table more than it may."""
    if beyond := set(table) - {"dated", "source", "name", "purposes", "steps"}:
        raise BadProcedure(f"the same everywhere: {sorted(beyond)}")
    steps = tuple(step_of(row) for row in table["steps"])
    for step in steps:
        wrong = [
            step.owed_to not in TO_WHOM, step.until not in MOMENTS, step.owner not in roles, bool(step.clock) and step.clock not in items,
            not set(step.offers) <= set(NOTED), not step.law,
        ]  # fmt: skip
        if any(wrong):
            raise BadProcedure(f"{step.code}: {wrong}")
    return Procedure(dated=table["dated"], name=table["name"], purposes=tuple(table["purposes"]), steps=steps)


def step_of(row: Mapping[str, Any]) -> Step:
    return Step(
        code=row["code"], name=row["name"], text=row["text"], owner=row["owner"], owed_to=row["for"], until=row["until"], clock=row["clock"],
        offers=tuple(row["offers"]), law=tuple(row["law"]),
    )  # fmt: skip


def followed(procedure: Procedure, stop: Stop | None) -> list[tuple[Step, Standing]]:
    """The steps that concern this traveller, each as done, here or ahead; before anybody is asked about, those that concern everybody."""
    concerned = [step for step in procedure.steps if (stop.owed(step.owed_to) if stop else step.owed_to == "everybody")]
    found: list[tuple[Step, Standing]] = []
    here = False
    for step in concerned:
        done = stop is not None and stop.moment(step.until) is not None
        standing = Standing.DONE if done else Standing.AHEAD if here else Standing.HERE
        here = here or not done
        found.append((step, standing))
    return found


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be noted; `now` where it belongs to the step at which the traveller stands."""

    note: str
    now: bool


def offered(procedure: Procedure, stop: Stop) -> list[Offer]:
    """What the page offers to note: all that the steps of this traveller offer and nobody has noted, so that what happened out of order
    can be told as it happened. Nothing once the stop is over.
    """
    if stop.ended_at is not None:
        return []
    steps = followed(procedure, stop)
    wanted = {note for step, _ in steps for note in step.offers} - set(stop.steps)
    now = {note for step, standing in steps if standing is Standing.HERE for note in step.offers}
    return [Offer(note, note in now) for note in NOTED if note in wanted and makes_sense(note, stop)]


def makes_sense(note: str, stop: Stop) -> bool:
    """An interpreter comes once one is needed, a guardian to a child, and a stop begins once."""
    if note == "stop_begun":
        return "stop_begun" not in stop.steps and not stop.decided_at
    if note == "interpreter_present":
        return "interpreter_needed" in stop.steps
    return stop.child if note == "guardian_present" else True
