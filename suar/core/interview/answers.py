"""An answer as it is typed or chosen, read to the one form under which it is kept and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from suar.core.errors import Read
from suar.core.identity.country import read_country
from suar.core.identity.dates import read_date
from suar.core.identity.phone import read_phone
from suar.core.identity.written import one_line
from suar.core.interview.questionnaire import Asked

LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The standard's lists that an answer may be of."""

    country_of: Callable[[str], str | None]
    purpose_of: Callable[[str], str | None]


def read_answer(asked: Asked, text: str, codes: Codes) -> Read[str]:
    """The code of a choice; a country as alpha-3, a day as ISO, a phone as E.164, a purpose by its code; a name as it was said.

    "" stands for "no answer". Faults: answer.unknown for a choice that is none; those of the readers. Raises nothing.
    """
    text = one_line(text)[:LONGEST]
    if not text:
        return Read("")
    kind = asked.row.kind
    if kind == "choice":
        return Read(text) if asked.answer(text) else Read.fault("answer.unknown", question=asked.code)
    if kind == "country":
        return read_country(text, codes.country_of)
    if kind == "day":
        return read_date(text)
    if kind == "phone":
        return read_phone(text)
    if kind == "purpose":
        purpose = codes.purpose_of(text)
        return Read(purpose) if purpose else Read.fault("answer.unknown", question=asked.code)
    return Read(text)
