"""The examples of a rule, run: what stands in the table as its test is asked before the table may be proposed, and again in our tests."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.indicators.facts import FACTS, FactSheet
from suar.core.indicators.raised import weighed
from suar.core.indicators.rules import ExampleRow, Rule, Rules

SHEET = TypeAdapter(FactSheet)
SILENT = (SourceHealth.STALE, SourceHealth.UNREACHABLE, SourceHealth.NOT_COVERING)


def failing(rules: Rules) -> list[str]:
    """Every example that does not come out as it says, and every rule that its examples do not show. Empty when all is well."""
    return [problem for rule in rules.rules for problem in (*_of_rule(rule), *_unshown(rule))]


def _of_rule(rule: Rule) -> Iterator[str]:
    for number, example in enumerate(rule.row.examples, start=1):
        place = f"{rule.row.code}: example {number}"
        if strange := sorted(set(example.facts) - FACTS):
            yield f"{place}: {', '.join(strange)} is no fact"
            continue
        for health in SILENT:
            try:
                given = gives(rule, example, health)
            except ValidationError as mistakes:
                yield f"{place}: " + "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in mistakes.errors())
                break
            if given != example.gives:
                yield f"{place}: says {example.gives}, comes out as {given}" + (
                    f" ({health})" if example.cannot_know else ""
                )
                break


def gives(rule: Rule, example: ExampleRow, health: SourceHealth) -> str:
    """raised, quiet or unknown. Every source is fresh but those that cannot know, which are as `health` says."""
    names = {*rule.row.needs, *example.cannot_know}
    states = {name: _state(name, health if name in example.cannot_know else SourceHealth.FRESH) for name in names}
    facts = SHEET.validate_python({**example.facts, "sources": states})
    only = Rules(name="one", rules=(rule.as_live(),))
    raised, unknown = weighed(facts, only)
    return "raised" if raised else "unknown" if unknown else "quiet"


def _state(name: str, health: SourceHealth) -> SourceState:
    return SourceState(
        source=name, state=health, as_of=None, age_s=None, covers=health is not SourceHealth.NOT_COVERING
    )


def _unshown(rule: Rule) -> Iterator[str]:
    shown = {example.gives for example in rule.row.examples}
    if rule.row.status == "draft":
        return
    wanted = ["raised"] + ([] if rule.row.protects else ["quiet"]) + (["unknown"] if rule.row.needs else [])
    yield from (f"{rule.row.code}: no example shows it {one}" for one in wanted if one not in shown)
