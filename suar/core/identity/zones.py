"""Indonesia's three zones as fixed offsets, and what else a source may state.

Fixed since 1 January 1988 (Keppres 41/1987), older than any record of ours; so no zone file is read, and none can be
missing.
"""

from __future__ import annotations

import re
from datetime import timedelta, timezone

WIB, WITA, WIT = (timezone(timedelta(hours=hours)) for hours in (7, 8, 9))

_NAMED = {
    "WIB": WIB,
    "ASIA/JAKARTA": WIB,
    "ASIA/PONTIANAK": WIB,
    "WITA": WITA,
    "ASIA/MAKASSAR": WITA,
    "WIT": WIT,
    "ASIA/JAYAPURA": WIT,
    "UTC": timezone.utc,  # noqa: UP017  # one spelling beside the others
    "GMT": timezone.utc,  # noqa: UP017
    "Z": timezone.utc,  # noqa: UP017
}
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")


def zone_of(name: str) -> timezone | None:
    """The offset that a name or an offset means: WITA, Asia/Jayapura, +03:00, UTC+8. None where it means none."""
    name = name.strip().upper()
    if name in _NAMED:
        return _NAMED[name]
    found = _OFFSET.fullmatch(name)
    if not found or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-span if found[1] == "-" else span)
