"""Which of two statements of one record stands: by the source's own version, never by which came last (DESIGN 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from suar.core.values import value

#: A version, which sorts as text, and what was stated under it: between two contents of one version the greater stands, whichever came first.
Stated = tuple[str, bytes]


class Standing(StrEnum):
    """What a statement is, beside the one that is held."""

    SAME = "same"  # says nothing new
    OLDER = "older"
    NEWER = "newer"


def standing(said: Stated, held: Stated | None, *, stamped: bool = False, corrects: bool = False) -> Standing:
    """Whether what is said now stands in place of what is held.

    `stamped`: the source has no versions of its own, so the same content under a later date is nothing new. `corrects`: the same statement as the one
    that is held, with a field that was left out there; it stands though its version is no later.
    """
    if held is None:
        return Standing.NEWER
    if said[1] == held[1] and (stamped or said[0] <= held[0]):
        return Standing.SAME
    if said < held and not (corrects and said[0] == held[0]):
        return Standing.OLDER
    return Standing.NEWER


@value(kw_only=True)
class Statement:
    """One statement of a record. `message` says "this very statement"; `left_out` are fields that stood there and could not be read.
    `vanished`: its row was missing from a whole list, which the hub noted itself (DESIGN 5).
    """

    message: bytes
    version: str
    content: bytes
    left_out: frozenset[str] = frozenset()
    stamped: bool = False
    withdrawn: bool = False
    vanished: bool = False


@dataclass(slots=True)
class Present:
    """What reading statements one by one comes to, each by its place: which stands, up to which version it held, and by which each message,
    and the one correction of it, is known.
    """

    place: int = -1
    until: str = ""
    known: dict[bytes, int] = field(default_factory=dict)
    corrected: dict[bytes, int] = field(default_factory=dict)


def present(statements: Sequence[Statement]) -> Present:
    """Which of these stands, in the order in which they were read; `place` is -1 where none does."""
    found = Present()
    for at, one in enumerate(statements):
        held = statements[found.place] if found.place >= 0 else None
        if one.vanished:
            stands = Standing.NEWER if held and not held.withdrawn else Standing.OLDER  # of nothing, nothing vanishes
        elif (corrects := taken(statements, at, found)) is None:
            continue
        else:
            before = (found.until, held.content) if held else None
            stands = standing((one.version, one.content), before, stamped=one.stamped, corrects=corrects)
        if stands is Standing.NEWER:
            found.place, found.until = at, one.version
        elif stands is Standing.SAME:
            found.until = max(found.until, one.version)
    return found


def taken(statements: Sequence[Statement], at: int, found: Present) -> bool | None:
    """Whether it corrects what is known under its message; None where that is said again, or otherwise: of one message the first stands."""
    one = statements[at]
    first = statements[found.known.setdefault(one.message, at)]
    if first is one:
        return False
    if one.content == first.content or not one.left_out < first.left_out or one.message in found.corrected:
        return None
    found.corrected[one.message] = at
    return True
