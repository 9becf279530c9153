"""Which of two statements of one record stands: by the source's own version, never by which came last (DESIGN 4 and 5)."""

from __future__ import annotations

from enum import StrEnum

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
