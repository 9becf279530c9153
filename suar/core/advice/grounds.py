"""All that one advice is weighed from, as a value that can be kept as JSON, read back, and weighed again to the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from suar.core.advice.advise import Advised, EntryInForce, advise
from suar.core.advice.policy import AdvicePolicy
from suar.core.advice.sources import SourceState
from suar.core.indicators.facts import FactSheet
from suar.core.indicators.raised import weighed
from suar.core.indicators.rules import Rules

FACTS = TypeAdapter(FactSheet)
ENTRIES = TypeAdapter(tuple[EntryInForce, ...])
HEALTH = TypeAdapter(tuple[SourceState, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What `advise` weighed besides adopted policy. A fact that a later version of the sheet adds has, read from an older one, its default."""

    facts: FactSheet
    entries: tuple[EntryInForce, ...]
    health: tuple[SourceState, ...]  # as they were given; the sheet's own `sources` are these by name

    def told(self) -> dict[str, Any]:
        """Plain values without floats, of which `Grounds.of` makes the same grounds again."""
        return {
            "facts": FACTS.dump_python(replace(self.facts, sources={}), mode="json", exclude={"sources"}),
            "entries": ENTRIES.dump_python(self.entries, mode="json"),
            "health": HEALTH.dump_python(self.health, mode="json"),
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Grounds:
        """Raises pydantic's ValidationError for what `told` never wrote."""
        health = HEALTH.validate_python(told["health"])
        facts = FACTS.validate_python(told["facts"])
        return cls(
            facts=replace(facts, sources={state.source: state for state in health}),
            entries=ENTRIES.validate_python(told["entries"]),
            health=health,
        )


def advised_on(grounds: Grounds, rules: Rules, policy: AdvicePolicy) -> Advised:
    """The advice that these rules and thresholds give on these grounds: at the desk, in a replay and in a shadow alike."""
    raised, open_questions = weighed(grounds.facts, rules)
    return advise(raised, grounds.entries, grounds.health, open_questions, policy)
