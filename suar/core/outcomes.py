"""Outcomes as another agency sends them: by its own number, or by NIK or passport and the day of the screening; never by an id of ours."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from suar.core.errors import Fault, Read
from suar.core.identity.dates import read_date
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import read_passport_no
from suar.core.manifest import read_rows

COLUMNS = ("reference", "nik", "passport_no", "about_on", "outcome", "on", "note")
NEEDED = ("outcome", "on")
MOST_ROWS = 500
Row = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One outcome as it is told: of whom, and what. `about_on`: the day of the screening; None only where a number of the agency names it."""

    reference: str
    nik: str
    passport_no: str
    about_on: date | None
    outcome: str
    on: date
    note: str


def read_outcomes(text: str) -> Read[tuple[Row, ...]]:
    """Rows of a CSV. Faults: outcome_rows.columns, outcome_rows.empty, outcome_rows.too_long, outcome_rows.unreadable."""
    return read_rows(text, columns=COLUMNS, needed=NEEDED, most=MOST_ROWS, space="outcome_rows")


def read_told(row: Row, *, regions: Container[str], outcome_of: Callable[[str], str | None]) -> Read[Told]:
    """One row, read; every fault at its field.

    Faults: those of NIK, passport and date; code.unknown; outcome.names_nobody where neither number, NIK nor passport stands there;
    outcome.which_day where a NIK or passport stands without the day of the screening.
    """
    faults: list[Fault] = []

    def take(name: str, read: Callable[[str], Read[object]]) -> object | None:
        text = row.get(name, "").strip()
        result = read(text) if text else Read[object]()
        faults.extend(Fault(code=one.code, field=name, params=one.params) for one in result.faults)
        return result.value

    nik = take("nik", lambda text: _written(read_nik(text, regions), lambda value: value.digits))
    passport = take("passport_no", lambda text: _written(read_passport_no(text), str))
    about = take("about_on", lambda text: _written(read_date(text), str))
    on = take("on", lambda text: _written(read_date(text), str))
    code = outcome_of(row.get("outcome", "").strip())
    reference = row.get("reference", "").strip()
    if not code:
        faults.append(Fault(code="outcome.unknown", field="outcome"))
    if not row.get("on", "").strip():
        faults.append(Fault(code="outcome.day", field="on"))
    if not faults and not (reference or nik or passport):
        faults.append(Fault(code="outcome.names_nobody"))
    if not faults and not reference and not about:
        faults.append(Fault(code="outcome.which_day", field="about_on"))
    if faults:
        return Read(faults=tuple(faults))
    return Read(
        Told(
            reference=reference, nik=str(nik or ""), passport_no=str(passport or ""),
            about_on=date.fromisoformat(str(about)) if about else None, outcome=str(code), on=date.fromisoformat(str(on)),
            note=row.get("note", "")[:2000],
        )
    )  # fmt: skip


def _written(read: Read[T], value: Callable[[T], str]) -> Read[object]:
    return Read(value(read.get())) if read.ok else Read(faults=read.faults)
