"""Values that are made by the million."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A dataclass that is frozen for whoever writes code and for mypy, who refuses an assignment, and is hashed as a frozen one.

    Python itself does not watch it: that would make each six times as slow to make, and a record on its way makes forty of them.
    Where thousands do not matter write `@dataclass(frozen=True, slots=True)`.
    """
    return dataclass(slots=True, unsafe_hash=True, kw_only=kw_only)
