"""What a list of registers says and by what it is searched: words of a name by their sound, and where the clock of a row stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from suar.core.identity.names import NameTables, read_name
from suar.core.identity.spelling import bare, letters, sound
from suar.core.matching.keys import telling_words

#: How long what merely happened lasts: it is history a moment later, and nothing that anybody acts on.
MOMENT = timedelta(microseconds=1)
Clock = Literal["happened", "to_come", "in_force", "ended"]


def clock(from_at: datetime, until_at: datetime, at: datetime) -> Clock:
    """Where a row stands at `at`: a term is in force on its first instant and over on its last, [from, to)."""
    if until_at - from_at <= MOMENT:
        return "happened"
    if at < from_at:
        return "to_come"
    return "in_force" if at < until_at else "ended"


def found_by(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """By what a record is found in a list: every word of the name as it sounds (Muchamad as Muhammad), the NIK, the passport's number."""
    words = {sound(bare(word)) for word in letters(str(values.get("full_name", ""))).split() if len(word) > 1}
    found = {"name": sorted(words), "nik": said(values, "nik"), "passport": said(values, "passport_no")}
    return {kind: told for kind, told in found.items() if told}


def said(values: Mapping[str, Any], field: str) -> list[str]:
    return [str(values[field])] if values.get(field) else []


def asked_by_name(full_name: str, tables: NameTables) -> list[str]:
    """The words that a row must have to be found by this name: of the person's own, without titles and the father's, those that say most, so
    that a Siti or a Hajjah too many hides nobody. All of them are among what `found_by` makes of the same name.
    """
    return list(telling_words(read_name(full_name, tables).text))
