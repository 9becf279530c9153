"""Things that a signal is about stand among the subjects under an id that follows from them, and that nobody without the key can guess."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from suar.core.registers.things import read_thing
from suar.vault.queries import derived_id

SIGNAL = "signal"


def thing_id(kind: str, known_as: str) -> UUID:
    """The id of a thing in its one form (`core.registers.things`)."""
    return derived_id("thing", kind, known_as)


def phones(numbers: Iterable[str]) -> list[UUID]:
    """The ids of these phones, as far as they can be read."""
    read = [read_thing("phone", number) for number in dict.fromkeys(numbers) if number]
    return [thing_id("phone", one.get()) for one in read if one.ok]
