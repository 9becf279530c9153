"""Numbers of Indonesian passports and one-way travel documents (SPLP). DOMAIN B3."""

from __future__ import annotations

import re

from suar.core.errors import Read
from suar.core.identity.written import narrow

#: One or two letters and six or seven digits: A2062513, W344982, XD253038 (as printed in public sanctions lists).
INDONESIAN = re.compile("[A-Z]{1,2}[0-9]{6,7}")
_ANY = re.compile("[A-Z0-9]{5,15}")


def read_passport_no(text: str) -> Read[str]:
    """The number in capitals without blanks, dots and MRZ fillers.

    Source: series observed in DOMAIN B3; ICAO 9303-4 for the filler. A number of another form may be foreign or of a
    series that we have not seen, so that is a remark. Faults: passport_no.signs, passport_no.length. Remarks:
    passport_no.form. Raises nothing.
    """
    number = re.sub(r"[\s.<-]", "", narrow(text)).upper()
    if INDONESIAN.fullmatch(number):
        return Read(number)
    if not re.fullmatch("[A-Z0-9]*", number):
        return Read.fault("passport_no.signs")
    if not _ANY.fullmatch(number):
        return Read.fault("passport_no.length", characters=len(number))
    return Read(number).remark("passport_no.form")
