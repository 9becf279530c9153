"""What the person page gets from above: `site/panels` fills this in, because journeys stand higher on the ladder than persons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from suar.core.act import Act

#: The lines of somebody's timeline, read inside the door that the person page has opened, newest first.
Timeline = Callable[[Sequence[UUID], Act], list[dict[str, Any]]]

timeline: list[Timeline] = []


def lines(subjects: Sequence[UUID], act: Act) -> list[dict[str, Any]]:
    return [line for part in timeline for line in part(subjects, act)]
