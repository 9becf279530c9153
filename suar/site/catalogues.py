"""The catalogues of the interface: what templates and pages say through gettext, compiled by Babel (no GNU gettext needed).

Templates hold English msgids; Indonesian, the language shown first, stands whole in `locale/id`. `.mo` files are built, not kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SUAR = Path(__file__).resolve().parent.parent
LOCALE = SUAR / "site" / "locale"
MARKED = re.compile(r"\b(?:gettext|_)\((u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\)")


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Write each `.mo` that is missing or older than its `.po`; returns those written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as told:
            catalogue = read_po(told, locale=source.parent.parent.name)
        part = target.with_suffix(".mo.new")
        with part.open("wb") as built:
            write_mo(built, catalogue)
        part.replace(target)
        written.append(target)
    return written


def strings(root: Path = SUAR) -> Iterator[tuple[str, Path]]:
    """Every msgid of templates and Python under `root`, with the file that says it."""
    for template in sorted(root.glob("**/templates/**/*.html")):
        for text in in_template(template.read_text(encoding="utf-8")):
            yield text, template
    for module in sorted(root.glob("**/*.py")):
        for _line, message, _comments, _context in extract_from_file("python", module):
            for text in [message] if isinstance(message, str) else message:
                yield str(text), module


def in_template(text: str) -> list[str]:
    """The msgids of one template, by Django's own reading of it."""
    return [str(ast.literal_eval(found)) for found in MARKED.findall(templatize(text))]


if __name__ == "__main__":
    compile_catalogues()
