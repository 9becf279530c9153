"""Where an article is carried out and where that is tested, found by a line of its own: `# law: UU 6/2011 Ps 97; MK 64/PUU-IX/2011`.

In Python above a function, class or constant, or inside one; in SQL `-- law: …` above a table or inside one; in a template `{# law: … #}`;
in a policy file a comment. Only such a line counts: a docstring that mentions an article carries nothing out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from suar.core.registers.articles import Article, listed

LINE = re.compile(r"\s*(?:#|--|\{#) law: (?P<law>.+?)(?: #\})?\s*")
SQL = re.compile(r"CREATE (?:TABLE|VIEW|FUNCTION|TRIGGER|UNIQUE INDEX|INDEX|POLICY)(?: IF NOT EXISTS)? (\w+)")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One line that names the law, and what it stands at: a function, class, constant or table; the file where it is none."""

    file: str
    name: str
    articles: tuple[Article, ...]


def marks_in_code(root: Path) -> list[Mark]:
    """In the program and in policy, but for the law itself."""
    files = [*(root / "suar").rglob("*.py"), *(root / "suar").rglob("*.html"), *(root / "policy").rglob("*.yaml")]
    return sorted(mark for file in files if file.parent.name != "legal_basis" for mark in marks_of(file, root))


def marks_in_tests(root: Path) -> list[Mark]:
    return sorted(mark for file in (root / "tests").rglob("*.py") for mark in marks_of(file, root))


def marks_of(file: Path, root: Path) -> Iterator[Mark]:
    """Raises BadCitation where a mark names what is no law."""
    text = file.read_text("utf-8")
    if "law: " not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if found := LINE.fullmatch(line):
            sql = line.lstrip().startswith("--")
            name = table_at(text, number) if sql else name_at(text, number) if file.suffix == ".py" else ""
            yield Mark(str(file.relative_to(root)), name, listed(found["law"]))


def table_at(text: str, number: int) -> str:
    """The table that the mark stands right above, or else is in."""
    lines = text.splitlines()
    below = SQL.match(lines[number]) if number < len(lines) else None
    above = SQL.findall("\n".join(lines[:number]))
    return below[1] if below else above[-1] if above else ""


def name_at(text: str, number: int) -> str:
    """The definition that the mark stands right above, or else the innermost that holds it."""
    lines = text.splitlines()
    while number < len(lines) and lines[number].lstrip().startswith("#"):
        number += 1
    around = [(start, end, name) for start, end, name in definitions(ast.parse(text)) if start <= number + 1 <= end]
    return max(around)[2] if around else ""


def definitions(tree: ast.AST, within: str = "") -> Iterator[tuple[int, int, str]]:
    """First line with its decorators, last line, dotted name: of functions, classes and constants."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            start = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            yield start, node.end_lineno or start, within + node.name
            yield from definitions(node, f"{within}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not within:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield node.lineno, node.end_lineno or node.lineno, ast.unparse(target)
