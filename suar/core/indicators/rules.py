"""Indicators as a supervisor signs them: policy/indicators/*.yaml, with conditions as CEL cells, compiled once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from suar.core.canonical import sha256
from suar.core.cells import cel
from suar.core.indicators.answers import ANSWERS
from suar.core.indicators.facts import FACTS
from suar.core.standard.tables import BadTable, Dated, Paths, Said, Table, read_table

Element = Literal["proses", "cara", "tujuan", "anak"]
Stage = Literal["passport_application", "departure", "prelist"]
Ilo = Literal[
    "abuse_of_vulnerability", "deception", "restriction_of_movement", "isolation", "physical_and_sexual_violence",
    "intimidation_and_threats", "retention_of_identity_documents", "withholding_of_wages", "debt_bondage",
    "abusive_working_and_living_conditions", "excessive_overtime",
]  # fmt: skip


class ExcuseRow(Table):
    """What would excuse the indicator. With `when` the machine looks itself; without, the officer asks."""

    code: str
    name: Said
    when: str = ""


class ExampleRow(Table):
    """A situation and what the rule makes of it; every one runs as a test."""

    facts: dict[str, Any]
    cannot_know: Paths = ()  # sources that are stale, unreachable or not covering; all others are fresh
    gives: Literal["raised", "quiet", "unknown"]
    why: str


class RuleRow(Table):
    """One indicator. `suggests` has no value that stops anybody: only a register entry in force can (DESIGN 6)."""

    code: str
    catalogue: str  # DOMAIN E2
    status: Literal["draft", "shadow", "live"]
    stages: tuple[Stage, ...] = ()  # where it may be raised; empty for everywhere
    name: Said
    explanation: Said
    unknown: Said | None = None  # said instead where a needed source could not know
    when: str
    needs: Paths = ()  # sources that must all be able to know before "nothing found" is believed
    source: str = ""  # whose record speaks, "" for the traveller's own declaration
    evidence: Paths
    law: Paths = ()
    element: Element | None = None  # element of UU 21/2007 Ps 1(1) that the fact supports
    ilo: Ilo | None = None
    excused_by: tuple[ExcuseRow, ...] = ()
    weight: int = Field(ge=0, le=20_000)
    rationale: str = ""  # why so much and not more; a number without a reason is nobody's
    suggests: Literal[
        "clear", "advise", "assist", "secondary"
    ]  # clear: a weak sign, which counts beside others and advises nothing
    protects: bool = False  # goes to the protection desk before anything else, and has no score
    examples: tuple[ExampleRow, ...] = Field(min_length=1)


class RulesFile(Table):
    dated: Dated
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One indicator, compiled."""

    row: RuleRow
    when: cel.Program
    excuses: tuple[tuple[str, cel.Program], ...]  # those that the machine can see by itself

    def as_live(self) -> Rule:
        """The same rule as if it were live: so its examples are asked, those of a draft as well."""
        return replace(self, row=self.row.model_copy(update={"status": "live"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every indicator of one adopted version, in the order of their codes."""

    name: str
    rules: tuple[Rule, ...]

    @classmethod
    def read(cls, tables: Mapping[str, Any]) -> Rules:
        """Read the parsed files of policy/indicators (stem → content). Raises BadTable with every mistake of a file.

        A mistake is also: a cell that does not compile, one that names something which is no fact, no question or no
        answer to it, a rule with a score on the way to protection, a rule that needs a source but has no words for not
        knowing.
        """
        files = [read_table(RulesFile, table, f"indicators/{name}") for name, table in sorted(tables.items())]
        rows = sorted((row for file in files for row in file.rules), key=lambda row: row.code)
        problems = [problem for row in rows for problem in _problems(row)]
        problems += sorted(_worded_twice(rows))
        problems += [f"{a.code} stands twice" for a, b in itertools.pairwise(rows) if a.code == b.code]
        if problems:
            raise BadTable("indicators", problems)
        dated = max((file.dated for file in files), default="")
        return cls(name=f"indicators {dated} {sha256(dict(tables))}", rules=tuple(_compile(row) for row in rows))

    def said(self) -> dict[str, dict[str, str]]:
        """Code → sentence in both languages, for the catalogue at the rim: rules, what is not known, and excuses."""
        words: dict[str, Said] = {}
        for row in (rule.row for rule in self.rules):
            words |= {f"indicator.{row.code}": row.explanation, f"indicator.{row.code}.name": row.name}
            words |= {f"unknown.{row.code}": row.unknown} if row.unknown else {}
            words |= {f"excuse.{excuse.code}": excuse.name for excuse in row.excused_by}
        return {code: {"id": said.id, "en": said.en} for code, said in sorted(words.items())}


def _worded_twice(rows: list[RuleRow]) -> set[str]:
    """Excuses under one code with several texts: only one of them could be said."""
    said: dict[str, Said] = {}
    excuses = [excuse for row in rows for excuse in row.excused_by]
    return {f"excuse {one.code} has two texts" for one in excuses if said.setdefault(one.code, one.name) != one.name}


#: What a rule may show as evidence: a fact, or one answer of the interview.
SHOWN: frozenset[str] = (FACTS - {"answered"}) | {f"answered.{question}" for question in ANSWERS}

ASKED = re.compile(r"answered\.([a-z_]+)(?:\s*(?:==|!=)\s*'([^']*)'|\s+in\s+\[([^\]]*)\])?")


def _misquoted(cell: str) -> Iterator[str]:
    """Questions that nobody asks, and answers that are none: such a cell would be quiet for ever, and nobody would see it."""
    for question, one, several in ASKED.findall(cell):
        if question not in ANSWERS:
            yield f"answered.{question} is no question"
            continue
        quoted = [one, *re.findall("'([^']*)'", several)]
        yield from (f"{code} is no answer to {question}" for code in quoted if code and code not in ANSWERS[question])


def _compile(row: RuleRow) -> Rule:
    excuses = tuple((excuse.code, cel.compile(excuse.when)) for excuse in row.excused_by if excuse.when)
    return Rule(row=row, when=cel.compile(row.when), excuses=excuses)


def _problems(row: RuleRow) -> list[str]:
    problems = []
    for cell in (row.when, *(excuse.when for excuse in row.excused_by if excuse.when)):
        try:
            strange = sorted(set(cel.compile(cell).variables()) - FACTS)
        except ValueError as fault:
            problems.append(f"{row.code}: {cell!r} does not compile: {fault}")
            continue
        problems += [f"{row.code}: {name} is no fact" for name in strange]
        problems += [f"{row.code}: {said}" for said in _misquoted(cell)]
    problems += [f"{row.code}: evidence {name} is no fact" for name in row.evidence if name not in SHOWN]
    if row.protects and (row.weight or row.suggests != "assist"):
        problems.append(f"{row.code}: the way to protection has no score and suggests help")
    if row.needs and not row.unknown:
        problems.append(f"{row.code}: needs a source, and has no words for not knowing")
    return problems
