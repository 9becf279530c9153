"""What rooms above say to this one: of a quarantine's page, and of cases that are open; filled once by `site/panels`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from suar.core.act import Act

#: Whether a reference names a case that is open at this act's office, as the room that keeps such cases says; read inside a door.
cases: list[Callable[[str, Act], bool]] = []


def case_is_open(act: Act) -> bool:
    return any(part(act.reference, act) for part in cases)


#: Of what officers did since an instant about any of these subjects: rows of `kind` (`leaning.<kind>`), `at` and `agency`, without a person.
leaning: list[Callable[[Collection[UUID], datetime], list[Mapping[str, Any]]]] = []
