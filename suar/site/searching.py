"""What somebody typed into a search field, read: a NIK, a passport number, a name with a birth date, or the number of a record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suar.core.errors import Fault
from suar.core.identity.dates import read_partial_date
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import INDONESIAN
from suar.core.identity.person import Description
from suar.intake.queries.mappings import region_codes

NIK = re.compile(r"[0-9]{14,18}")
NAME = re.compile(r"[^\W\d_][^\d_/]*")


NOBODY = Description()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom to look for: described, or by a number; or the faults by their fields."""

    described: Description = NOBODY
    number: str = ""
    faults: tuple[Fault, ...] = ()


def wanted(typed: str, birth_date: str) -> Wanted:
    """Read what was typed. Faults: those of a NIK and of a date; search.needs_birth_date, because a name alone finds thousands."""
    text = " ".join(typed.split())
    born = read_partial_date(birth_date) if birth_date.strip() else None
    if born is not None and not born.ok:
        return Wanted(faults=tuple(Fault(code=one.code, field="birth_date", params=one.params) for one in born.faults))
    day = str(born.get()) if born is not None else ""
    plain = re.sub(r"[ .-]", "", text)
    if NIK.fullmatch(plain):
        read = read_nik(plain, region_codes())
        if not read.ok:
            return Wanted(faults=tuple(Fault(code=one.code, field="q", params=one.params) for one in read.faults))
        return Wanted(described=Description.of({"nik": read.get().digits, "birth_date": day}))
    if INDONESIAN.fullmatch(plain.upper()):
        return Wanted(described=Description.of({"passport_no": plain.upper(), "birth_date": day}), number=text)
    if NAME.fullmatch(text):
        if not day:
            return Wanted(faults=(Fault(code="search.needs_birth_date", field="birth_date"),))
        return Wanted(described=Description.of({"full_name": text, "birth_date": day}))
    return Wanted(number=text)
