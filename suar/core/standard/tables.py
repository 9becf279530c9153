"""How a policy table of the standard is read: strictly, and with every mistake said at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError


class BadTable(ValueError):
    """A policy table that cannot be adopted. `problems` names every one of them: place, then what is wrong."""

    def __init__(self, table: str, problems: Sequence[str]) -> None:
        self.table, self.problems = table, tuple(problems)
        super().__init__(f"{table}: " + "; ".join(self.problems))


class Table(BaseModel):
    """A row or a block of a policy file: unknown words are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class Said(Table):
    """The same words in both languages, Bahasa first."""

    id: str
    en: str


def _code_text(value: object) -> object:
    """YAML reads a bare 1 as a number; a bare yes as a claim, which is nearly always a slip of the pen."""
    if isinstance(value, bool):
        raise ValueError("YAML read this as true or false: put it in quotes")
    return str(value) if isinstance(value, int) else value


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | int) and not isinstance(value, bool) else value


Code = Annotated[str, BeforeValidator(_code_text)]
Paths = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Codes = Annotated[tuple[Code, ...], BeforeValidator(_as_tuple)]
Dated = Annotated[str, BeforeValidator(lambda value: str(value))]

T = TypeVar("T", bound=Table)


def read_table(model: type[T], table: Mapping[str, Any], called: str) -> T:
    """Read one parsed YAML block. Raises BadTable with every mistake in it."""
    try:
        return model.model_validate(dict(table))
    except ValidationError as mistakes:
        problems = [f"{'.'.join(str(part) for part in e['loc']) or 'file'}: {e['msg']}" for e in mistakes.errors()]
        raise BadTable(called, problems) from None
