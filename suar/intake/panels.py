"""What rooms above show on the page of a quarantine; filled once by `site/panels`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

#: Of what officers did since an instant about any of these subjects: rows of `kind` (`leaning.<kind>`), `at` and `agency`, without a person.
leaning: list[Callable[[Collection[UUID], datetime], list[Mapping[str, Any]]]] = []
