"""What notices say, as a lawyer signs it: policy/notices, read strictly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from suar.core.canonical import sha256
from suar.core.standard.tables import BadTable, Dated, Paths, Said, Table, read_table

Addressee = Literal["person", "family", "mission", "minister", "owner"]
ADDRESSEES: tuple[Addressee, ...] = ("person", "family", "mission", "minister", "owner")
#: The words of the paper that the letter asks for; one that is missing would leave a gap on somebody's notice.
PAPER = (
    "title", "number", "issued", "about", "born", "nik", "passport_no", "no_name", "decided", "decision", "authority", "law", "period", "until", "ground",
    "means", "not_means", "remedies", "step", "to", "latest", "answered", "ask", "ask_nowhere", "phone", "verify", "qr", "code", "page", "working_days",
    "calendar_days", "years", "hours", "within", "from_notice", "from_answer", "from_term", "from_any", "unprintable",
)  # fmt: skip
OTHER = "other"


class KindRow(Table):
    """What is said of one kind of measure."""

    kind: str
    measure: Said
    means: tuple[Said, ...]
    remedies: Paths


class RemedyRow(Table):
    """One thing that can be done about a measure, and until when. The exact meaning of `counted_from` stands in the policy file."""

    code: str
    name: Said
    law: Paths
    to: Said
    counted_from: Literal["notice", "answer", "term", "any"]
    days: int = Field(default=0, ge=0)
    days_are: Literal["calendar", "working"] = "calendar"
    years: int = Field(default=0, ge=0)
    answered_in_days: int = Field(default=0, ge=0)  # working days
    answered_in_hours: int = Field(default=0, ge=0)
    words: Said
    why: str


class ActRow(Table):
    """What an act did to the measure, in words; `over` where it restricts nobody any longer."""

    code: str
    words: Said
    over: bool = False


class OverRow(Table):
    """What is said, instead of the kind's own words, of a measure that restricts nobody any longer."""

    measure: Said
    means: tuple[Said, ...]
    remedies: Paths


class NoticesFile(Table):
    dated: Dated
    notices: tuple[KindRow, ...]
    not_means: tuple[Said, ...]
    acts: tuple[ActRow, ...]
    over: OverRow
    grounds: Mapping[str, Said]
    remedies: tuple[RemedyRow, ...]
    addressees: Mapping[str, Said]
    words: Mapping[str, Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Everything that notices say, as adopted."""

    name: str
    kinds: Mapping[str, KindRow]
    remedies: Mapping[str, RemedyRow]
    not_means: tuple[Said, ...]
    acts: Mapping[str, ActRow]
    over: OverRow
    grounds: Mapping[str, Said]
    addressees: Mapping[str, Said]
    words: Mapping[str, Said]

    @classmethod
    def read(cls, tables: Mapping[str, Any]) -> Wording:
        """Read the parsed files of policy/notices (stem → content). Raises BadTable with every mistake."""
        file = read_table(NoticesFile, tables.get("notices", {}), "notices/notices")
        problems = mistakes(file)
        if problems:
            raise BadTable("notices", problems)
        return cls(
            name=f"notices {file.dated} {sha256(dict(tables))}",
            kinds={row.kind: row for row in file.notices},
            remedies={row.code: row for row in file.remedies},
            not_means=file.not_means,
            acts={row.code: row for row in file.acts},
            over=file.over,
            grounds=file.grounds,
            addressees=file.addressees,
            words=file.words,
        )

    def ground(self, reason: str) -> Said:
        """The reason in plain words; a code that nobody wrote words for says that the decision holds them."""
        return self.grounds.get(reason) or self.grounds[OTHER]


def mistakes(file: NoticesFile) -> list[str]:
    """What would leave a gap on somebody's notice, or send him to a remedy that is not there."""
    known = {row.code: row for row in file.remedies}
    named = {row.kind: row.remedies for row in file.notices} | {"over": file.over.remedies}
    problems = [f"{kind}: no remedy {code}" for kind, codes in named.items() for code in codes if code not in known]
    problems += [f"{kind}: a measure without remedy" for kind, codes in named.items() if not codes]
    problems += [
        f"{row.code}: no term"
        for row in file.remedies
        if row.counted_from in {"notice", "answer"} and not (row.days or row.years)
    ]
    problems += [
        f"{kind}: no step before {code} is answered"
        for kind, codes in named.items()
        for code in unanswered(codes, known)
    ]
    problems += [f"no addressee {code}" for code in ADDRESSEES if code not in file.addressees]
    problems += [f"no words {code}" for code in PAPER if code not in file.words]
    if OTHER not in file.grounds:
        problems.append("no ground other")
    return problems


def unanswered(codes: Sequence[str], known: Mapping[str, RemedyRow]) -> list[str]:
    """Remedies that wait for an answer where no earlier one has a time to be answered in."""
    found, answers = [], False
    for row in (known[code] for code in codes if code in known):
        if row.counted_from == "answer" and not answers:
            found.append(row.code)
        answers = answers or row.answered_in_days > 0
    return found
