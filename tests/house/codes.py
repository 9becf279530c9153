"""Which codes the program may say, read from its source; and the sentences that stand for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from suar.site.sentences import catalogue as written
from suar.site.sentences import leaves
from tests.house import rules

CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")

#: Calls whose first word, or whose `code`, is said to somebody: faults and remarks of readers, refusals, findings.
SAYING = {
    "Fault",
    "Remark",
    "fault",
    "remark",
    "Finding",
    "Refusal",
    "NotFound",
    "Conflict",
    "Unreadable",
    "Unreachable",
    "open_finding",
}


def codes_said() -> list[tuple[str, str]]:
    """Each code with the place that says it."""
    return [found for path in rules.files() for found in in_module(ast.parse(path.read_text()), rules.place(path))]


def in_module(tree: ast.Module, file: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            rules.named(base) in {"Refusal", "NotFound", "Conflict", "Exception"} for base in node.bases
        ):
            for line in node.body:
                if isinstance(line, ast.Assign) and rules.named(line.targets[0]) == "code":
                    yield from said(line.value, file)
        if isinstance(node, ast.Call) and rules.named(node.func) in SAYING:
            for value in [*node.args[:3], *(word.value for word in node.keywords if word.arg == "code")]:
                yield from said(value, file)


def said(value: ast.expr, file: str) -> Iterator[tuple[str, str]]:
    """The codes in an expression: `a if x else b` says two."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value, f"{file}:{node.lineno}"


def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Sentences of the interface, and those that stand in the policy's own tables beside their rules."""
    texts: dict[str, Mapping[str, Any]] = dict(written())
    for path in (rules.ROOT / "policy" / "indicators").glob("*.yaml"):
        texts.update(leaves(yaml.safe_load(path.read_text()) or {}))
    return texts
