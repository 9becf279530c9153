"""The lawyers' table (docs/law): no article without its code and its test, and the pages are those of the tables of today."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from suar.core.registers.articles import articles
from suar.core.registers.law import LegalBasis
from suar.site.law import book as law
from suar.site.law import marks
from suar.site.law.pages import pages
from tests.golden import adopted

ROOT = Path(__file__).resolve().parents[2]
BOOK = law.read_book(ROOT)
TERM = articles("UU 6/2011 Ps 97")[0]
MARK, IN_SQL = "#" + " law: ", "--" + " law: "  # in two pieces, so that this file itself names no law


def without(found: list[marks.Mark]) -> list[marks.Mark]:
    """The marks with the term of an exit ban taken out of each."""
    return [replace(mark, articles=tuple(one for one in mark.articles if one != TERM)) for mark in found]


def rows_with(law_of_first_ban: list[str]) -> LegalBasis:
    tables = copy.deepcopy(adopted.tables("legal_basis"))
    tables["pencegahan"]["terms"][0]["law"] = law_of_first_ban
    return LegalBasis.read(tables)


def worded(**change: Any) -> law.ArticlesFile:
    table = yaml.safe_load((ROOT / "docs" / "law" / "articles.yaml").read_text("utf-8"))
    return law.ArticlesFile.model_validate(table | change)


def test_every_article_that_a_row_cites_leads_to_code_and_to_a_test_or_is_said_to_wait() -> None:
    assert not list(law.missing(BOOK)), "mark it in the code and beside the test (docs/law/index.md)"


def test_the_pages_of_the_law_are_made_of_the_tables_of_today() -> None:
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "law").glob("*.md")}
    assert kept == pages(BOOK), "suar law"


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (replace(BOOK, code=without([*BOOK.code])), "UU 6/2011 Ps 97: no code"),
        (replace(BOOK, tests=without([*BOOK.tests])), "UU 6/2011 Ps 97: no test"),
        (replace(BOOK, basis=rows_with(["UU 6/2011 Ps 91", "UU 6/2011 Ps 74"])), "UU 6/2011 Ps 74: no code and test"),
        (replace(BOOK, basis=rows_with(["UU 6/2011 Ps 98"])), "UU 6/2011 Ps 98: outside, and a row cites it"),
        (replace(BOOK, words=worded(waits=[{"law": "UU 6/2011 Ps 97", "waits_for": "nothing"}])), "UU 6/2011 Ps 97: waits no more"),
        (replace(BOOK, words=worded(waits=[{"law": "UU 6/2011 Ps 3", "waits_for": "a row"}])), "UU 6/2011 Ps 3: waits, and no row"),
        (replace(BOOK, words=worded(says={})), "UU 6/2011 Ps 97: what it says stands nowhere"),
        (replace(BOOK, words=worded(instruments={})), "UU 6/2011: no name"),
        (replace(BOOK, code=[marks.Mark("suar/x.py", "f", articles("UU 6/2011 Ps 79"))]), "suar/x.py: UU 6/2011 Ps 79 is cited by no row"),
        (replace(BOOK, tests=[marks.Mark("tests/x.py", "shared", (TERM,))]), "tests/x.py: a mark at no test (shared)"),
        (replace(BOOK, code=[marks.Mark("suar/x.py", "", (TERM,))]), "suar/x.py: a mark at nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_missing_in_the_table_is_found(planted: law.Book, found: str) -> None:
    assert any(line.startswith(found) for line in law.missing(planted))


PLANTED = f'''
SQL = """
CREATE TABLE one (id uuid);
{IN_SQL}UU 6/2011 Ps 91
CREATE TABLE two (
    id uuid,
    {IN_SQL}UU 6/2011 Ps 92
    CHECK (id IS NOT NULL)
);
"""


{MARK}UU 6/2011 Ps 93
{MARK}MK 64/PUU-IX/2011; UU 6/2011 Ps 94-95
@decorated
def carried_out() -> None:
    """Says UU 6/2011 Ps 96, and carries nothing of it out."""


class Row:
    {MARK}UU 6/2011 Ps 97
    term: int


{MARK}UU 5/1986 Ps 55
DAYS = 90
'''


def test_a_mark_belongs_to_the_table_function_class_or_constant_that_it_stands_at(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(PLANTED, "utf-8")
    found = [
        (mark.name, [str(one) for one in mark.articles]) for mark in marks.marks_of(tmp_path / "planted.py", tmp_path)
    ]
    assert found == [
        ("two", ["UU 6/2011 Ps 91"]),
        ("two", ["UU 6/2011 Ps 92"]),
        ("carried_out", ["UU 6/2011 Ps 93"]),
        ("carried_out", ["MK 64/PUU-IX/2011", "UU 6/2011 Ps 94", "UU 6/2011 Ps 95"]),
        ("Row", ["UU 6/2011 Ps 97"]),
        ("DAYS", ["UU 5/1986 Ps 55"]),
    ]


def test_with_the_mark_taken_from_a_checkout_the_command_says_so(tmp_path: Path) -> None:
    """The twin: the same reading over a copy of the program from which one line is gone."""
    for name in ("suar", "policy", "tests", "docs"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static", "locale", "pictures")
        )
    assert not list(law.missing(law.read_book(tmp_path)))
    acts = tmp_path / "suar" / "core" / "registers" / "acts.py"
    line = f"{MARK}Permenimipas 13/2025 Ps 13; "
    assert line in acts.read_text("utf-8")
    acts.write_text(acts.read_text("utf-8").replace(line, MARK), "utf-8")
    assert list(law.missing(law.read_book(tmp_path))) == ["Permenimipas 13/2025 Ps 13: no code"]
