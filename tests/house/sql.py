"""Reading the SQL of our sources: whether rows stand in the order that whoever wrote it meant.

In `SELECT xid::text FROM t ORDER BY xid` PostgreSQL takes the xid of ORDER BY for the output column, which is the text (PostgreSQL 16 manual,
"SELECT", ORDER BY clause: an output column's name wins over an input column's). "100" then stands before "99", and a reader who goes on from
the last row that he saw passes over the others. `ORDER BY t.xid`, or another name for the output, is what was meant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SELECT = re.compile(r"\bSELECT\b", re.IGNORECASE)
ENDS = "LIMIT|OFFSET|FETCH|FOR|UNION|INTERSECT|EXCEPT|WINDOW|RETURNING"
TOKEN = re.compile(rf"'(?:[^']|'')*'|[(),;]|\b(?:SELECT|FROM|ORDER\s+BY|{ENDS})\b", re.IGNORECASE)
NAME = r"(?:[a-z_][a-z_0-9]*\.)?([a-z_][a-z_0-9]*)"
TYPE = r"[a-z_][a-z_0-9 ]*?(?:\[\])?"
#: `x::type`, `t.x::type`, `CAST(x AS type)`, each with or without a name of its own.
CAST = re.compile(rf"(?:DISTINCT\s+)?(?:{NAME}\s*::\s*{TYPE}|CAST\s*\(\s*{NAME}\s+AS\s+{TYPE}\s*\))(?:\s+AS\s+([a-z_][a-z_0-9]*))?", re.IGNORECASE)  # fmt: skip
ORDERED = re.compile(r"([a-z_][a-z_0-9]*)(?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?", re.IGNORECASE)
UNKNOWN = " _ "  # what stands in the place of a part that only the running program knows


@dataclass
class Query:
    """One SELECT, or whatever else stands between two parentheses: its output columns and what its rows are ordered by, as written."""

    part: str = ""
    columns: list[str] = field(default_factory=list)
    ordered: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        if self.part and text.strip():
            getattr(self, self.part).append(text.strip())

    def cast_away(self) -> set[str]:
        """Names by which rows are ordered, and which are the cast and not the column."""
        cast = {
            column
            for written in self.columns
            if (found := CAST.fullmatch(written))
            and (column := (found[1] or found[2]).lower()) == (found[3] or column).lower()
        }
        asked = {found[1].lower() for written in self.ordered if (found := ORDERED.fullmatch(written))}
        return cast & asked


def queries(sql: str) -> Iterator[Query]:
    """Every query of a text, each by itself: what stands in parentheses is another one."""
    text, open_ = re.sub(r"--[^\n]*", " ", sql), [Query()]
    since = [0]
    for token in TOKEN.finditer(text):
        word = " ".join(token[0].upper().split())
        if word.startswith("'"):
            continue
        if word == "(":
            open_.append(Query())
            since.append(token.end())
            continue
        if word == ")":
            if len(open_) > 1:
                open_[-1].add(text[since.pop() : token.start()])
                yield open_.pop()
            continue
        here = open_[-1]
        here.add(text[since[-1] : token.start()])
        since[-1] = token.end()
        if word == ",":
            continue
        if word in {"SELECT", ";"} and (here.columns or here.ordered):
            yield here
            here = open_[-1] = Query()
        here.part = {"SELECT": "columns", "ORDER BY": "ordered"}.get(word, "")
    for last, start in zip(open_, since, strict=True):
        last.add(text[start:])
        yield last


def ordered_by_a_cast(sql: str) -> set[str]:
    """The columns by whose cast, and not by which, the rows of this text are ordered."""
    return {name for query in queries(sql) for name in query.cast_away()}


def statements(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module that selects, put together from its pieces as far as the module says them."""
    known: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (text := said(node.value, known)):
            known[node.targets[0].id] = text
    inside: set[int] = set()
    for one in ast.walk(tree):  # from the outside in, so that a whole comes before its pieces
        if id(one) in inside or not isinstance(one, ast.Constant | ast.JoinedStr | ast.BinOp):
            continue
        text = said(one, known)
        if text is not None:
            inside |= {id(part) for part in ast.walk(one)}
            if SELECT.search(text):
                yield one.lineno, text


def said(node: ast.expr, known: Mapping[str, str]) -> str | None:
    """The text that an expression makes; None where it makes none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            (said(one.value, known) or UNKNOWN) if isinstance(one, ast.FormattedValue) else said(one, known) or ""
            for one in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = said(node.left, known), said(node.right, known)
        return None if left is None and right is None else f"{left or UNKNOWN}{right or UNKNOWN}"
    return None
