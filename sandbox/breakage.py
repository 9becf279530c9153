"""What can be broken on purpose in a system, and whether it is broken now.

Only the decision is common: which breakage is on, since when, and whether a given record is among those it strikes.
What a broken system sends is written in each system, in its own format, at the edge where it serialises. The rows in
its store are never touched, so that after mending the truth comes out.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

BREAKAGES = {
    "down": "does not answer",
    "slow": "answers late; amount = seconds, 5 unless told",
    "stale": "answers, but nothing recorded since this moment is given",
    "half_page": "a page or file ends in the middle",
    "duplicate": "some records are sent twice",
    "reordered": "records come in another order",
    "renamed_column": "a field has another name",
    "new_code": "a code value that no list has",
    "clock_skew": "its clock is wrong; amount = seconds ahead, 10,800 unless told",
    "wrong_encoding": "bytes that are not in the character set that it declares",
    "excel_nik": "NIK as a spreadsheet leaves it: 3,57301E+15",
    "old_versions": "older versions of records are sent again after newer ones",
    "quota": "today's answers are used up",
    "login": "no user's password is right",
    "ip": "no address is one from which calls may come",
    "user_inactive": "the user is switched off",
    "agency_inactive": "the agency is switched off",
}
#: Those that only one system knows. Dukcapil alone asks at each call who calls, from where, and how often.
OF_ONE_SYSTEM = dict.fromkeys(("quota", "login", "ip", "user_inactive", "agency_inactive"), "dukcapil")

DEFAULT_AMOUNTS = {"slow": 5, "clock_skew": 10_800}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Broken:
    """One breakage that is on."""

    since: str  # ISO 8601 UTC, by the sandbox's clock
    amount: int  # what it means stands in BREAKAGES; 0 where it means nothing


class Breaks:
    """The breakages of one system, as its control file says now. Looks at the file again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._broken: dict[str, Broken] = {}

    def on(self, what: str) -> bool:
        return what in self._now()

    def since(self, what: str) -> str | None:
        """The moment from which a breakage is on, or None while it is off."""
        broken = self._now().get(what)
        return broken.since if broken else None

    def amount(self, what: str) -> int:
        """The amount of a breakage, 0 while it is off."""
        broken = self._now().get(what)
        return broken.amount if broken else 0

    def strikes(self, what: str, key: str, *, in_a_thousand: int) -> bool:
        """Whether a breakage that is on strikes this record: always the same records for the same share."""
        return self.on(what) and zlib.crc32(f"{what}:{key}".encode()) % 1000 < in_a_thousand

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._now()))

    def _now(self) -> dict[str, Broken]:
        try:
            found = os.stat(self._path)  # noqa: PTH116  (called for each request: no Path object)
            seen = (found.st_mtime_ns, found.st_ino)
        except FileNotFoundError:
            return {}
        with self._lock:
            if seen != self._seen:
                self._broken = read_breaks(self._path)
                self._seen = seen
            return self._broken


def breakages_of(system: str) -> tuple[str, ...]:
    """What can be broken in a system."""
    return tuple(sorted(what for what in BREAKAGES if OF_ONE_SYSTEM.get(what, system) == system))


def read_breaks(path: Path) -> dict[str, Broken]:
    """What a control file says. A missing file means that nothing is broken."""
    if not path.exists():
        return {}
    content = json.loads(path.read_text())
    return {
        what: Broken(since=str(it["since"]), amount=int(it["amount"]))
        for what, it in content.items()
        if what in BREAKAGES
    }


def reordered(records: Sequence[T], key: str) -> list[T]:
    """The same records in another order, the same one for the same key. Two or more records never keep their order."""
    shuffled = [r for _, _, r in sorted((zlib.crc32(f"{key}:{i}".encode()), i, r) for i, r in enumerate(records))]
    same = len(records) > 1 and all(a is b for a, b in zip(shuffled, records, strict=True))
    return shuffled[::-1] if same else shuffled


def excel_number(digits: str) -> str:
    """A long number as an Indonesian spreadsheet shows and saves it: 3573011203900001 → 3,57301E+15."""
    if not digits.isdigit() or len(digits) < 12:
        return digits
    mantissa, power = f"{int(digits):.5E}".split("E")
    return f"{mantissa.replace('.', ',')}E{power}"


def set_broken(path: Path, what: str, on: bool, *, at: datetime, amount: int | None = None) -> None:
    """Turn one breakage on or off in a control file, which a running system sees at its next request."""
    broken = {name: {"since": it.since, "amount": it.amount} for name, it in read_breaks(path).items()}
    if on:
        seconds = DEFAULT_AMOUNTS.get(what, 0) if amount is None else amount
        broken[what] = {"since": at.astimezone(UTC).isoformat(timespec="microseconds"), "amount": seconds}
    else:
        broken.pop(what, None)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(broken, indent=1) + "\n")
    draft.replace(path)
