"""What the fields of one record say about each other. All of it is odd, none of it is a fault (DOMAIN B1, C3):
people's papers disagree, and the disagreement is evidence for whoever weighs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from suar.core.errors import Remark
from suar.core.identity.dates import ages_on, span
from suar.core.identity.nik import parts_of_nik
from suar.core.standard.record import Value

#: UU 21/2007 Ps 1(5), UU 18/2017 Ps 5(a): a child is below 18.
ADULT = 18
#: Periods of the standard: what ends may not begin later.
PERIODS = (
    ("issued_on", "expires_on"),
    ("valid_from", "valid_to"),
    ("contract_from", "contract_to"),
    ("departure_date", "return_date"),
    ("license_from", "license_to"),
)


def odd_together(values: Mapping[str, Value], at: str) -> list[Remark]:
    """Remarks: nik.birth_disagrees, nik.sex_disagrees, nik.is_kk, birth.new_year, birth.after_statement,
    period.reversed.
    """
    remarks = _of_birth(values, at) if "birth_date" in values else []
    if "nik" in values:
        remarks += _of_nik(values)
    for first, last in PERIODS:
        if first in values and last in values and str(values[first]) > str(values[last]):
            remarks.append(Remark(code="period.reversed", field=last, params={"begins": first}))
    return remarks


def _of_nik(values: Mapping[str, Value]) -> list[Remark]:
    nik, remarks = parts_of_nik(str(values["nik"])), []
    if "birth_date" in values and not nik.agrees_with_birth(str(values["birth_date"])):
        remarks.append(Remark(code="nik.birth_disagrees", field="nik"))
    if values.get("sex") in (1, 2) and values["sex"] != nik.sex:
        remarks.append(Remark(code="nik.sex_disagrees", field="nik"))
    if values["nik"] == values.get("kk"):
        remarks.append(Remark(code="nik.is_kk", field="kk"))
    return remarks


def _of_birth(values: Mapping[str, Value], at: str) -> list[Remark]:
    born, remarks = str(values["birth_date"]), []
    if born[4:] in ("-01-01", "-12-31"):
        remarks.append(Remark(code="birth.new_year", field="birth_date"))
    if at and span(born)[0].isoformat() > at[:10]:
        remarks.append(Remark(code="birth.after_statement", field="birth_date"))
    return remarks


def child_at(values: Mapping[str, Value], at: str) -> bool:
    """Whether the human may have been below 18 at the statement. A birth date and no day to judge it on counts as a
    child.
    """
    born = values.get("birth_date")
    if not isinstance(born, str):
        return False
    return not at or ages_on(born, date.fromisoformat(at[:10]))[0] < ADULT
