"""What one version of a table says otherwise than another: rule by rule, cell by cell, as a lawyer reads it and not as a file stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: By what a row of a list is known, where it has a name; else by its place.
NAMED_BY = (("code",), ("advice", "decision"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value that differs. Where it stands inside its row; "" for a value that is not there."""

    place: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One row that differs: added, removed or changed. `row` is its code; "" for what stands outside all rows."""

    row: str
    how: str
    name: Mapping[str, str]  # in both languages, where the row has one
    cells: tuple[Cell, ...]


def changes(before: Any, after: Any) -> tuple[Changed, ...]:
    """Every row that differs, in the order of the newer version; what was removed stands at the end."""
    old, new = rows(before), rows(after)
    order = [*new, *(row for row in old if row not in new)]
    found = (_changed(row, old.get(row), new.get(row)) for row in order)
    return tuple(one for one in found if one)


def _changed(row: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Changed | None:
    cells = tuple(_cells(flat(old or {}), flat(new or {})))
    if not cells and old is not None and new is not None:
        return None
    name = (new or old or {}).get("name")
    how = "added" if old is None else "removed" if new is None else "changed"
    return Changed(row=row, how=how, name=name if isinstance(name, Mapping) else {}, cells=cells)


def _cells(old: Mapping[tuple[str, ...], str], new: Mapping[tuple[str, ...], str]) -> Iterator[Cell]:
    for place in [*new, *(place for place in old if place not in new)]:
        if old.get(place) != new.get(place):
            yield Cell(place=place, before=old.get(place, ""), after=new.get(place, ""))


def rows(table: Any) -> dict[str, Mapping[str, Any]]:
    """The named rows of a table by their name, and under "" what stands outside them."""
    lists = {"": table} if isinstance(table, list) else {k: v for k, v in table.items() if _is_rows(v)}
    found = {_name(row): row for listed in lists.values() for row in listed}
    outside = {} if isinstance(table, list) else {k: v for k, v in table.items() if k not in lists}
    return ({"": outside} if outside else {}) | found


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) and _name(row) for row in value)


def _name(row: Mapping[str, Any]) -> str:
    by = next((names for names in NAMED_BY if all(name in row for name in names)), ())
    return " · ".join(str(row[name]) for name in by)


def flat(value: Any, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Each value by its place. A list of plain values is one value; rows inside a row go by their name, or else by their number."""
    if isinstance(value, Mapping):
        return {place: said for key, inner in value.items() for place, said in flat(inner, (*above, str(key))).items()}
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        named = [(_name(one) or str(n), one) for n, one in enumerate(value, start=1)]
        return {place: said for name, one in named for place, said in flat(one, (*above, name)).items()}
    if isinstance(value, list):
        return {above: ", ".join(str(one) for one in value)}
    return {above: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)}
