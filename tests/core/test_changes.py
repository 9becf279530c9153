"""What a version changed, as a lawyer reads it: by rule and by part."""

from __future__ import annotations

from typing import Any

from suar.core.changes import changes

RULE: dict[str, Any] = {
    "code": "one",
    "name": {"id": "satu", "en": "one"},
    "weight": 100,
    "law": ["a", "b"],
    "excused_by": [{"code": "x", "name": {"id": "x", "en": "x"}}],
    "examples": [{"facts": {"asked_for": "departure"}, "gives": "raised", "why": "so"}],
}


def table(*rules: dict[str, Any], dated: str = "2026-11-21") -> dict[str, Any]:
    return {"dated": dated, "rules": list(rules)}


def read(before: Any, after: Any) -> list[tuple[str, str, tuple[str, ...], str, str]]:
    return [
        (one.row, one.how, cell.place, cell.before, cell.after) for one in changes(before, after) for cell in one.cells
    ]


def test_the_same_changes_nothing_wherever_its_rules_stand() -> None:
    two = RULE | {"code": "two"}
    assert changes(table(RULE, two), table(two, RULE)) == ()


def test_each_part_that_differs_is_named_by_its_place() -> None:
    after = RULE | {"weight": 200, "law": ["a"], "excused_by": [{"code": "x", "name": {"id": "y", "en": "x"}}]}
    assert read(table(RULE), table(after)) == [
        ("one", "changed", ("weight",), "100", "200"),
        ("one", "changed", ("law",), "a, b", "a"),
        ("one", "changed", ("excused_by", "x", "name", "id"), "x", "y"),
    ]


def test_rules_that_come_and_go_are_told_with_their_names() -> None:
    new = {"code": "two", "name": {"id": "dua", "en": "two"}}
    got = changes(table(RULE), table(new))
    assert [(one.row, one.how, one.name["id"]) for one in got] == [("two", "added", "dua"), ("one", "removed", "satu")]
    assert all(cell.before == "" for cell in got[0].cells) and all(cell.after == "" for cell in got[1].cells)


def test_what_stands_outside_the_rules_and_rows_of_pairs_are_told_as_well() -> None:
    assert read(table(RULE), table(RULE, dated="2026-12-01")) == [
        ("", "changed", ("dated",), "2026-11-21", "2026-12-01")
    ]
    row = {"advice": "clear", "decision": "allow", "expected": "yes"}
    assert read([row], [row | {"expected": "no"}]) == [("clear · allow", "changed", ("expected",), "yes", "no")]


def test_a_truth_is_written_as_it_stands_in_the_table() -> None:
    after = RULE | {"protects": True}
    assert read(table(RULE), table(after)) == [("one", "changed", ("protects",), "", "true")]
