"""Which characters of two values differ, for eyes that compare them."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

#: A longer value is shown whole and marked as one: nobody reads five hundred marked characters, and the comparison grows with the square.
LONGEST = 500
#: Two values of which less than this is alike are two values: single letters that happen to agree between them would only mislead.
ALIKE = 0.5
#: A shorter run that agrees between two that do not is marked with them, for the same reason.
SHORTEST = 2


class Part(NamedTuple):
    """A run of characters that the other value has too, or has not."""

    text: str
    same: bool


Parts = tuple[Part, ...]


def differences(left: str, right: str) -> tuple[Parts, Parts]:
    """Both values cut into runs that agree and runs that do not; each value's runs put together give it back unchanged.

    Upper and lower case count as one character, as they do for the matcher. Raises nothing.
    """
    if left == right:
        return _whole(left, same=True), _whole(right, same=True)
    if not left or not right or max(len(left), len(right)) > LONGEST:
        return _whole(left, same=False), _whole(right, same=False)
    matcher = SequenceMatcher(None, _folded(left), _folded(right), autojunk=False)
    if matcher.ratio() < ALIKE:
        return _whole(left, same=False), _whole(right, same=False)
    steps = matcher.get_opcodes()
    lefts: list[Part] = []
    rights: list[Part] = []
    for at, (kind, a, b, c, d) in enumerate(steps):
        between = 0 < at < len(steps) - 1
        same = kind == "equal" and not (between and b - a < SHORTEST)
        _add(lefts, left[a:b], same=same)
        _add(rights, right[c:d], same=same)
    return tuple(lefts), tuple(rights)


def _whole(text: str, *, same: bool) -> Parts:
    return (Part(text, same),) if text else ()


def _add(parts: list[Part], text: str, *, same: bool) -> None:
    """One more run; neighbours of one kind are one run."""
    if text and parts and parts[-1].same == same:
        parts[-1] = Part(parts[-1].text + text, same)
    elif text:
        parts.append(Part(text, same))


def _folded(text: str) -> str:
    """Each character in lower case, and never more or fewer characters than before."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
