"""What a source can know at the moment of an answer. "No record" is never said of a source that could not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceHealth(StrEnum):
    """How far a source can be believed when it says nothing."""

    FRESH = "fresh"
    STALE = "stale"
    UNREACHABLE = "unreachable"
    NOT_COVERING = "not_covering"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source for one question: for the kabupaten or kota of residence; unknown residence takes the worst state.

    `as_of` is its last good record; `since` is since when it cannot know (None while fresh, or where nobody can say).
    """

    source: str
    state: SourceHealth
    as_of: datetime | None
    age_s: int | None
    covers: bool
    since: datetime | None = None
    quarantined: bool = False  # by two persons' or one person's decision, `since` then; what it said before still holds

    @property
    def could_know(self) -> bool:
        """Whether "nothing found" means that there is nothing: fresh, and covering this person's district."""
        return self.state is SourceHealth.FRESH and self.covers


def could_all_know(needed: tuple[str, ...], sources: Mapping[str, SourceState]) -> bool:
    """A source of which no state was given could not know."""
    return all(name in sources and sources[name].could_know for name in needed)
