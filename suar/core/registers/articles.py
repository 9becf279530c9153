"""How a law is cited, and which articles a citation names: `UU 6/2011 Ps 91-97`, `Permenkumham 8/2014 jo 18/2022 Ps 30`."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Act or regulation, what amended it, and its articles. A circular (SE) and a ruling (MK) have no articles here.
_CITED = re.compile(
    r"(?P<instrument>[A-Z][A-Za-z]*(?: PPPA)? [A-Z0-9][A-Z0-9.\-/]*/[0-9]{4})"
    r"(?: jo (?:[A-Z][A-Za-z]* )?[0-9]+/[0-9]{4})*"
    r"(?: Ps (?P<articles>.+))?"
)
_ONE = re.compile(r"(?P<first>[0-9]+)(?:-(?P<last>[0-9]+))?(?:\([0-9]+\)[a-z]?)?")


class BadCitation(ValueError):
    """Text that names no law in the way in which this house names it."""


@dataclass(frozen=True, slots=True, order=True)
class Article:
    """One article (Pasal) of one act or regulation; `number` 0 is the whole of it. An amendment leaves the name as it was."""

    instrument: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.instrument} Ps {self.number}" if self.number else self.instrument


def articles(citation: str) -> tuple[Article, ...]:
    """Every article that a citation names; a paragraph stands for its article. Raises BadCitation."""
    found = _CITED.fullmatch(citation)
    if not found:
        raise BadCitation(citation)
    if not found["articles"]:
        return (Article(found["instrument"]),)
    return tuple(
        Article(found["instrument"], number) for part in found["articles"].split(", ") for number in _numbers(part)
    )


def listed(text: str) -> tuple[Article, ...]:
    """Every article of several citations in one line, with a semicolon between them. Raises BadCitation."""
    return tuple(article for one in text.split("; ") for article in articles(one))


def _numbers(part: str) -> range:
    found = _ONE.fullmatch(part)
    if not found or (found["last"] and int(found["last"]) <= int(found["first"])):
        raise BadCitation(part)
    return range(int(found["first"]), int(found["last"] or found["first"]) + 1)
