"""An interview while it runs: which questions are open, which comes next, and the sum so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suar.core.interview.questionnaire import ANSWERED, Asked, Questionnaire

Answers = Mapping[str, str]  # question → code or word; a question without an answer is not in it
Facts = Mapping[str, object]  # by the names of BRANCH_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One addend, as the officer sees it."""

    question: str
    answer: str
    weight: int  # millibits


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Where an interview stands. Nothing here restricts anybody: `total` orders attention, `protects` sends to help before anything else."""

    open: tuple[str, ...]  # the questions of the branch taken, in order
    answered: Answers  # those of them that have an answer
    lines: tuple[Line, ...]
    protects: bool

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(code for code in self.open if code not in self.answered)

    @property
    def following(self) -> str:
        """The next question; "" when all are answered, or when the way leads to protection."""
        return "" if self.protects else next(iter(self.missing), "")

    @property
    def total(self) -> int | None:
        """Millibits; None on the way to protection, which has no score."""
        return None if self.protects else sum(line.weight for line in self.lines)


def running(questionnaire: Questionnaire, answers: Answers, facts: Facts) -> Running:
    """What the answers so far open, and what they sum to. An answer on a branch that is shut by now counts nothing."""
    taken: dict[str, str] = {}
    opened: list[str] = []
    blank = {one.code: "" for one in questionnaire.questions}
    for one in questionnaire.questions:
        if not _asked(one, blank | taken, facts):
            continue
        opened.append(one.code)
        if answers.get(one.code):
            taken[one.code] = answers[one.code]
    rows = [(code, row) for code, given in taken.items() if (row := questionnaire[code].answer(given))]
    return Running(
        open=tuple(opened),
        answered=taken,
        lines=tuple(Line(question=code, answer=row.code, weight=row.weight) for code, row in rows if row.weight),
        protects=any(row.protects for _, row in rows),
    )


def _asked(one: Asked, answered: Answers, facts: Facts) -> bool:
    return one.when is None or one.when.execute({**facts, ANSWERED: dict(answered)}) is True


def chosen(questionnaire: Questionnaire, answers: Answers) -> dict[str, str]:
    """The answers that are codes: what indicators may weigh. A word of the traveller's own is laid beside a register, and weighed nowhere."""
    return {
        code: given for code, given in answers.items() if code in questionnaire and questionnaire[code].answer(given)
    }
