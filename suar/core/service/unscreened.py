"""Crossings laid beside screenings: by which rules, and up to when anybody can know (SECURITY T01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from suar.core.advice.sources import SourceHealth, SourceState

#: How many turns of the comparison may be missed before it counts as standing still.
TURNS_MISSED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRule:
    """Which screenings count for a crossing of this lane."""

    lane: str
    screened_as: tuple[str, ...]
    before: timedelta
    after: timedelta
    same_office: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A lane of a place of control, the office that answers for it, and from which instant on every exit through it has to be screened."""

    place: str
    lane: str
    office: str
    from_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """policy/unscreened.yaml, read."""

    feed: str
    every: timedelta
    settles: timedelta
    looked_back: timedelta
    lanes: tuple[LaneRule, ...]
    opened: tuple[Opened, ...]


def read(table: Mapping[str, Any], openings: Mapping[str, Any] | None = None) -> Reconciliation:
    """The table in force, with what this installation declared of its own: a lane is open from the later of the two instants."""
    minute = timedelta(minutes=1)
    return Reconciliation(
        feed=table["feed"],
        every=table["every_minutes"]["limit"] * minute,
        settles=table["settles_minutes"]["limit"] * minute,
        looked_back=timedelta(days=table["looked_back_days"]["limit"]),
        lanes=tuple(
            LaneRule(
                lane=lane, screened_as=tuple(rule["screened_as"]), before=rule["before_minutes"] * minute,
                after=rule["after_minutes"] * minute, same_office=rule["same_office"],
            )
            for lane, rule in table["lanes"].items()
        ),
        opened=tuple(
            Opened(place=place, lane=lane, office=one["office"], from_at=opening(place, lane, told["opened"], openings))
            for place, one in table["checkpoints"].items() for lane, told in one["lanes"].items()
        ),
    )  # fmt: skip


def opening(place: str, lane: str, opened: str, openings: Mapping[str, Any] | None) -> datetime:
    """From when a lane counts. Instants are written with their offset."""
    own = (openings or {}).get("opened", {}).get(place, {}).get(lane, opened)
    return max(datetime.fromisoformat(opened), datetime.fromisoformat(own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Up to when misses are known; `why` is "" where that is now: else `never` compared, comparing stands still (`late`), or the feed is
    silent (`feed`). Nobody says "0" of a time that he cannot know.
    """

    until: datetime | None
    why: str

    @property
    def whole(self) -> bool:
        return not self.why


def known(feed: SourceState | None, compared_until: datetime | None, rules: Reconciliation, at: datetime) -> Known:
    """How far a number of misses can be believed at `at`, from the last comparison and from what the feed of crossings was last heard."""
    if compared_until is None:
        return Known(until=None, why="never")
    if feed is None or feed.state is not SourceHealth.FRESH:
        heard = feed.as_of if feed else None
        return Known(until=min(heard, compared_until) if heard else None, why="feed")
    if at - compared_until > rules.settles + TURNS_MISSED * rules.every:
        return Known(until=compared_until, why="late")
    return Known(until=compared_until, why="")
