"""The adopted tables of advice: policy/advice/advice.yaml and expected.csv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from suar.core.advice.values import Advice, Decision
from suar.core.canonical import sha256
from suar.core.standard.tables import BadTable, Dated, Table, read_table


class AdviceFile(Table):
    """policy/advice/advice.yaml. Millibits."""

    dated: Dated
    source: str
    secondary_from: int = Field(gt=0)  # several indicators together: a second officer looks, nobody is restricted
    unknown_gives: Advice


class ExpectedRow(Table):
    advice: Advice
    decision: Decision
    expected: bool
    supervisor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Which decisions each advice expects (expected.csv). Every other departs from it, and needs a reason."""

    pairs: frozenset[tuple[Advice, Decision]]
    with_supervisor: frozenset[Decision]

    @classmethod
    def read(cls, rows: Iterable[Mapping[str, Any]]) -> Expected:
        """Read the rows of expected.csv: advice, decision, expected (yes/no), supervisor (yes/no), why.

        Raises BadTable unless every advice and every decision is paired exactly once, and unless no advice expects a
        refusal.
        """
        cells = [{name: row.get(name) for name in ExpectedRow.model_fields} for row in rows]
        read = [read_table(ExpectedRow, row, "advice/expected") for row in cells]
        problems = []
        for advice in Advice:
            for decision in Decision:
                found = sum(row.advice is advice and row.decision is decision for row in read)
                if found != 1:
                    problems.append(f"{advice} with {decision} stands {found} times")
        if any(row.expected and row.decision is Decision.REFUSE for row in read):
            problems.append("no advice expects a refusal")
        if problems:
            raise BadTable("advice/expected", problems)
        return cls(
            pairs=frozenset((row.advice, row.decision) for row in read if row.expected),
            with_supervisor=frozenset(row.decision for row in read if row.supervisor),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvicePolicy:
    """Thresholds of one adopted version."""

    name: str
    secondary_from: int
    unknown_gives: Advice

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> AdvicePolicy:
        """Read the parsed advice.yaml. Raises BadTable, also where not knowing would lead to more than information."""
        file = read_table(AdviceFile, table, "advice/advice")
        if file.unknown_gives not in (Advice.CLEAR, Advice.ADVISE):
            raise BadTable("advice/advice", ["unknown_gives: a missing feed is no reason against anybody"])
        return cls(
            name=f"advice {file.dated} {sha256(dict(table))}",
            secondary_from=file.secondary_from,
            unknown_gives=file.unknown_gives,
        )
