"""Letters typed, or read by a scanner, where a digit was meant (DOMAIN B1, C2 rule 20)."""

from __future__ import annotations

_MEANT = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "i": "1", "l": "1", "L": "1", "|": "1",
                        "Z": "2", "z": "2", "S": "5", "s": "5", "G": "6", "B": "8"})  # fmt: skip


def letters_for_digits(text: str) -> str:
    """The text with each look-alike letter as the digit that it resembles."""
    return text.translate(_MEANT)


def places(text: str) -> str:
    """Where the letters stand, counted from 1, for whoever corrects them: "3, 9". Says nothing of the digits around
    them.
    """
    return ", ".join(str(n) for n, c in enumerate(text, start=1) if not c.isdigit())
