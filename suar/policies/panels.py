"""What the policy pages get from above: `site/panels` fills this in, because officers and regions stand higher on the ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

#: Officers' names by their ids.
officers: list[Callable[[Iterable[UUID]], Mapping[UUID, str]]] = []

#: Names of provinces and districts by their digits.
regions: list[Callable[[], Mapping[str, str]]] = []


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Whoever has no name here is no officer: a program, or the release that brought a table."""
    listed = list(ids)
    return {id_: name for part in officers for id_, name in part(listed).items()}


def region_name(code: str) -> str:
    return next((name for part in regions if (name := part().get(code))), code)
