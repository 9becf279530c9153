"""Whether what somebody says and what a register writes can be the same company or employer."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

#: Words that say what kind of thing it is, or how to address somebody, and never which.
WORDS_OF_FORM = frozenset(
    """
    pt cv ud tbk persero yayasan koperasi perusahaan pabrik toko tuan nyonya bapak ibu pak bu mr mrs ms mdm madam sir haji hajjah
    sdn bhd co ltd llc inc corp company limited pte plc group grup est establishment trading services service agency agensi keluarga family
    the and dan of di
    """.split()  # noqa: SIM905  # read by people who add to it
)
SHORT = 4  # letters: a shorter word must be the same, since one letter more or less makes another word
LONG_NAME = 3
NEAR = 0.8  # of the letters in common, in order: Sejahtera and Sejahtra are one, Sinar and Sanur are not


def words_of(text: str) -> list[str]:
    """The words that tell one name from another; all of them where every word is one of form."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    found = re.findall(r"[a-z0-9]+", plain)
    telling = [word for word in found if word not in WORDS_OF_FORM]
    return telling or found


def can_be_same(said: str, written: str) -> bool:
    """Whether the shorter name, as it is heard, can be part of the longer one: somebody who names half of his employer's name does not
    contradict the other half. Run-together words and initials are the name too; of three words or more one may be wrong. Raises nothing.
    """
    left, right = words_of(said), words_of(written)
    if not left or not right or "".join(left) == "".join(right) or _initials(left, right) or _initials(right, left):
        return True
    short, long = sorted((left, right), key=len)
    missed = sum(not any(_heard_alike(a, b) for b in long) for a in short)
    return missed == 0 or (missed == 1 and len(short) >= LONG_NAME)


def _heard_alike(a: str, b: str) -> bool:
    if min(len(a), len(b)) <= SHORT:
        return a == b
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= NEAR


def _initials(short: list[str], long: list[str]) -> bool:
    return len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long)
