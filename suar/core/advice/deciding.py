"""On which ground an officer may decide what, and why he departs from the advice: `policy/desk/decisions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from suar.core.advice.policy import Expected
from suar.core.advice.values import Advice, Decision
from suar.core.errors import Refusal
from suar.core.standard.tables import BadTable, Dated, Said, Table, read_table

#: From the least to the most that a decision asks of the traveller.
DECISIONS_IN_ORDER: tuple[Decision, ...] = (
    Decision.ALLOW, Decision.ALLOW_WITH_INFORMATION, Decision.REFER, Decision.INTERVIEW, Decision.POSTPONE, Decision.REFUSE,
)  # fmt: skip
#: What needs the facts in words and a coded reason, whatever was advised.
RESTRICTING = frozenset({Decision.POSTPONE, Decision.REFUSE})

Way = Literal["", "lighter", "heavier"]


class GroundRow(Said):
    law: tuple[str, ...] = Field(min_length=1)


class ChoiceRow(Table):
    grounds: tuple[str, ...] = Field(min_length=1)
    reasons_of: str = ""
    entry: str = ""


class DepartingRow(Said):
    way: Literal["lighter", "heavier", "either"]


class DecisionsFile(Table):
    dated: Dated
    source: str
    unverified: tuple[Said, ...] = ()
    least_words: int = Field(gt=0)
    lapses_after_minutes: int = Field(gt=0)
    grounds: Mapping[str, GroundRow]
    desks: tuple[str, ...] = Field(min_length=1)
    purposes: Mapping[str, Mapping[Decision, ChoiceRow]]
    departing: Mapping[str, DepartingRow]


class GroundUnknown(Refusal):
    """Say by a ground of the list on what the decision rests."""

    code = "screening.ground_unknown"
    status = 422


class NotForThisPurpose(Refusal):
    """This decision is not open for this purpose."""

    code = "screening.decision_not_open"
    status = 422


class DeskUnknown(Refusal):
    """A referral names the desk to which it goes."""

    code = "screening.desk_unknown"
    status = 422


class ReasonUnknown(Refusal):
    """Choose a reason of the list."""

    code = "screening.reason_unknown"
    status = 422


class ReasonMissing(Refusal):
    """The decision departs from what the advice expects, or restricts somebody: say why in words."""

    code = "screening.reason_missing"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an officer decides: on which ground, for which coded reason, in which words, and to which desk he refers."""

    decision: Decision
    ground: str = ""
    coded: str = ""
    words: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """The adopted table."""

    file: DecisionsFile

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Deciding:
        """Raises BadTable, also where a choice names a ground that is not there, or a refusal leads to no entry."""
        file = read_table(DecisionsFile, table, "desk/decisions")
        problems = []
        for purpose, choices in file.purposes.items():
            for decision, row in choices.items():
                problems += [f"{purpose} {decision}: no ground {one}" for one in row.grounds if one not in file.grounds]
                if decision in RESTRICTING and not (row.reasons_of and row.entry):
                    problems.append(f"{purpose} {decision}: needs its reasons and its entry")
        if problems:
            raise BadTable("desk/decisions", problems)
        return cls(file=file)

    def choice(self, purpose: str, decision: Decision) -> ChoiceRow:
        """Refuses: NotForThisPurpose."""
        row = self.file.purposes.get(purpose, {}).get(decision)
        if row is None:
            raise NotForThisPurpose()
        return row

    def open_for(self, purpose: str) -> tuple[Decision, ...]:
        return tuple(one for one in DECISIONS_IN_ORDER if one in self.file.purposes.get(purpose, {}))


def way_of(decision: Decision, advice: Advice, expected: Expected) -> Way:
    """In which direction a decision departs from the advice; "" where it does not."""
    if (advice, decision) in expected.pairs:
        return ""
    places = [DECISIONS_IN_ORDER.index(one) for given, one in expected.pairs if given is advice]
    return "heavier" if DECISIONS_IN_ORDER.index(decision) > max(places, default=0) else "lighter"


# law: UU 6/2011 Ps 16, 89; UU 30/2014 Ps 76
def checked(
    decided: Decided, purpose: str, advice: Advice, deciding: Deciding, expected: Expected, reasons: frozenset[str]
) -> Decided:
    """What was decided with its ground, or a Refusal that says what is missing. `reasons`: the codes of the kind of entry it leads to.

    The ground may be left out where the list has only one, so that one key lets the honest traveller pass.
    """
    row = deciding.choice(purpose, decided.decision)
    ground = decided.ground or (row.grounds[0] if not _needs_thought(decided, row) else "")
    if ground not in row.grounds:
        raise GroundUnknown()
    if (decided.decision is Decision.REFER) is not (decided.desk in deciding.file.desks):
        raise DeskUnknown()
    words, way = decided.words.strip(), way_of(decided.decision, advice, expected)
    if decided.decision in RESTRICTING:
        if decided.coded not in reasons:
            raise ReasonUnknown()
        if len(words) < deciding.file.least_words:
            raise ReasonMissing()
    elif way:
        if not words:
            raise ReasonMissing()
        row_of = deciding.file.departing.get(decided.coded)
        if row_of is None or row_of.way not in {way, "either"}:
            raise ReasonUnknown()
    return Decided(
        decision=decided.decision, ground=ground, coded=decided.coded if words else "", words=words, desk=decided.desk
    )


def _needs_thought(decided: Decided, row: ChoiceRow) -> bool:
    """A referral goes on the first ground of its list; a restriction on several grounds names one."""
    return decided.decision in RESTRICTING and len(row.grounds) > 1
