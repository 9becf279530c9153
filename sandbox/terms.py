"""The terms on which one sandbox runs: which nation, until when its history goes, and how fast it lives on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from sandbox.running import Place, wall_clock, write_private

DEFAULT_SEED = 20_261_121
DEFAULT_PEOPLE = 50_000  # give some 215,000 records; the demo promises 200,000
CLOCK = "clock"  # in HOME: where a clock that stands still was put
DEFAULT_RATE = 2  # records a second over all systems


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Kept in HOME/nation.json from the first start on."""

    seed: int
    people: int
    history_until: str  # ISO 8601 with offset: where history ends and living on begins
    frozen: bool
    rate: int
    made: bool = False  # history stands in every store

    def clock(self, home: Path) -> Callable[[], datetime]:
        """The nation's clock: the wall's, or one that stands still: where `set_clock` put it, else where history ends."""
        if not self.frozen:
            return wall_clock
        hand, still = home / CLOCK, datetime.fromisoformat(self.history_until)
        return lambda: datetime.fromisoformat(hand.read_text()) if hand.exists() else still


def set_clock(home: Path, at: datetime) -> None:
    """Put a clock that stands still to this instant, for every server of that home."""
    new = home / f"{CLOCK}.new"
    new.write_text(at.isoformat())
    new.replace(home / CLOCK)


class OtherNation(Exception):
    """HOME holds another nation than the one asked for."""


def kept_terms(home: Path) -> Terms | None:
    path = home / "nation.json"
    return Terms(**json.loads(path.read_text())) if path.exists() else None


def keep_terms(home: Path, terms: Terms) -> None:
    write_private(home / "nation.json", asdict(terms))


def agreed_terms(
    home: Path, *, seed: int | None, people: int | None, now: datetime | None, frozen: bool, rate: int
) -> Terms:
    """The kept terms with the rate asked for now; new ones for an empty HOME. Raises OtherNation."""
    kept = kept_terms(home)
    if kept is None:
        terms = Terms(
            seed=DEFAULT_SEED if seed is None else seed,
            people=people or DEFAULT_PEOPLE,
            history_until=(now or wall_clock()).isoformat(timespec="seconds"),
            frozen=frozen,
            rate=rate,
        )
        keep_terms(home, terms)
        return terms
    asked = {
        "seed": kept.seed if seed is None else seed,
        "people": people or kept.people,
        "frozen": frozen,
        "history_until": now.isoformat(timespec="seconds") if now else kept.history_until,
    }
    for what, value in asked.items():
        if getattr(kept, what) != value:
            raise OtherNation(
                f"{home} holds a nation with {what} {getattr(kept, what)}, not {value}: use another folder"
            )
    return replace(kept, rate=rate)


def place_of(
    home: Path, name: str, terms: Terms, ports: dict[str, int] | None = None, *, living: bool = False
) -> Place:
    return Place(name=name, home=home, now=terms.clock(home), ports=ports or {}, living=living)
