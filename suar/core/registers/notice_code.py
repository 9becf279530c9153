"""The code of a notice: 128 keyed bits as people read them off a sheet of paper.

RFC 4648 base 32 has no 0, 1, 8 and 9, so a letter that was read as one of them is known for what it was.
"""

from __future__ import annotations

import base64

LENGTH = 16  # bytes; 26 letters
GROUP = 5
MISREAD = str.maketrans("018", "OIB", "- ")


def code_text(code: bytes) -> str:
    """The code as it stands in an address."""
    return base64.b32encode(code).decode().rstrip("=")


def code_grouped(text: str) -> str:
    """The code as it stands on paper: in groups, so that a reader keeps his place."""
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def read_code(text: str) -> bytes | None:
    """The code that somebody typed or scanned, whatever the case and the groups; None where it can be none."""
    letters = text.upper().translate(MISREAD)
    try:
        code = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return None
    return code if len(code) == LENGTH and code_text(code) == letters else None
