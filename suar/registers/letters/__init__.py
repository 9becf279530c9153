"""The notice on paper: PDF/A-2a and PDF/UA-1 by typst, the same bytes for the same notice.

Fonts are those inside typst; none of the machine's is asked, so that the paper is the same everywhere. The date inside the file is the act's.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import typst

from suar.core.registers.notice import Notice
from suar.registers.letters.said import LANGUAGES, half_of

TEMPLATE = (Path(__file__).parent / "notice.typ").read_bytes()
STANDARDS: list[Any] = ["a-2a", "ua-1"]
#: Controls, marks of writing direction, halves of letters, line ends: no letter, or one that turns what stands around it.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def render(notice: Notice, qr: str) -> bytes:
    """The notice as a PDF of A4 sheets, Indonesian whole and then English whole. `qr` is the SVG of the code that leads to its proof.

    Text is printed as it is. A letter that no font has is written by its Unicode number, and the paper says so: PDF/A allows no empty box.
    """
    told = told_of(notice) | {"qr": qr}
    try:
        return compiled(lettered(told, unseen))
    except typst.TypstError:
        pass
    try:
        return compiled(lettered(told, unprintable))
    except typst.TypstError:  # letters that fonts have one by one, and no font has together
        return compiled(lettered(told, foreign))


def told_of(notice: Notice) -> dict[str, Any]:
    """What the template gets: plain text, no value of ours."""
    at = notice.issued_at
    return {
        "number": notice.proof.number,
        "address": notice.proof.address,
        "code": notice.proof.code,
        "office": notice.ask.office,
        "at": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "halves": [half_of(notice, language) for language in LANGUAGES],
    }


def compiled(told: dict[str, Any]) -> bytes:
    made = typst.compile(
        TEMPLATE,
        sys_inputs={"notice": json.dumps(told)},
        pdf_standards=STANDARDS,
        font_paths=fonts(),
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def lettered(told: dict[str, Any], hidden: Callable[[str], bool]) -> dict[str, Any]:
    """The same with every hidden letter written by its number; each half says so where that happened."""
    written: dict[str, Any] = numbered(told, hidden)
    changed = written != told
    written["halves"] = [half | {"note": half["note"] if changed else ""} for half in written["halves"]]
    return written


def numbered(value: Any, hidden: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        return "".join(f"[U+{ord(c):04X}]" if hidden(c) else c for c in value)
    if isinstance(value, dict):
        return {key: numbered(inner, hidden) for key, inner in value.items()}
    return [numbered(inner, hidden) for inner in value] if isinstance(value, list) else value


def unseen(letter: str) -> bool:
    return unicodedata.category(letter) in UNSEEN


def unprintable(letter: str) -> bool:
    return unseen(letter) or not (letter.isascii() or drawn(letter))


def foreign(letter: str) -> bool:
    return unseen(letter) or not letter.isascii()


@cache
def drawn(letter: str) -> bool:
    """Whether a font has this letter: asked of typst itself, which alone knows its fonts."""
    try:
        typst.compile(
            b'#set document(title: "a")\n#sys.inputs.letter', sys_inputs={"letter": letter}, pdf_standards=STANDARDS[:1],
            font_paths=fonts(), ignore_system_fonts=True,
        )  # fmt: skip
    except typst.TypstError:
        return False
    return True
