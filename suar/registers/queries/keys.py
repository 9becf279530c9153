"""By what entries are found in a list, hashed by the vault: whoever reads the table learns no name and no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from suar.vault.queries import blocking

#: One entry, whom it is about, and by what it is found: kind to values.
Findable = tuple[UUID, UUID, Mapping[str, Sequence[str]]]


def keyed(kind: str, values: Sequence[str]) -> list[int]:
    return blocking(f"listed {kind}", *values)


def key_rows(entries: Sequence[Findable]) -> list[tuple[int, UUID, UUID]]:
    """The rows (key, entry, subject) of `registers_key`."""
    return [
        (key, entry, subject)
        for entry, subject, found_by in entries
        for kind, values in found_by.items()
        for key in keyed(kind, values)
    ]
