"""One reader per type of the standard: clean text in, the canonical value or faults out.

The identifying types are read by `suar.core.identity`; what is left are words, numbers, claims and codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from suar.core.errors import Read
from suar.core.identity import dates, instants
from suar.core.identity.country import read_country
from suar.core.identity.kk import Kk, read_kk
from suar.core.identity.letters import read_letter_no, read_lp_no
from suar.core.identity.nik import Nik, read_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.phone import read_phone
from suar.core.identity.region import read_region
from suar.core.identity.sex import read_sex
from suar.core.identity.written import one_line
from suar.core.standard.codes import CodeList, Codes, fold
from suar.core.standard.fields import FieldType

#: The value is one of `record.Value`.
TextReader = Callable[[str], Read[Any]]

#: Longest text where the standard names no other: a line of a form, and a story.
LINE_LENGTH, STORY_LENGTH = 400, 8_000
#: Permendagri 73/2022 art. 4: a name has at most 60 characters, blanks included; older and foreign ones may be longer.
NAME_LENGTH, LONGEST_NAME = 60, 200

#: Ways of writing codes that one reader remembers.
MOST_WAYS = 2_000

_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")
_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_MONEY = re.compile(r"(?:[A-Z]{2,3}\.?\s*)?([0-9][0-9.,]{0,24})\s*(?:,-)?(?:\s*[A-Z]{3})?", re.IGNORECASE)
_SHORT_MONEY = re.compile(
    r"(?:Rp\.?\s*)?([0-9]{1,6})(?:[.,]([0-9]{1,2}))?\s*(ribu|rb|juta|jt|miliar|milyar)\.?", re.IGNORECASE
)
_UNITS = {"ribu": 1_000, "rb": 1_000, "juta": 1_000_000, "jt": 1_000_000, "miliar": 10**9, "milyar": 10**9}
_TTL = re.compile(r"(.*?\S)\s*[,/;]\s*([0-9].*)")
_TRUE = {"true", "ya", "y", "yes", "1", "t", "ada", "benar", "x", "v", "✓"}
_FALSE = {"false", "tidak", "tdk", "n", "no", "0", "f", "tidakada", "belum", "bukan"}


def read_line(text: str, at_most: int = LINE_LENGTH) -> Read[Any]:
    """Words on one line. Faults: text.long."""
    line = one_line(text)
    return Read(line) if len(line) <= at_most else Read.fault("text.long", characters=len(line), at_most=at_most)


def read_story(text: str, at_most: int = STORY_LENGTH) -> Read[Any]:
    """Words on several lines, as told. Faults: text.long."""
    if len(text) > at_most:
        return Read.fault("text.long", characters=len(text), at_most=at_most)
    return Read("\n".join(one_line(line) for line in text.splitlines()))


def read_name(text: str) -> Read[Any]:
    """A name as written: titles, abbreviations and order are evidence for the matcher, so nothing is stripped here.

    Source: Permendagri 73/2022 (length, letters). Faults: name.no_letters, name.too_long. Remarks: name.long,
    name.digits.
    """
    name = one_line(text)
    if not _LETTER.search(name):
        return Read.fault("name.no_letters")
    if len(name) > LONGEST_NAME:
        return Read.fault("name.too_long", characters=len(name), at_most=LONGEST_NAME)
    read: Read[Any] = Read(name)
    if len(name) > NAME_LENGTH:
        read = read.remark("name.long", characters=len(name))
    return read.remark("name.digits") if _DIGIT.search(name) else read


def read_email(text: str) -> Read[Any]:
    """An address in small letters. Faults: email.form."""
    return Read(text.lower()) if len(text) <= 254 and _EMAIL.fullmatch(text) else Read.fault("email.form")


def read_whole(text: str) -> Read[Any]:
    """A whole number. Faults: number.form."""
    return Read(int(text)) if _WHOLE.fullmatch(text) else Read.fault("number.form")


def read_money(text: str) -> Read[Any]:
    """Whole units of a currency: Rp 1.500.000,00 · 1,500,000 · IDR 5000000, and as it is said: 5jt · 1,5 juta · 750rb.
    Faults: money.form. Remarks: money.fraction (left out).
    """
    said = _SHORT_MONEY.fullmatch(text)
    if said:
        unit, part = _UNITS[said[3].lower()], said[2] or ""
        return Read(int(said[1]) * unit + int(part or 0) * unit // 10 ** len(part))
    found = _MONEY.fullmatch(text)
    if not found:
        return Read.fault("money.form")
    amount = found[1].rstrip(".,")
    sign = max(amount.rfind("."), amount.rfind(","))
    fraction = amount[sign + 1 :] if sign >= 0 and len(amount) - sign - 1 in (1, 2) else ""
    whole = amount[:sign] if fraction else amount
    groups = re.split("[.,]", whole)
    if not groups[0] or len(groups[0]) > (3 if len(groups) > 1 else 15) or any(len(group) != 3 for group in groups[1:]):
        return Read.fault("money.form")
    read: Read[Any] = Read(int("".join(groups)))
    return read.remark("money.fraction") if fraction.strip("0") else read


def read_flag(text: str) -> Read[Any]:
    """Yes or no. Faults: flag.form."""
    claim = fold(text)
    if claim in _TRUE:
        return Read(True)
    return Read(False) if claim in _FALSE else Read.fault("flag.form")


def place_of_ttl(text: str) -> str:
    """The place in "tempat, tanggal lahir" written in one cell: SURABAYA, 12-05-1990. "" where the cell holds a date
    only.
    """
    found = _TTL.fullmatch(one_line(text))
    return found[1] if found else "" if text[:1].isdigit() else text


def date_of_ttl(text: str) -> str:
    """The date in "tempat, tanggal lahir" written in one cell; "" where it holds a place only."""
    found = _TTL.fullmatch(one_line(text))
    return found[2] if found else text if text[:1].isdigit() else ""


def code_reader(codes: CodeList, own: Mapping[str, str]) -> Callable[[str], Read[str]]:
    """A reader of one code: the source's own codes first, then the spellings of the list. "" means that the code says
    nothing.

    Faults: code.unknown. Remarks: code.unlisted, where the list is open and the text is kept.
    """
    spellings = {fold(native): code for native, code in own.items()}
    listed = codes.spellings
    known = dict[
        str, Read[str]
    ]()  # as written; only what means a code, so it cannot grow beyond the ways of writing them

    def read(text: str) -> Read[str]:
        if text in known:
            return known[text]
        folded = fold(text)
        code = spellings.get(folded)
        if code is None:
            code = listed.get(folded)
        if code is not None:
            made = Read(code or None)
            if len(known) < MOST_WAYS:
                known[text] = made
            return made
        if codes.open:
            return Read(one_line(text)[:LINE_LENGTH]).remark("code.unlisted", list=codes.name)
        return Read.fault("code.unknown", list=codes.name)

    return read


def text_reader(
    type_: FieldType, codes: Codes, formats: tuple[str, ...], zone: timezone, country: str, at_most: int | None
) -> TextReader:
    """The reader of a type, with what it needs bound once. Types with a code list are read by `code_reader`."""
    regions = codes.regions
    if type_ in {"country", "countries"}:
        code_of = codes["countries"].code_of
        return lambda text: read_country(text, code_of)
    readers: Mapping[str, TextReader] = {
        "text": lambda text: read_line(text, at_most or LINE_LENGTH),
        "texts": lambda text: read_line(text, at_most or LINE_LENGTH),
        "long_text": lambda text: read_story(text, at_most or STORY_LENGTH),
        "name": read_name,
        "email": read_email,
        "letter_no": read_letter_no,
        "lp_no": read_lp_no,
        "passport_no": read_passport_no,
        "nik": lambda text: _digits(read_nik(text, regions)),
        "kk": lambda text: _digits(read_kk(text, regions)),
        "phone": lambda text: read_phone(text, country),
        "sex": read_sex,
        "date": lambda text: dates.read_date(text, formats or dates.USUAL, zone),
        "partial_date": lambda text: dates.read_partial_date(text, formats or dates.USUAL_PARTIAL, zone),
        "instant": lambda text: instants.read_instant(text, formats or instants.USUAL, zone),
        "integer": read_whole,
        "money": read_money,
        "flag": read_flag,
        "region": lambda text: read_region(text, regions),
    }
    return readers[type_]


def day_reader(formats: tuple[str, ...], zone: timezone) -> TextReader:
    """A date out of a date with time: the local day in the source's zone, since a legal day is a local one (DESIGN
    §7).
    """

    def read(text: str) -> Read[str]:
        moment = instants.read_instant(text, formats or instants.USUAL, zone)
        if not moment.ok:
            return moment
        return Read(datetime.fromisoformat(moment.get()).astimezone(zone).date().isoformat())

    return read


def _digits(read: Read[Nik] | Read[Kk]) -> Read[str]:
    return Read(read.value.digits if read.value else None, read.remarks, read.faults)
