"""What the person page gets from above: `site/panels` fills this in, because journeys and screening stand higher on the ladder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from suar.core.act import Act

#: The lines of somebody's timeline, read inside the door that the person page has opened, newest first.
Timeline = Callable[[Sequence[UUID], Act], list[dict[str, Any]]]

timeline: list[Timeline] = []

#: Whether a reference names a case that is open at this act's office, as the room that keeps such cases says; read inside a door.
Case = Callable[[str, Act], bool]

cases: list[Case] = []


def case_is_open(act: Act) -> bool:
    return any(part(act.reference, act) for part in cases)


def lines(subjects: Sequence[UUID], act: Act) -> list[dict[str, Any]]:
    return [line for part in timeline for line in part(subjects, act)]
