"""Number of a family card (kartu keluarga): region, day of issue, serial. DOMAIN B2."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from suar.core.errors import Read
from suar.core.identity.nik import WOMAN_DAY_OFFSET, exists_in_some_century
from suar.core.identity.slips import letters_for_digits, places
from suar.core.identity.written import excel_number, narrow

_SIXTEEN = re.compile("[0-9]{16}")


@dataclass(frozen=True, slots=True)
class Kk:
    """A family card's number. It changes with marriage, split and move, so it ties people to a household at a time
    only.
    """

    digits: str
    region: str


def read_kk(text: str, regions: Container[str]) -> Read[Kk]:
    """Read RRRRRR DDMMYY NNNN where DDMMYY is the day of issue; women have no offset here.

    Source: Permendagri 108/2019 (form of the card). Faults: kk.excel, kk.letters, kk.length. Remarks:
    kk.looks_like_nik (a day above 40 is a woman's NIK typed here), kk.date, kk.region: a card's number supports, and
    decides nothing. Raises nothing.
    """
    digits = "".join(c for c in narrow(text) if c not in " .-")
    if not _SIXTEEN.fullmatch(digits):
        if excel_number(text.strip()):
            return Read.fault("kk.excel")
        if len(digits) == 16 and _SIXTEEN.fullmatch(letters_for_digits(digits)):
            return Read.fault("kk.letters", places=places(digits))
        return Read.fault("kk.length", digits=len(digits))
    read = Read(Kk(digits, region=digits[:6]))
    day, month, yy = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if day > WOMAN_DAY_OFFSET and exists_in_some_century(day - WOMAN_DAY_OFFSET, month, yy):
        read = read.remark("kk.looks_like_nik")
    elif not exists_in_some_century(day, month, yy):
        read = read.remark("kk.date", found=digits[6:12])
    return read if digits[:6] in regions else read.remark("kk.region", region=digits[:6])
