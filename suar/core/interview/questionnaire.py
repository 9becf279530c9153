"""The questionnaires as a supervisor signs them: a bank of questions (policy/interview/questions.yaml), and what passport office and counter
take from it, in which order and on which branch (passport.yaml, counter.yaml).

One bank, so that the same question has the same words and the same weight at every desk of the country. Whether a question is asked is a CEL
cell over the answers already given and a few facts, compiled as the indicators' cells are (`core.indicators.rules`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from suar.core.canonical import sha256
from suar.core.cells import cel
from suar.core.standard.tables import BadTable, Code, Dated, Paths, Said, Table, read_table

#: What an answer is: a code of the question's own list, or a word of the traveller's that is laid beside a register.
Kind = Literal["choice", "country", "day", "phone", "text", "purpose"]
#: Facts, beside the answers, that a branch may ask: how the screening began, never what it advised.
BRANCH_FACTS = frozenset({"asked_for", "declared_purpose", "destination", "under_18", "placement"})
ANSWERED = "answered"
NAMED = re.compile(r"\banswered\.([a-z_]+)")
QUESTIONNAIRES = ("passport", "counter")


class AnswerRow(Table):
    """One answer that may be given. Its weight is millibits, shown to the officer; it orders attention and never restricts."""

    code: Code
    say: Said
    weight: int = Field(default=0, ge=0, le=6_000)
    protects: bool = False  # straight to the protection desk: nothing is weighed any more


class QuestionRow(Table):
    """One question: what is asked, why, how to ask it kindly, what may be answered, and beside which register it is laid."""

    code: str
    kind: Kind = "choice"
    observed: bool = False  # noted by the officer, never asked
    ask: Said
    why: Said
    kindly: Said
    law: Paths = ()
    catalogue: Paths = ()  # DOMAIN E2
    checked_against: Paths = ()  # kinds of `core.interview.contradictions`
    rated: bool = False  # two officers say apart what this answer is a sign of
    answers: tuple[AnswerRow, ...] = ()


class BankFile(Table):
    dated: Dated
    questions: tuple[QuestionRow, ...] = Field(min_length=1)


class AskedRow(Table):
    """One question's place in a questionnaire. An empty `when` is always."""

    question: str
    when: str = ""


class SectionRow(Table):
    code: str
    name: Said
    questions: tuple[AskedRow, ...] = Field(min_length=1)


class QuestionnaireFile(Table):
    dated: Dated
    version: int = Field(ge=1)
    name: Said
    source: str
    rights: Said  # what is read to the traveller before the first question
    sections: tuple[SectionRow, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question where it stands, with its branch compiled."""

    row: QuestionRow
    section: str
    when: cel.Program | None

    @property
    def code(self) -> str:
        return self.row.code

    def answer(self, code: str) -> AnswerRow | None:
        return next((one for one in self.row.answers if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One adopted questionnaire, compiled."""

    kind: str
    version: int
    sha256: str  # over the bank and the questionnaire: what every office must work with
    file: QuestionnaireFile
    questions: tuple[Asked, ...]

    def __getitem__(self, code: str) -> Asked:
        return next(one for one in self.questions if one.code == code)

    def __contains__(self, code: str) -> bool:
        return any(one.code == code for one in self.questions)

    @classmethod
    def read(cls, tables: Mapping[str, Any], kind: str) -> Questionnaire:
        """Read the parsed files of policy/interview (stem → content). Raises BadTable with every mistake.

        A mistake is also: a branch that does not compile, names no fact, or asks an answer that is given later; an answer on the way to
        protection that has a weight; a choice with fewer than two answers.
        """
        bank = read_table(BankFile, tables["questions"], "interview/questions")
        file = read_table(QuestionnaireFile, tables[kind], f"interview/{kind}")
        known = {row.code: row for row in bank.questions}
        problems = [*_bank_problems(bank), *_branch_problems(file, known)]
        if problems:
            raise BadTable(f"interview/{kind}", problems)
        return cls(
            kind=kind,
            version=file.version,
            sha256=sha256({"questions": tables["questions"], kind: tables[kind]}),
            file=file,
            questions=tuple(
                Asked(row=known[one.question], section=section.code, when=cel.compile(one.when) if one.when else None)
                for section in file.sections
                for one in section.questions
            ),
        )


def _bank_problems(bank: BankFile) -> Iterator[str]:
    codes = sorted(row.code for row in bank.questions)
    yield from (f"{a} stands twice" for a, b in itertools.pairwise(codes) if a == b)
    for row in bank.questions:
        given = [one.code for one in row.answers]
        if len(set(given)) != len(given):
            yield f"{row.code}: an answer stands twice"
        if (row.kind == "choice") != (len(given) > 1):
            yield f"{row.code}: a choice has answers to choose from, and nothing else has"
        yield from (
            f"{row.code}: {one.code} leads to protection and has no weight"
            for one in row.answers
            if one.protects and one.weight
        )


def _branch_problems(file: QuestionnaireFile, known: Mapping[str, QuestionRow]) -> Iterator[str]:
    before: set[str] = set()
    for one in (row for section in file.sections for row in section.questions):
        if one.question not in known:
            yield f"{one.question} is no question of the bank"
        if one.question in before:
            yield f"{one.question} is asked twice"
        yield from (f"{one.question}: {problem}" for problem in _cell_problems(one.when, before))
        before.add(one.question)


def _cell_problems(cell: str, before: set[str]) -> Iterator[str]:
    if not cell:
        return
    try:
        strange = set(cel.compile(cell).variables()) - BRANCH_FACTS - {ANSWERED}
    except ValueError as fault:
        yield f"{cell!r} does not compile: {fault}"
        return
    yield from (f"{name} is no fact" for name in sorted(strange))
    yield from (f"{name} is not answered before" for name in sorted(set(NAMED.findall(cell)) - before))
