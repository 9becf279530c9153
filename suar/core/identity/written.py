"""What a source wrote in one cell, as clean text: the first step of every reader."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from suar.core.errors import Read

#: Longest text of one cell that we look at: more than any field of DOMAIN A holds, and short enough that no pattern
#: becomes slow.
LONGEST = 20_000
#: Whole numbers longer than this are no identifier, and Python refuses to print very long ones.
LONGEST_NUMBER = 10**30
#: Texts that mean "nothing here", as the systems of DOMAIN A export them.
EMPTY = frozenset({"", "-", "--", "---", "NULL", "(NULL)", "NIL", "N/A", "#N/A", "NIHIL", "TIDAK ADA", "<NA>"})

_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXCEL_ERROR = re.compile(r"#(REF|VALUE|NAME|DIV/0|NUM|NULL)[!?]")
_EXCEL_NUMBER = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
#: UTF-8 read as Windows-1252: the first bytes of two-byte letters become these pairs.
_DOUBLE_ENCODED = re.compile("[ÃÂâ][\u0080-\u00bf€™œ]")


def as_text(value: object) -> Read[str]:
    """The text of one native value, without outer blanks; "" where it says nothing.

    Faults: text.shape (a list or an object where a text was due), text.number (a fraction, or no number at all),
    text.control (bytes that no text has), text.encoding (letters lost by a wrong encoding), text.excel_error (#REF!),
    text.long. Remarks: text.rounded (a number of more than 15 digits that ends in 0), text.encoding_twice (UTF-8 read
    as something else, and written again). Raises nothing.
    """
    if isinstance(value, str):
        return _clean(value)
    if value is None:
        return Read("")
    if isinstance(value, bool):
        return Read("true" if value else "false")
    if isinstance(value, int):
        return _whole(value) if abs(value) < LONGEST_NUMBER else Read.fault("text.number")
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime | date):
        return Read(value.isoformat())
    return Read.fault("text.shape")


def is_plain(text: str) -> bool:
    """Whether a stripped text is printable ASCII of usual length, as nearly all are: it needs no second look."""
    return text.isascii() and text.isprintable() and len(text) <= LONGEST and not text.startswith("#")


def is_empty(text: str) -> bool:
    """Whether a clean text means "nothing here"."""
    return len(text) <= 12 and text.upper() in EMPTY


def one_line(text: str) -> str:
    """Runs of blanks and line ends as one blank; letters composed (NFC), so that equal names are equal bytes."""
    if text.isascii():
        return text if text.isprintable() and "  " not in text else " ".join(text.split())
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def narrow(text: str) -> str:
    """Full-width digits, non-breaking blanks and typographic dashes of an identifier as the plain ones."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return re.sub("[\u2010-\u2015\u2212]", "-", plain)


def excel_number(text: str) -> bool:
    """Whether a spreadsheet turned an identifier into scientific notation: 3,20101E+15. The lost digits cannot be
    guessed.
    """
    return _EXCEL_NUMBER.fullmatch(text) is not None


def _clean(text: str) -> Read[str]:
    text = text.strip()
    if is_plain(text):
        return Read(text)
    if len(text) > LONGEST:
        return Read.fault("text.long", characters=len(text), at_most=LONGEST)
    if _EXCEL_ERROR.fullmatch(text):
        return Read.fault("text.excel_error", found=text)
    if _CONTROL.search(text):
        return Read.fault("text.control")
    if "\ufffd" in text or any("\ud800" <= c <= "\udfff" for c in text):
        return Read.fault("text.encoding")
    read = Read(text.strip("\ufeff\u200b\u200e\u200f\u00a0 "))
    return read.remark("text.encoding_twice") if _DOUBLE_ENCODED.search(text) else read


def _number(cell: float | Decimal) -> Read[str]:
    """A spreadsheet cell: 12.0 is 12, and a fraction stays readable for money and Excel dates."""
    value = Decimal(str(cell))
    if not value.is_finite() or abs(value) >= LONGEST_NUMBER:
        return Read.fault("text.number")
    if value == value.to_integral_value():
        return _whole(int(value))
    return Read(format(value, "f")[:40])


def _whole(number: int) -> Read[str]:
    """A spreadsheet keeps 15 digits and makes the rest 0: a longer number that ends in 0 may have lost some."""
    read = Read(str(number))
    return read.remark("text.rounded") if abs(number) >= 10**15 and number % 10 == 0 else read
