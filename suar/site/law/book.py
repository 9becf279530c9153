"""Article → table row → code → test, put together; and what is missing in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from suar.core.registers.articles import Article, listed
from suar.core.registers.law import LegalBasis, LegalTermRow
from suar.core.standard.tables import Said, Table, read_table
from suar.site.law.marks import Mark, marks_in_code, marks_in_tests


class InstrumentRow(Table):
    """What an act, a regulation, a ruling or a circular is about."""

    about: Said


class OutsideRow(Table):
    """An article that is no register's: why, and who carries it out."""

    law: str
    why: Said


class WaitingRow(Table):
    """An article whose code or test is still to come. Nothing may wait when the registers are done."""

    law: str
    waits_for: str


class ArticlesFile(Table):
    """docs/law/articles.yaml: the words that the tables themselves do not hold."""

    dated: str
    instruments: Mapping[str, InstrumentRow]
    says: Mapping[str, Said]  # article → what it says, in a line
    outside: tuple[OutsideRow, ...]
    waits: tuple[WaitingRow, ...] = Field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article with the rows that rest on it and what carries it out."""

    article: Article
    rows: tuple[LegalTermRow, ...]
    code: tuple[Mark, ...]
    tests: tuple[Mark, ...]

    @property
    def mapped(self) -> bool:
        return bool(self.code and self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    basis: LegalBasis
    files: Mapping[str, str]  # kind → the file of policy/legal_basis that holds it
    words: ArticlesFile
    code: Sequence[Mark]
    tests: Sequence[Mark]

    def lines(self) -> list[Line]:
        """Every article that a row cites, in order."""
        rows = [row for of_kind in self.basis.rows.values() for row in of_kind]
        return [
            Line(
                article=article,
                rows=tuple(row for row in rows if article in row.cited),
                code=tuple(mark for mark in self.code if article in mark.articles),
                tests=tuple(mark for mark in self.tests if article in mark.articles),
            )
            for article in sorted({article for row in rows for article in row.cited})
        ]

    @property
    def waiting(self) -> set[Article]:
        return {article for row in self.words.waits for article in listed(row.law)}

    @property
    def outside(self) -> set[Article]:
        return {article for row in self.words.outside for article in listed(row.law)}


def read_book(root: Path) -> Book:
    """From the files of a checkout, adopted or not. Raises BadTable, BadCitation."""
    folder = root / "policy" / "legal_basis"
    tables: dict[str, Any] = {
        path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))
    }
    words = yaml.safe_load((root / "docs" / "law" / "articles.yaml").read_text("utf-8"))
    return Book(
        basis=LegalBasis.read(tables),
        files={row["kind"]: name for name, table in tables.items() for row in table.get("terms", ())},
        words=read_table(ArticlesFile, words, "docs/law/articles.yaml"),
        code=marks_in_code(root),
        tests=marks_in_tests(root),
    )


def missing(book: Book) -> Iterator[str]:
    """What a lawyer would not find. Empty when every article leads to code and to a test, or is said to wait or to be outside."""
    lines = book.lines()
    cited = {line.article for line in lines}
    for line in lines:
        lacks = " and ".join(name for name, found in (("code", line.code), ("test", line.tests)) if not found)
        if lacks and line.article not in book.waiting:
            yield f"{line.article}: no {lacks}"
        if line.mapped and line.article in book.waiting:
            yield f"{line.article}: waits no more; take it from docs/law/articles.yaml"
    yield from (f"{article}: waits, and no row cites it" for article in sorted(book.waiting - cited))
    yield from (f"{article}: outside, and a row cites it" for article in sorted(book.outside & cited))
    yield from unsaid(book, cited)
    yield from astray(book, cited | book.outside)


def unsaid(book: Book, cited: set[Article]) -> Iterator[str]:
    for article in sorted(cited):
        if str(article) not in book.words.says:
            yield f"{article}: what it says stands nowhere in docs/law/articles.yaml"
    for instrument in sorted({article.instrument for article in cited | book.outside} - book.words.instruments.keys()):
        yield f"{instrument}: no name in docs/law/articles.yaml"
    yield from (
        f"{name}: said, and no row cites it" for name in sorted(book.words.says.keys() - {str(one) for one in cited})
    )


def astray(book: Book, known: set[Article]) -> Iterator[str]:
    """A mark that names an article nobody cites, or that stands at nothing, or beside the tests at no test."""
    for mark in (*book.code, *book.tests):
        yield from (f"{mark.file}: {article} is cited by no row" for article in mark.articles if article not in known)
    for mark in book.tests:
        if not mark.name.rpartition(".")[2].startswith("test_"):
            yield f"{mark.file}: a mark at no test ({mark.name or 'the file'})"
    yield from (f"{mark.file}: a mark at nothing" for mark in book.code if mark.file.endswith(".py") and not mark.name)
