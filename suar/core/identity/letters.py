"""Numbers of letters: recommendations, job orders, licences, police reports. No national pattern exists (DOMAIN B4,
A6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from suar.core.errors import Read
from suar.core.identity.dates import ROMAN_MONTHS
from suar.core.identity.written import narrow, one_line

LONGEST_LETTER_NO = 120

_CALLED = re.compile(r"^(?:NOMOR|NO|NR)\s*[.:]?\s*(?=\S)")
_AROUND = re.compile(r"\s*([/\\\-.])\s*")
_LP = re.compile(r"LP/(?:(A|B)/)?(?:K/)?([0-9]{1,6})(?:/([IVX]{1,4}))?/([0-9]{4})(?:/(.+))?")


@dataclass(frozen=True, slots=True)
class PoliceReport:
    """A police report (laporan polisi): A found by police, B brought by somebody, "" where an older number does not
    say.
    """

    kind: str
    serial: int
    month: int | None
    year: int
    unit: str


def read_letter_no(text: str) -> Read[str]:
    """One spelling of a letter's number: capitals, plain dashes, "/" between parts, no blanks around them, no "No."
    before.

    Faults: letter_no.signs (nothing of a number in it), letter_no.long. Raises nothing.
    """
    plain = one_line(narrow(text)).upper()
    plain = _AROUND.sub(r"\1", _CALLED.sub("", plain)).replace("\\", "/").strip("./- ")
    if len(plain) > LONGEST_LETTER_NO:
        return Read.fault("letter_no.long", characters=len(plain), at_most=LONGEST_LETTER_NO)
    if not any(c.isalnum() for c in plain):
        return Read.fault("letter_no.signs")
    return Read(plain)


def letter_key(number: str) -> str:
    """What two spellings of one number share: its parts without leading zeros and signs. For comparing, never for
    showing.
    """
    return "/".join(part.lstrip("0") or "0" for part in re.findall("[A-Z]+|[0-9]+", number.upper()))


def read_lp_no(text: str) -> Read[str]:
    """The number of a police report, `LP/B/123/VI/2023/SPKT/POLDA JAWA BARAT`.

    Source: pattern of DOMAIN A6 (from memory, medium): another form is kept as it is, with a remark.
    Faults: those of `read_letter_no`. Remarks: lp_no.form. Raises nothing.
    """
    read = read_letter_no(re.sub(r"^\s*(?:LAPORAN POLISI|LP)\s*(?:NOMOR|NO)?\s*[.:]?\s*(?=LP)", "", text.upper()))
    if not read.ok:
        return read
    number = re.sub(r"^LP[-. ]", "LP/", read.get())
    return Read(number) if parts_of_lp(number) else Read(number).remark("lp_no.form")


def parts_of_lp(number: str) -> PoliceReport | None:
    """What the number itself tells; None where it is of another form."""
    found = _LP.fullmatch(number)
    if not found or (found[3] and found[3] not in ROMAN_MONTHS):
        return None
    month = ROMAN_MONTHS.get(found[3] or "")
    return PoliceReport(found[1] or "", int(found[2]), month, int(found[4]), (found[5] or "").replace("/", " ").strip())
