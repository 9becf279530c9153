"""Things that a signal is about stand among the subjects under an id that follows from them, and that nobody without the key can guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from suar.core.registers.things import read_thing
from suar.registers.queries import Entry
from suar.registers.queries.native import acts_of
from suar.vault.queries import derived_id

SIGNAL = "signal"


def thing_id(kind: str, known_as: str) -> UUID:
    """The id of a thing in its one form (`core.registers.things`)."""
    return derived_id("thing", kind, known_as)


def thing_of(kind: str, text: str) -> UUID | None:
    """The id of a thing however it was written; None where it cannot be read, or nothing is written."""
    read = read_thing(kind, text) if text else None
    return thing_id(kind, read.get()) if read and read.ok else None


def phones(numbers: Iterable[str]) -> list[UUID]:
    """The ids of these phones, as far as they can be read."""
    return [one for number in dict.fromkeys(numbers) if (one := thing_of("phone", number))]


def grades(entries: Sequence[Entry]) -> Mapping[UUID, str]:
    """Thing to the strongest grade of the signals in force on it: source A to E, then content 1 to 5 ("B2"). Runs inside a door."""
    signals = [entry for entry in entries if entry.kind == SIGNAL]
    acts = acts_of([entry.id for entry in signals]) if signals else {}
    found: dict[UUID, str] = {}
    for entry in signals:
        said: Mapping[str, str] = next(
            (one.said["grades"] for one in reversed(acts.get(entry.id, ())) if one.said.get("grades")), {}
        )
        grade = f"{said.get('source', 'E')}{said.get('content', '5')}"
        found[entry.subject] = min(found.get(entry.subject, grade), grade)
    return found
