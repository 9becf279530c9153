"""The third sentence of DESIGN 3 as a reading of the source: each rule is a function of one file's text, so that a planted bug can be shown to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SUAR = ROOT / "suar"
ROOMS = (
    "vault", "audit", "policies", "agencies", "exchange", "intake", "persons", "registers", "journeys", "screening", "tips",
)  # fmt: skip

#: The only names inside a room (DESIGN 3). `keyring.py` is the vault's own: key material is nowhere else.
NAMES = {
    "README.md", "apps.py", "urls.py", "pages.py", "api.py", "forms.py", "jobs.py", "actions.py", "access.py", "queries.py", "events.py",
    "models.py", "panels.py", "__init__.py",
}  # fmt: skip
FOLDERS = {"templates", "static", "migrations", "actions", "queries", "jobs", "access", "pages"}
OWN = {"vault": {"keyring.py"}, "intake": {"connectors"}, "persons": {"pairs"}, "registers": {"letters"}}

#: By what another room may be entered.
DOORS = {"access", "queries", "actions", "events", "models"}
#: The rim wires the rooms together: it may start their jobs, show their pages, and fill their panels.
WIRING = DOORS | {"jobs", "urls", "api", "panels", "pages"}

#: Where the clock is read (DESIGN 3: `at` comes only from the door), and where processes are started and waited for.
CLOCKS_ALLOWED = ("site/auth.py", "site/running/", "site/cli.py")
CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"), ("timezone", "localtime"),
    ("timezone", "localdate"), ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
SQL_CLOCK = re.compile(
    r"\bnow\s*\(\s*\)|\b(clock_timestamp|statement_timestamp|transaction_timestamp)\b|\bcurrent_(timestamp|date|time)\b|\blocaltimestamp\b",
    re.IGNORECASE,
)
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN|CREATE TABLE|ALTER TABLE)\b")
TABLE = re.compile(rf"\b({'|'.join(ROOMS)})_[a-z_]+\b")


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where the house rule does not hold."""

    rule: str
    file: str
    line: int
    what: str


def files() -> list[Path]:
    return sorted(path for path in SUAR.rglob("*.py") if "__pycache__" not in path.parts)


def place(path: Path) -> str:
    return path.relative_to(SUAR).as_posix()


def room_of(file: str) -> str:
    return file.split("/")[0]


def is_page(file: str) -> bool:
    parts = file.removesuffix(".py").split("/")
    return any(part in {"pages", "api"} for part in parts[1:])


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string of a module that is not a docstring; of an f-string its fixed parts."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.lineno, node.value


def queries_in_pages(file: str, text: str) -> Iterator[Breach]:
    """Pages and APIs parse, call one action or query, and shape the reply; they ask the database nothing."""
    if not is_page(file):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in {
            "objects",
            "cursor",
            "raw",
            "execute",
            "executemany",
            "_default_manager",
        }:
            yield Breach("query in a page", file, node.lineno, f".{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module == "django.db":
            yield Breach("query in a page", file, node.lineno, "django.db")


def clocks(file: str, text: str) -> Iterator[Breach]:
    """`at` comes from the door alone."""
    if file.startswith(CLOCKS_ALLOWED):
        return
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (named(node.value), node.attr) in CLOCKS:
            yield Breach("clock", file, node.lineno, f"{named(node.value)}.{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (
                Breach("clock", file, node.lineno, f"time.{a.name}") for a in node.names if ("time", a.name) in CLOCKS
            )
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield Breach("clock", file, node.value.lineno, node.arg)


def named(node: ast.expr) -> str:
    """The last name of `a.b.c`: `datetime.datetime.now` and `dt.datetime.now` are the same clock."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def clocks_in_sql(file: str, text: str) -> Iterator[Breach]:
    """No now() in SQL, defaults or migrations (DESIGN 7)."""
    for line, said in texts(ast.parse(text)):
        if found := SQL_CLOCK.search(said):
            yield Breach("clock in SQL", file, line, found[0])


def foreign_rooms(file: str, text: str) -> Iterator[Breach]:
    """Enter another room only by its access, queries, actions, events or models."""
    here = room_of(file)
    allowed = WIRING if here == "site" else DOORS
    for line, module in imported(ast.parse(text)):
        parts = module.split(".")
        if len(parts) < 3 or parts[0] != "suar" or parts[1] not in ROOMS or parts[1] == here:
            continue
        own_part = {name.removesuffix(".py") for name in OWN.get(parts[1], set())} if here == "site" else set()
        if parts[2] not in allowed | own_part:
            yield Breach("another room", file, line, module)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module, or name of a package, that is imported, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def foreign_rows(file: str, text: str) -> Iterator[Breach]:
    """Another room's rows are never touched: neither through its models nor by its tables' names in SQL."""
    here = room_of(file)
    if here not in ROOMS and here != "site":
        return
    tree = ast.parse(text)
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and re.fullmatch(rf"suar\.(?!{here}\.)[a-z]+\.models", node.module or "")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and named(node.value) in foreign:
            yield Breach("another room's rows", file, node.lineno, f"{named(node.value)}.objects")
    if "/migrations/" in file:
        return
    for line, said in texts(tree):
        if SQL.search(said):
            for found in TABLE.finditer(said):
                if found[1] != here:
                    yield Breach("another room's rows", file, line, found[0])


def names(file: str) -> Iterator[Breach]:
    """Inside a room only the names of DESIGN 3 stand."""
    parts = file.split("/")
    if parts[0] not in ROOMS:
        return
    own = OWN.get(parts[0], set())
    known = parts[1] in NAMES | own if len(parts) == 2 else parts[1] in FOLDERS | own
    if not known:
        yield Breach("name in a room", file, 0, parts[1])


RULES = (queries_in_pages, clocks, clocks_in_sql, foreign_rooms, foreign_rows)


def breaches(file: str, text: str) -> list[Breach]:
    return [*names(file), *(found for rule in RULES for found in rule(file, text))]
