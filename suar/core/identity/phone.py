"""Telephone numbers as E.164. DOMAIN B4."""

from __future__ import annotations

import re

import phonenumbers

from suar.core.errors import Read
from suar.core.identity.written import excel_number, narrow

#: Indonesian mobile numbers, which are nearly all of ours and need no slow parsing (a test holds them against
#: `phonenumbers`).
_MOBILE = re.compile(r"(?:\+?62|0)(8[1-35-9][0-9]{7,10})")
_SEVERAL = re.compile(r"\s*(?:[/,;|]|\batau\b|\bor\b|\bdan\b)\s*", re.IGNORECASE)
LONGEST_PHONE = 80


def read_phone(text: str, country: str = "ID") -> Read[str]:
    """A number as +628…, whatever blanks, dots, brackets or lost zero it was written with; `country` reads national
    forms.

    Source: ITU E.164; lengths as `phonenumbers` (Google's libphonenumber) knows them. Of several numbers in one field
    the first is read. Faults: phone.excel, phone.form. Remarks: phone.several, phone.unassigned (of a length that
    exists, in no known series: kept, since new series open and tips are typed from memory). Raises nothing.
    """
    text = narrow(text).strip()
    plain = text.translate(_SIGNS)
    if country == "ID" and (mobile := _MOBILE.fullmatch(plain)):
        return Read("+62" + mobile[1])
    if len(text) > LONGEST_PHONE:
        return Read.fault("phone.form")
    if excel_number(text):
        return Read.fault("phone.excel")
    several = [part for part in _SEVERAL.split(text) if sum(c.isdigit() for c in part) >= 7]
    if len(several) > 1:
        return read_phone(several[0], country).remark("phone.several", numbers=len(several))
    return _by_the_book(text, country)


_SIGNS = str.maketrans("", "", " .-()")


def _by_the_book(text: str, country: str) -> Read[str]:
    try:
        number = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, country)
    except phonenumbers.NumberParseException:
        return Read.fault("phone.form")
    if not phonenumbers.is_possible_number(number):
        return Read.fault("phone.form")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number):
        return Read(written)
    if phonenumbers.parse(written) != number:  # a row of noughts loses one at every reading: it is no number
        return Read.fault("phone.form")
    return Read(written).remark("phone.unassigned")
