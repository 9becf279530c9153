"""Which characters of two values differ, for eyes that compare them."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

#: A longer value is shown whole and marked as one: nobody reads five hundred marked characters, and the comparison grows with the square.
LONGEST = 500


class Part(NamedTuple):
    """A run of characters that the other value has too, or has not."""

    text: str
    same: bool


def differences(left: str, right: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both values cut into runs that agree and runs that do not; each value's runs put together give it back unchanged.

    Upper and lower case count as one character, as they do for the matcher. Raises nothing.
    """
    if left == right:
        return (Part(left, True),) if left else (), (Part(right, True),) if right else ()
    if not left or not right or max(len(left), len(right)) > LONGEST:
        return (Part(left, False),) if left else (), (Part(right, False),) if right else ()
    one, other = _folded(left), _folded(right)
    lefts: list[Part] = []
    rights: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if b > a:
            lefts.append(Part(left[a:b], kind == "equal"))
        if d > c:
            rights.append(Part(right[c:d], kind == "equal"))
    return tuple(lefts), tuple(rights)


def _folded(text: str) -> str:
    """Each character in lower case, and never more or fewer characters than before."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
