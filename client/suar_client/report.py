"""What a conformance run found: a line each, and one exit status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

VERSION = "0.1.0"  # of this kit, as its pyproject.toml says it


@dataclass(slots=True)
class Report:
    """Every check that was made, in order. `said` is what was seen, whether it holds or not."""

    lines: list[tuple[str, bool, str]] = field(default_factory=list)

    def check(self, name: str, look: Callable[[], tuple[bool, str]]) -> None:
        """One check; whatever goes wrong in it is its result, so that the others are made too."""
        try:
            holds, said = look()
        except Exception as error:
            holds, said = False, f"{type(error).__name__}: {error}"
        self.lines.append((name, holds, said))

    @property
    def holds(self) -> bool:
        return bool(self.lines) and all(holds for _, holds, _ in self.lines)

    def sent(self, kind: str) -> dict[str, Any]:
        """The report as the hub keeps it: each check and whether it holds. What was seen may quote what was received, so it stays here."""
        return {
            "kind": kind,
            "kit": VERSION,
            "checks": [{"check": name, "holds": holds} for name, holds, _ in self.lines],
        }

    def written(self) -> str:
        width = max((len(name) for name, _, _ in self.lines), default=0)
        rows = [f"{'ok  ' if holds else 'FAIL'}  {name:<{width}}  {said}" for name, holds, said in self.lines]
        failed = sum(not holds for _, holds, _ in self.lines)
        return "\n".join([*rows, f"{len(self.lines) - failed} of {len(self.lines)} checks hold"])
