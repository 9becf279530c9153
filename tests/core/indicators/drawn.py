"""Fact sheets drawn at random, over everything that the rules of today tell apart; it grows with the catalogue by itself."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.indicators.answers import ANSWERS
from suar.core.indicators.facts import FactSheet
from tests.golden import adopted

NOON = datetime(2026, 11, 28, 5, tzinfo=UTC)
SOURCES = ("simkim", "siskop2mi", "siapkerja", "disnaker", "peduliwni", "bp3mi", "dukcapil")
COUNTS = (0, 1, 2, 3, 5, 9, 20, 40, 200, 10_000)


@cache
def domain() -> dict[str, list[Any]]:
    """Fact → the values that any example of a rule gives it, its default, and numbers and flags of every size."""
    plain = FactSheet(asked_for="departure")
    found = {field.name: [getattr(plain, field.name)] for field in fields(FactSheet)}
    for rule in adopted.rules().rules:
        for example in rule.row.examples:
            for name, value in example.facts.items():
                found[name].append(tuple(value) if isinstance(value, list) else value)
    found |= {name: [*values, *COUNTS] for name, values in found.items() if any(type(value) is int for value in values)}
    found |= {
        name: [*values, True, False]
        for name, values in found.items()
        if any(isinstance(value, bool) for value in values)
    }
    found["asked_for"] = ["passport_application", "departure", "prelist"]
    return found


def sheet(draw: Random) -> FactSheet:
    """One sheet: of nearly nothing, as most are, up to a third of its facts say something."""
    plain, told, busy = domain(), dict[str, Any](), draw.choice((0.01, 0.05, 0.12, 0.35))
    for name, values in plain.items():
        if name not in {"answered", "sources"} and (name == "asked_for" or draw.random() < busy):
            told[name] = draw.choice(values)
    told["answered"] = {question: draw.choice(codes) for question, codes in ANSWERS.items() if draw.random() < busy}
    return FactSheet(**told, sources={name: state(name, draw) for name in SOURCES if draw.random() < 0.95})


def state(name: str, draw: Random) -> SourceState:
    health = SourceHealth.FRESH if draw.random() < 0.8 else draw.choice(list(SourceHealth))
    return SourceState(source=name, state=health, as_of=NOON, age_s=60, covers=draw.random() < 0.95, since=None)
